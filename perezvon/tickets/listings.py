"""The list of requests: counted queues, saved views, conditions, heads, many at once, export."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from django.db.models import DateTimeField, Q, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from perezvon.crm import reads as crm
from perezvon.kit import phones
from perezvon.kit.money import roubles
from perezvon.lists.listing import Button, Column, Listing, Look, Show, Sort, register
from perezvon.lists.picking import add_to_selection
from perezvon.staff import access as rights
from perezvon.staff import reads as staff
from perezvon.web import hooks, words
from perezvon.web.templatetags.web import due, icon

from . import shown
from .actions.editing import change_ticket
from .actions.errors import FasterThanYou
from .edits import EDITS
from .fields import CHANNELS, TICKET
from .many import ACTIONS
from .models import Ticket
from .stages import BY_KEY, Loss
from .templatetags.tickets import promise

_OPEN = Q(state=Ticket.State.OPEN)
_FAR = datetime(2200, 1, 1, tzinfo=UTC)
_ICONS = {"form": "forms", "manual": "pencil"}

#: what each counted queue holds, as indexes know it
_CHIPS: dict[str, Callable[[Any, datetime], Q]] = {
    "new": lambda user, at: _OPEN & Q(first_response_at=None),
    "overdue": lambda user, at: _OPEN & Q(overdue_since__isnull=False),
    "late": lambda user, at: _OPEN & Q(due_at__lte=at),
    "missed": lambda user, at: _OPEN & Q(missed_at__isnull=False),
    "unplanned": lambda user, at: _OPEN & Q(next_task_id=None),
    "nobody": lambda user, at: _OPEN & Q(waiting_since__isnull=False),
    "paused": lambda user, at: _OPEN & Q(paused_at__isnull=False),
    "mine": lambda user, at: _OPEN & Q(responsible=user.pk),
    "open": lambda user, at: _OPEN,
}
_ORDERS = {"overdue": "overdue", "late": "due", "missed": "-missed", "nobody": "waiting", "paused": "paused"}


def _never_null(name: str, instead: datetime = _FAR) -> Coalesce:
    return Coalesce(name, Value(instead, output_field=DateTimeField()), output_field=DateTimeField())


def _shows() -> Sequence[Show]:
    return tuple(
        Show(key, label, tone=tone, also=_CHIPS.get(key), sort=_ORDERS.get(key, ""))
        for key, (label, tone, _order) in shown.SHOWS.items()
    )


def _dress(rows: Sequence[Ticket], user: Any) -> None:
    """Numbers of the clients as the reader may see them: one query a page."""
    numbers = crm.phones_of(row.person_id for row in rows if row.person_id)
    sees = rights.sees_phones(user)
    for row in rows:
        number, dressed = numbers.get(row.person_id or 0, ""), row
        dressed.phone_shown = "" if not number else phones.pretty(number) if sees else phones.mask(number)  # type: ignore[attr-defined]


def _number(row: Ticket, look: Look) -> Any:
    number = f"{row.number} → {row.merged_into.number}" if row.merged_into else row.number
    if row.priority not in ("high", "urgent"):
        return escape(number)
    return format_html('{} <span class="badge bg-danger-lt">{}</span>', number, row.get_priority_display())


def _name(row: Ticket) -> str:
    return (row.person.name or _("Unknown caller")) if row.person else _("Hidden number")


def _client(row: Any, look: Look) -> SafeString:
    badge = "" if row.is_new else format_html(' <span class="badge bg-azure-lt">{}</span>', _("returning"))
    if not row.phone_shown:
        return format_html("<div><span>{}</span>{}</div>", _name(row), badge)
    drawn = hooks.call_button(look.request, "person", row.person_id, "") if look.request is not None else ""
    button = mark_safe(drawn)  # noqa: S308 - a room's own template
    return format_html(
        '<div><span>{}</span>{}<div class="cell-sub text-nowrap">{} {}</div></div>',
        _name(row),
        badge,
        row.phone_shown,
        button,
    )


def _channel(row: Ticket) -> str:
    return str(dict(CHANNELS).get(row.channel, row.channel))


def _origin(row: Ticket, look: Look) -> SafeString:
    mark = icon(_ICONS.get(row.channel, "phone-incoming"), "", _channel(row))
    drawn = format_html("<span>{} {}</span>", mark, row.source.name if row.source else _channel(row))
    return format_html('<div>{}<div class="cell-sub">{}</div></div>', drawn, row.product.name) if row.product else drawn


def _stands(row: Ticket) -> str:
    """Where the request stands, in words: not a target, lost at, or the step."""
    if row.state == Ticket.State.DISQUALIFIED:
        return pgettext("request", "Not a target")
    if row.loss:
        return str(Loss(row.loss).label)
    head = row.step.partition(":")[0]
    return str(BY_KEY[head].name) if head in BY_KEY else row.step


def _badge(tone: str, text: object) -> SafeString:
    return format_html('<span class="badge bg-{}-lt text-wrap text-start">{}</span> ', tone, text)


def _standing(row: Ticket, look: Look) -> SafeString:
    tone = "secondary" if row.state == Ticket.State.DISQUALIFIED else "danger" if row.loss else "primary"
    drawn = _badge(tone, _stands(row))
    if row.is_short:
        drawn += _badge("secondary", pgettext("call", "short"))
    if row.missed_at and row.is_open and not row.loss:
        drawn += _badge("danger", _("did not get through"))
    if row.state == Ticket.State.CLOSED and not row.loss:
        drawn += _badge("secondary", pgettext("request", "closed"))
    if row.recovery and not row.loss:
        drawn += _badge("success", f"{pgettext('request', 'won back')}: {row.get_recovery_display()}")
    return drawn


def _responsible(row: Ticket, look: Look) -> Any:
    if row.responsible_id:
        return escape(staff.name_of(row.responsible_id))
    return format_html('<span class="text-secondary">{}</span>', row.department.name if row.department else "—")


def _moment(name: str, is_due: bool = False) -> Callable[[Ticket, Look], Any]:
    """A cell with a moment; a due one as its badge, of open requests only."""

    def cell(row: Ticket, look: Look) -> Any:
        at: datetime | None = getattr(row, name)
        if is_due:
            return due(at) if at and row.is_open else ""
        return (
            format_html(
                '<time datetime="{}" title="{}">{}</time>', at.isoformat(), words.exact(at), words.ago(at, look.at)
            )
            if at
            else ""
        )

    return cell


def _promised(row: Ticket, look: Look) -> Any:
    return promise(row) if row.is_open else ""


def _local(name: str) -> Callable[[Ticket], Any]:
    def value(row: Ticket) -> Any:
        at: datetime | None = getattr(row, name)
        return timezone.localtime(at) if at else None

    return value


TICKETS = register(
    Listing(
        "tickets", "ticket", gettext_lazy("Requests"), "tickets:inbox", "inbox", TICKET, card="tickets:ticket",
        columns=(
            Column("number", pgettext_lazy("request", "Number"), sort="opened", always=True, link=True, classes="text-nowrap",
                   value=lambda row: row.number, cell=_number),
            Column("client", gettext_lazy("Client"), always=True, value=_name, cell=_client),
            Column("phone", gettext_lazy("Phone"), shown=False, value=lambda row: row.phone_shown),
            Column("origin", gettext_lazy("How it came"), value=_channel, cell=_origin),
            Column("source", gettext_lazy("Source"), shown=False, value=lambda row: row.source.name if row.source else "", edit="source"),
            Column("product", gettext_lazy("Product"), shown=False, value=lambda row: row.product.name if row.product else "", edit="product"),
            Column("region", gettext_lazy("Region"), shown=False, value=lambda row: row.region, edit="region"),
            Column("stands", gettext_lazy("Stands at"), value=_stands, cell=_standing),
            Column("responsible", gettext_lazy("Responsible"), value=lambda row: staff.name_of(row.responsible_id), cell=_responsible,
                   edit="responsible"),
            Column("queue", gettext_lazy("Queue"), shown=False, value=lambda row: row.queue.name if row.queue else "", edit="queue"),
            Column("priority", gettext_lazy("Priority"), shown=False, value=lambda row: row.get_priority_display(), edit="priority"),
            Column("next", gettext_lazy("Next step"), value=_local("deadline"), cell=_moment("deadline", True), classes="text-nowrap"),
            Column("due", gettext_lazy("Promised by"), sort="due", value=_local("due_at"), cell=_promised, classes="text-nowrap"),
            Column("contact", gettext_lazy("Last contact"), value=_local("last_contact_at"), cell=_moment("last_contact_at"), classes="text-nowrap"),
            Column("opened", pgettext_lazy("request", "Opened"), shown=False, value=_local("opened_at"), cell=_moment("opened_at"), classes="text-nowrap"),
            Column("amount", gettext_lazy("sale, ₽"), numeric=True, shown=False, value=lambda row: row.amount,
                   cell=lambda row, look: escape(roubles(row.amount)) if row.amount else ""),
        ),
        sorts=(
            Sort("opened", pgettext_lazy("request", "Opened"), "opened_at"), Sort("due", gettext_lazy("Promised by"), _never_null("due_at")),
            Sort("overdue", gettext_lazy("Overdue"), _never_null("overdue_since")),
            Sort("missed", gettext_lazy("Lost calls"), _never_null("missed_at", datetime(1970, 1, 1, tzinfo=UTC))),
            Sort("waiting", gettext_lazy("Nobody can take"), _never_null("waiting_since")),
            Sort("paused", gettext_lazy("Wait for the client"), _never_null("paused_at")),
        ),
        sort="-opened", rows=lambda user, verb="view": Ticket.objects.visible_to(user, verb),
        related=("person", "source", "product", "department", "queue", "merged_into"), search=lambda rows, user, text: shown.found(rows, user, text),
        placeholder=gettext_lazy("Number, phone or name"), shows=_shows, show="open", counts=lambda user, at: shown.counts(user, at=at),
        quick=("source", "loss", "responsible", "queue"), groups=("responsible", "source", "queue", "product", "department", "loss", "channel"),
        dress=_dress, client="person_id", amount="amount", edits=EDITS, change=change_ticket, changed=FasterThanYou,
        buttons=(
            Button(gettext_lazy("Queues"), "tickets:queues", "stack-2", dialog=False, primary=False),
            Button(gettext_lazy("Deadlines"), "tickets:settings", "hourglass", "settings", "administer", dialog=False, primary=False),
        ),
        empty=(gettext_lazy("No requests here"), gettext_lazy("A call or a site form opens a request by itself.")),
        live="ticket",
    )
)  # fmt: skip
for action in ACTIONS:
    TICKETS.add_action(action)
TICKETS.add_action(add_to_selection(TICKETS))
