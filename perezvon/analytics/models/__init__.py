from .sync import Dirty, Month

__all__ = ["Dirty", "Month"]
