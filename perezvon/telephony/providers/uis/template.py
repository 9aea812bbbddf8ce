"""The notifications that the client pastes into his account: the field names in them are ours to choose.

Source: "HTTP notifications", list of variables. The account replaces ``{{name}}`` by a JSON value, its quotes included:
quotes of our own around it would make ``""...""``. Which notification it is stands in the text itself ("event"), because
the platform's own names of notifications are written by whoever makes them.
"""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from .events import CALL_END, CALL_IN, CALL_OUT, LOST, RECORD, TALK_END, TALK_START, WAITING

_ALWAYS = (
    "call_session_id",
    "notification_time",
    "notification_timestamp",
    "virtual_phone_number",
    "contact_phone_number",
)
_WHO = ("employee_id", "employee_full_name", "direction", "is_internal")
_NOTIFICATIONS: tuple[tuple[str, Any, tuple[str, ...]], ...] = (
    (CALL_IN, _("Inbound call on a virtual number"), ("scenario_name", "communication_id")),
    (WAITING, _("Waiting for the answer"), (*_WHO, "leg_id")),
    (TALK_START, _("Talk started"), (*_WHO, "leg_ids")),
    (TALK_END, _("Talk finished"), (*_WHO, "leg_ids", "talk_time_duration")),
    (CALL_END, _("Call finished"),
     (*_WHO, "scenario_name", "talk_time_duration", "wait_time_duration", "total_time_duration", "external_id")),
    (LOST, _("Lost call"), ("scenario_name", "wait_time_duration", "employee_ids")),
    (RECORD, _("Call recording completed"), ("employee_id", "file_link", "file_duration")),
    (CALL_OUT, _("Outbound call"), ("employee_id", "employee_full_name")),
)  # fmt: skip


def templates(_base: str) -> tuple[tuple[Any, str], ...]:
    """What to paste, for each notification: its name in the account, the text."""
    return tuple((label, _text(event, (*_ALWAYS, *own))) for event, label, own in _NOTIFICATIONS)


def _text(event: str, names: Iterable[str]) -> str:
    lines = [f'  "event": "{event}"', *(f'  "{name}": {{{{{name}}}}}' for name in names)]
    return "{\n" + ",\n".join(lines) + "\n}"
