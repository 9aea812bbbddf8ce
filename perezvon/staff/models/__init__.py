from .absence import Absence
from .calendar import Holiday, WorkCalendar
from .department import Department
from .notice import Notice, NoticeChoice, NoticeDelivery, PushDevice, QuietTimes
from .presence import Presence, PresenceReason
from .role import Grant, Role
from .token import ApiToken
from .user import User

__all__ = [
    "Absence", "ApiToken", "Department", "Grant", "Holiday", "Notice", "NoticeChoice", "NoticeDelivery", "Presence",
    "PresenceReason", "PushDevice", "QuietTimes", "Role", "User", "WorkCalendar",
]  # fmt: skip
