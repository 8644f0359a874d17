"""Make a recorded run again and compare: see ``again``."""
