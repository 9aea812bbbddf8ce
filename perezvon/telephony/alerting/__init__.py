"""Alerts by rules: when a supervisor has to be told, whom, and when it is over."""
