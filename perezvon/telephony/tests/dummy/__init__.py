"""A tenth exchange that exists in tests only, made by following providers/README.md and nothing else."""

from .setup import ADAPTER

__all__ = ["ADAPTER"]
