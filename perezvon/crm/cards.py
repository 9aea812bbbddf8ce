"""Cards of the board as HTML.

A board shows a hundred of them at once; one format string is ten times as fast as a template per
card, and what stands in it is escaped here.
"""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from perezvon.kit.money import roubles
from perezvon.staff import reads as staff
from perezvon.web import words
from perezvon.web.templatetags.web import avatar

from .board import Card, Column

_CARD = (
    '<article class="deal-card{stale}" data-board-card data-move-url="{base}{id}/stage/" id="deal-{id}">'
    '<a class="deal-card-title" href="{base}{id}/">{title}</a>'
    '<div class="deal-card-line"><span class="deal-card-client">{client}</span>{avatar}</div>'
    '<div class="deal-card-line"><span class="deal-card-sum">{amount}</span>'
    '<a class="due due-{state}" href="{step}" title="{hint}" data-dialog data-no-drag>{due}</a>'
    '<a class="deal-card-move" href="{base}{id}/stage/" data-dialog data-no-drag title="{move}" aria-label="{move}">⋯</a>'
    "</div></article>"
)


def draw(column: Column, at: datetime, here: str) -> SafeString:
    """All cards of a column; the colour is that of the next action, ``here`` the address to come back to."""
    if not column.cards:
        return SafeString("")
    base, tasks = reverse("crm:deals"), reverse("crm:tasks")
    drawer = _Drawer(at, base, tasks, column.stale_before, here)
    return mark_safe("".join(drawer.card(card) for card in column.cards))  # noqa: S308 - escaped piece by piece


class _Drawer:
    """What is the same for all cards of one column."""

    def __init__(self, at: datetime, base: str, tasks: str, stale_before: datetime | None, here: str) -> None:
        self.at, self.base, self.tasks = at, base, tasks
        self.today = timezone.localtime(at).date()
        self.stale_before = stale_before
        self.back = escape(urlencode({"next": here}))
        self.move, self.nothing = escape(_("Move to another stage")), _("No next action")
        self.no_step = pgettext("card", "no step")
        self.avatars: dict[int | None, str] = {None: ""}

    def card(self, card: Card) -> str:
        """One card. A planned action counts as life: until its moment, and from then on as any other sign."""
        state, due = self._due(card.next_action_at)
        alive = max(card.alive_at, card.next_action_at or card.alive_at)
        is_stale = self.stale_before and alive < self.stale_before
        task = card.next_task_id
        return _CARD.format(
            id=card.id, base=self.base, title=escape(card.title), client=escape(card.client or "—"),
            avatar=self._avatar(card.responsible_id), amount=roubles(card.amount), state=state, due=escape(due),
            hint=escape(card.next_action_title or self.nothing), move=self.move, stale=" is-stale" if is_stale else "",
            step=f"{self.tasks}{task}/done/?{self.back}" if task else f"{self.tasks}add/?deal={card.id}&amp;{self.back}",
        )  # fmt: skip

    def _due(self, at: datetime | None) -> tuple[str, str]:
        if at is None:
            return "none", self.no_step
        text = words.moment(at, self.at)
        if at < self.at:
            return "late", text
        return ("today" if timezone.localtime(at).date() == self.today else "later"), text

    def _avatar(self, user_id: int | None) -> Any:
        if user_id not in self.avatars:
            name = staff.name_of(user_id)
            self.avatars[user_id] = f'<span title="{escape(name)}">{avatar(name, "xs")}</span>'
        return self.avatars[user_id]
