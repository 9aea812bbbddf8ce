"""Shared pages: search, palette, choices of language and theme, style guide."""
