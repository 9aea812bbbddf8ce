"""UIS, CoMagic, CallGear and Novofon 2.0: one platform under four names."""

from .setup import ADAPTER

__all__ = ["ADAPTER"]
