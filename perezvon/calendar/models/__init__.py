from .account import CalendarAccount, CalendarLink, OutsideEvent, OutsideFile, SyncRun
from .feed import CalendarFeed

__all__ = ["CalendarAccount", "CalendarFeed", "CalendarLink", "OutsideEvent", "OutsideFile", "SyncRun"]
