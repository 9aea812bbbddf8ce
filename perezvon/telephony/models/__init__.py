from .call import Call
from .line import Extension, Line, Queue
from .provider import Provider
from .raw_event import RawEvent

__all__ = ["Call", "Extension", "Line", "Provider", "Queue", "RawEvent"]
