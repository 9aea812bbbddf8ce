from .spent import Answer, Spent

__all__ = ["Answer", "Spent"]
