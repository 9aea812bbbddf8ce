"""Phrases and music that callers hear: taken in, spoken by the machine, kept as files.

``audio`` makes of a file what a telephone can play, ``wav`` does it for WAV without any library, ``speech`` asks a
speech program, ``files`` keeps the results in the product's home.
"""
