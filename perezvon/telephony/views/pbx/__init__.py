"""Screens of our own exchange, a file for each noun."""
