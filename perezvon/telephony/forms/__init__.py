"""Forms of this room, a file for each noun."""
