"""Zadarma and Novofon of the first kind."""

from .setup import ADAPTER

__all__ = ["ADAPTER"]
