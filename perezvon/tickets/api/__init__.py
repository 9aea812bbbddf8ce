"""What programs can do with requests, complaints, queues and promises of time."""

from . import complaints, queues, requests

__all__ = ["complaints", "queues", "requests"]
