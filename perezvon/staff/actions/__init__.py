from .absences import remove_absence, set_absence
from .calendars import add_calendar, change_calendar, fill_public_holidays, remove_holiday, set_holiday
from .departments import add_department, change_department, move_department, save_department
from .notices import add_device, choose_ways, notify, remove_device, set_quiet
from .notices import see as see_notices
from .people import add_user, change_user, choose, dismiss, save_card, set_password, take_back
from .presence import set_presence, set_reason
from .roles import add_role, set_grants, set_roles
from .tokens import issue_token, revoke_token

__all__ = [
    "remove_absence",
    "set_absence",
    "add_calendar",
    "add_department",
    "add_device",
    "remove_device",
    "add_role",
    "add_user",
    "change_calendar",
    "change_department",
    "change_user",
    "choose",
    "choose_ways",
    "dismiss",
    "fill_public_holidays",
    "issue_token",
    "move_department",
    "notify",
    "remove_holiday",
    "revoke_token",
    "save_card",
    "save_department",
    "see_notices",
    "set_grants",
    "set_holiday",
    "set_password",
    "set_presence",
    "set_reason",
    "set_quiet",
    "set_roles",
    "take_back",
]
