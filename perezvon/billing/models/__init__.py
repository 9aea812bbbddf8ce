from .payment import Payment

__all__ = ["Payment"]
