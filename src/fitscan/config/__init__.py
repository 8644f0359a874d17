"""The configuration: checked before anything runs."""
