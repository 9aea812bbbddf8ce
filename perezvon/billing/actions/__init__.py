from .payments import receive_payment

__all__ = ["receive_payment"]
