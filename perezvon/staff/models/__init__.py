from .calendar import Holiday, WorkCalendar
from .department import Department
from .presence import Presence, PresenceReason
from .role import Grant, Role
from .token import ApiToken
from .user import User

__all__ = ["ApiToken", "Department", "Grant", "Holiday", "Presence", "PresenceReason", "Role", "User", "WorkCalendar"]
