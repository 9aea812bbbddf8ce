from .blocked import BlockedNumber
from .call import Call
from .destination import Destination, Way
from .device import Device
from .line import Extension, Line, Queue, QueueMember
from .menu import Menu, MenuKey
from .pbx_version import PbxVersion
from .prompt import Prompt
from .provider import Provider
from .raw_event import RawEvent
from .trunk import Trunk

__all__ = [
    "BlockedNumber", "Call", "Destination", "Device", "Extension", "Line", "Menu", "MenuKey", "PbxVersion", "Prompt",
    "Provider", "Queue", "QueueMember", "RawEvent", "Trunk", "Way",
]  # fmt: skip
