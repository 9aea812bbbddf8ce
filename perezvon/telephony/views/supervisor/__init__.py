"""What a supervisor looks at and does."""
