"""Whose client is calling: what an exchange is told before the first ring."""

from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef

from perezvon.crm.reads import by_phone
from perezvon.staff.models import Presence, User

from ..models import Extension
from .contract import Account

_NOT_NOW = (Presence.State.BREAK, Presence.State.DND)


@dataclass(frozen=True, slots=True)
class Owner:
    """The client's name, and the numbers of his own manager at this exchange in the order they were entered.

    No numbers: he has no manager, or his manager is on a break or must not be disturbed.
    """

    client: str
    numbers: tuple[str, ...] = ()

    @property
    def extension(self) -> str:
        """The first number; "" for none."""
        return self.numbers[0] if self.numbers else ""


def owner_of(account: Account, phone: str) -> Owner | None:
    """Who is calling, by any spelling of his number; None for a stranger. Two statements.

    The manager's numbers are those that belong to him at this exchange, else the internal number on his card.
    """
    cards = by_phone(phone)
    if not cards:
        return None
    card = cards[0]
    if card.responsible_id is None:
        return Owner(card.name)
    own = Extension.objects.filter(provider_id=account.id, user_id=OuterRef("pk")).order_by("pk")
    rows = User.objects.filter(pk=card.responsible_id, is_active=True).annotate(
        numbers=ArraySubquery(own.values("number"))
    )
    found = rows.values_list("numbers", "presence").first()
    if found is None or found[1] in _NOT_NOW:
        return Owner(card.name)
    return Owner(card.name, tuple(found[0]) or tuple(filter(None, [card.extension])))
