"""The kinds of scan: what each asks of the engine, and how rows come of the answers."""
