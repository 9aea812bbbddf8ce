from .spent import Answer, Spent
from .webhook import Attempt, Delivery, Webhook

__all__ = ["Answer", "Attempt", "Delivery", "Spent", "Webhook"]
