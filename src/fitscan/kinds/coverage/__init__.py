"""Coverage: how often the interval of an experiment contains the strength it was thrown at."""
