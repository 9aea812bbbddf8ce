from .alert import Alert, AlertRule
from .balance import Balance, BalanceDifference
from .blocked import BlockedNumber
from .call import Call
from .callback_request import CallbackRequest
from .destination import Destination, Way
from .device import Device
from .dialling import Dialling
from .diary_mark import DiaryMark
from .line import Extension, Line, Queue, QueueMember
from .menu import Menu, MenuKey
from .pace import Pace
from .pbx_version import PbxVersion
from .prompt import Prompt
from .provider import Provider
from .quality import Criterion, QualityMark, QualityScore
from .raw_event import RawEvent
from .recording import HEADER_BYTES, Listening, Recording, RecordingHold, Remark
from .supervision import Supervision
from .trunk import Trunk
from .wrap_up import CallResult, WrapUp

__all__ = [
    "HEADER_BYTES", "Alert", "AlertRule", "Balance", "BalanceDifference", "BlockedNumber", "Call", "CallResult", "CallbackRequest",
    "Criterion", "Destination", "Device", "DiaryMark", "Dialling", "Extension", "Line", "Listening", "Menu", "MenuKey", "Pace",
    "PbxVersion", "Prompt", "Provider", "QualityMark", "QualityScore", "Queue", "QueueMember", "RawEvent",
    "Recording", "RecordingHold", "Remark", "Supervision", "Trunk", "Way", "WrapUp",
]  # fmt: skip
