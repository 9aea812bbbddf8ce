"""Mango Office virtual PBX."""

from .setup import ADAPTER

__all__ = ["ADAPTER"]
