"""Coverage: how often the interval of an experiment contains its true signal strength."""
