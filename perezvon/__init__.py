"""Perezvon: a sales system that counts every lost client from the first ring."""

__version__ = "0.1.0"
