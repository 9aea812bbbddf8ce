"""What this room records in the ledger."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from perezvon.journey.kinds import declare
from perezvon.kit.money import roubles

from .kinds import kind_name


def _task_kind(code: Any) -> object:
    return kind_name(str(code))


def _segment(code: Any) -> object:
    from .models import Segment

    return Segment(code).label if code in Segment.values else code


def _level(code: Any) -> object:
    from .models import SellerLevel

    return SellerLevel.Level(code).label if code in SellerLevel.Level.values else code


def _purpose(code: Any) -> object:
    from .models import Purpose

    return Purpose(code).label if code in Purpose.values else code


def _channel(code: Any) -> object:
    from .models import Channel

    return Channel(code).label if code in Channel.values else code


_MONEY = {"amount": roubles}
_TASK = {"kind": _task_kind}

PERSON_ADDED = declare("person.added", sentence=_("A new client"), icon="user-plus")
PERSON_ENTERED = declare("person.entered", sentence=_("Entered in the CRM: %(name)s"), icon="user-check")
PERSON_CHANGED = declare("person.changed", sentence=_("The client's card was changed"), icon="edit")
RELOCATION_BEGUN = declare("relocation.begun", sentence=_("%(by)s began to move in: %(title)s"), icon="truck")
RELOCATION_FETCHED = declare("relocation.fetched", sentence=_("Fetched: %(title)s, %(rows)s rows"), icon="truck")
DEAL_REMOVED = declare("deal.removed", sentence=_("The import that brought this deal was taken back"), icon="trash")
PERSON_REMOVED = declare(
    "person.removed", sentence=_("The import that brought this client was taken back"), icon="trash"
)
COMPANY_REMOVED = declare(
    "company.removed", sentence=_("The import that brought this company was taken back"), icon="trash"
)
IMPORT_BEGUN = declare("import.begun", sentence=_("%(by)s began to bring in “%(title)s”"), icon="table-import")
IMPORT_DONE = declare(
    "import.done",
    sentence=_("“%(title)s” is brought in: %(added)s added, %(updated)s changed, %(bad)s to be mended"),
    icon="table-import",
)
IMPORT_UNDONE = declare("import.undone", sentence=_("%(by)s took “%(title)s” back"), icon="arrow-back-up")
COMPANY_ADDED = declare("company.added", sentence=_("A new company: %(name)s"), icon="building")
COMPANY_CHANGED = declare("company.changed", sentence=_("The company's card was changed"), icon="edit")
PERSON_SEGMENT = declare(
    "person.segment", sentence=_("The client's segment: %(was)s → %(now)s"), icon="medal",
    words={"was": _segment, "now": _segment},
)  # fmt: skip
COMPANY_SEGMENT = declare(
    "company.segment", sentence=_("The company's segment: %(was)s → %(now)s"), icon="medal",
    words={"was": _segment, "now": _segment},
)  # fmt: skip
SEGMENT_RULES = declare("segment.rules", sentence=_("%(by)s changed the limits of segments"), icon="medal")
CADENCE_EXCEPTION = declare(
    "person.cadence", sentence=_("%(by)s changed how often the client is contacted: %(reason)s"), icon="repeat"
)
DEAL_WAITS = declare("deal.waits", sentence=_("The deal waits: %(why)s"), icon="hourglass")
DEAL_WAITED = declare("deal.waited", sentence=_("The waiting is over: %(why)s"), icon="hourglass-empty")
PIPELINE_CHANGED = declare("pipeline.changed", sentence=_("%(by)s changed the pipeline “%(name)s”"), icon="adjustments")
RESULTS_CHANGED = declare(
    "results.changed", sentence=_("%(by)s changed the result “%(name)s” of tasks"), icon="checklist"
)
SELLER_LEVEL = declare(
    "seller.level", sentence=_("%(by)s set the level of %(name)s: %(level)s"), icon="stairs-up", words={"level": _level}
)
ROUND_BEGUN = declare(
    "round.begun", sentence=_("%(by)s began to call through “%(name)s”: %(count)s clients"), icon="phone-outgoing"
)
ROUND_ENDED = declare(
    "round.ended", sentence=_("“%(name)s” is called through: %(called)s of %(count)s"), icon="phone-check"
)
SNOOZED = declare("snooze.set", sentence=_("Put out of the inbox: %(title)s"), icon="zzz")
SNOOZE_OVER = declare("snooze.over", sentence=_("Back in the inbox: %(title)s"), icon="inbox")
PERSON_MERGED = declare(
    "person.merged", sentence=_("%(by)s merged the card “%(name)s” into this one"), icon="arrows-join"
)
PERSON_UNMERGED = declare("person.unmerged", sentence=_("%(by)s made two cards of this one again"), icon="arrows-split")
COMPANY_MERGED = declare(
    "company.merged", sentence=_("%(by)s merged the card “%(name)s” into this one"), icon="arrows-join"
)
COMPANY_UNMERGED = declare(
    "company.unmerged", sentence=_("%(by)s made two cards of this one again"), icon="arrows-split"
)
FIELD_CHANGED = declare("field.changed", sentence=_("%(by)s changed the own field “%(name)s”"), icon="forms")
TAG_CHANGED = declare("tag.changed", sentence=_("%(by)s changed the tag “%(name)s”"), icon="tags")
TIE_KIND = declare("tie.kind", sentence=_("%(by)s changed the kind of tie “%(name)s”"), icon="link")
PERSON_TIED = declare("person.tied", sentence=_("Tied: %(word)s — %(name)s"), icon="link")
COMPANY_TIED = declare("company.tied", sentence=_("Tied: %(word)s — %(name)s"), icon="link")
CONSENT_TEXT = declare("consent.text", sentence=_("%(by)s wrote a new text of consent"), icon="shield-check")
CONSENT_GIVEN = declare(
    "person.consented", sentence=_("Consent given: %(purpose)s, %(how)s"), icon="shield-check",
    words={"purpose": _purpose, "how": _channel},
)  # fmt: skip
CONSENT_WITHDRAWN = declare(
    "person.withdrew", sentence=_("Consent taken back: %(purpose)s, %(how)s"), icon="shield-x",
    words={"purpose": _purpose, "how": _channel},
)  # fmt: skip
FILE_ADDED = {
    "person": declare("person.file_added", sentence=_("A file: %(name)s"), icon="paperclip"),
    "company": declare("company.file_added", sentence=_("A file: %(name)s"), icon="paperclip"),
    "deal": declare("deal.file_added", sentence=_("A file: %(name)s"), icon="paperclip"),
}
FILE_REMOVED = {
    "person": declare("person.file_removed", sentence=_("A file was taken away: %(name)s"), icon="paperclip"),
    "company": declare("company.file_removed", sentence=_("A file was taken away: %(name)s"), icon="paperclip"),
    "deal": declare("deal.file_removed", sentence=_("A file was taken away: %(name)s"), icon="paperclip"),
}
GROUP_CHANGED = declare("segment.changed", sentence=_("%(by)s changed the segment “%(name)s”"), icon="filter")
GROUP_JOINED = declare("person.joined", sentence=_("The client came into the segment “%(name)s”"), icon="filter")
GROUP_LEFT = declare("person.left", sentence=_("The client left the segment “%(name)s”"), icon="filter-off")
WISH_ADDED = declare("person.wished", sentence=_("A wish: %(what)s"), icon="star")
WISH_BACK = declare("person.wish_back", sentence=_("The day of a wish has come: %(what)s"), icon="star")
WISH_SOLD = declare("person.wish_sold", sentence=_("A wish was sold: %(what)s"), icon="star", words=_MONEY)
WISH_DROPPED = declare("person.wish_dropped", sentence=_("Not wanted any more: %(what)s"), icon="star-off")
NOTE_ADDED = declare("note.added", sentence=_("Note"), icon="note")

DEAL_OPENED = declare(
    "deal.opened", sentence=_("A deal was opened: %(title)s, %(amount)s"), icon="briefcase", words=_MONEY
)
DEAL_MOVED = declare("deal.moved", sentence=_("The deal moved: %(from)s → %(to)s"), icon="arrow-right", words=_MONEY)
DEAL_TRANSFERRED = declare(
    "deal.transferred",
    sentence=_("The deal went from “%(pipeline)s: %(from)s” to “%(to_pipeline)s: %(to)s”"),
    icon="switch-3",
)
DEAL_CHANGED = declare("deal.changed", sentence=_("The deal was changed"), icon="edit", words=_MONEY)
DEAL_WON = declare("deal.won", sentence=_("The deal is won: %(amount)s"), icon="trophy", words=_MONEY)
DEAL_LOST = declare("deal.lost", sentence=_("The deal is lost: %(reason)s"), icon="mood-sad", words=_MONEY)
DEAL_REOPENED = declare("deal.reopened", sentence=_("The deal was opened again: %(to)s"), icon="refresh")

TASK_KIND_CHANGED = declare(
    "task_kind.changed", sentence=_("%(by)s changed the kind of tasks “%(name)s”"), icon="adjustments"
)
SERIES_SET = declare("series.set", sentence=_("Repeating: %(title)s"), icon="repeat")
SERIES_ENDED = declare("series.ended", sentence=_("Comes no more: %(title)s"), icon="repeat-off")
TASK_TAKEN = declare("task.taken", sentence=_("%(by)s took the task: %(title)s"), icon="hand-grab")
TASK_SET = declare("task.set", sentence=_("Planned (%(kind)s): %(title)s"), icon="calendar-plus", words=_TASK)
TASK_MOVED = declare("task.moved", sentence=_("Put off: %(title)s"), icon="calendar-time", words=_TASK)
TASK_HANDED = declare("task.handed", sentence=_("Handed over: %(title)s"), icon="user-share", words=_TASK)
TASK_CANCELLED = declare("task.cancelled", sentence=_("Taken back: %(title)s"), icon="calendar-off", words=_TASK)
TASK_DONE = declare("task.done", sentence=_("Done: %(title)s"), icon="check", words=_TASK)
TASK_OVERDUE = declare("task.overdue", sentence=_("Overdue: %(title)s"), icon="alarm", words=_TASK)
