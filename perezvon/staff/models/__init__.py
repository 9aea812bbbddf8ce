from .calendar import Holiday, WorkCalendar
from .department import Department
from .presence import Presence
from .role import Grant, Role
from .token import ApiToken
from .user import User

__all__ = ["ApiToken", "Department", "Grant", "Holiday", "Presence", "Role", "User", "WorkCalendar"]
