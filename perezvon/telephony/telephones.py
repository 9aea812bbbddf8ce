"""Who has which telephone: asked by every page that shows a call button, so remembered for a few seconds."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from perezvon.staff.reads import remembered

from .actions.intake import account_of
from .models import Device, Extension, Provider
from .providers import ExchangeError, adapter

OWN = "asterisk"


@dataclass(frozen=True, slots=True)
class Telephone:
    """An internal number of one person; ``kinds`` are its telephones on an exchange of our own ("browser", "desk")."""

    user_id: int
    provider_id: int
    exchange: str
    number: str
    kinds: frozenset[str]

    @property
    def in_browser(self) -> bool:
        """Whether it rings in the browser."""
        return Device.Kind.BROWSER in self.kinds

    @property
    def endpoints(self) -> tuple[str, ...]:
        """Its names in Asterisk, the browser's first."""
        names = {Device.Kind.BROWSER: self.number + "w", Device.Kind.DESK: self.number}
        return tuple(name for kind, name in names.items() if kind in self.kinds)


def of(user: Any) -> Telephone | None:
    """The telephone of ``user``: one on our own exchange before one in a cloud; None when he has none."""
    return next(iter(_telephones().get(getattr(user, "pk", None) or 0, ())), None)


def can_dial(user: Any) -> bool:
    """Whether a button may place a call for ``user``."""
    telephone = of(user)
    return telephone is not None and (bool(telephone.kinds) if telephone.exchange == OWN else True)


def numbers_of(user_id: int) -> set[tuple[int, str]]:
    """All internal numbers of a person: (exchange's id, number)."""
    mine = _telephones().get(user_id, ())
    return {(node, one.number) for one in mine for node in _twins().get(one.provider_id, (one.provider_id,))}


@remembered
def _twins() -> dict[int, list[int]]:
    """The nodes on which the numbers of an exchange are the same, itself first, by its id."""
    found: dict[int, list[int]] = {}
    for provider in Provider.objects.filter(kind=OWN).order_by("pk"):
        if provider.first_id != provider.pk:
            found.setdefault(provider.first_id, [provider.first_id]).append(provider.pk)
    return found


def rang_at(user: Any) -> Q:
    """Calls that rang at a telephone of ``user``, whoever was rung last, or that he talked in."""
    condition = Q(user=user.pk)
    for provider_id, number in numbers_of(user.pk):
        condition |= Q(provider=provider_id, attempts__contains=[{"extension": number}])
    return condition


@remembered
def _telephones() -> dict[int, list[Telephone]]:
    rows = Extension.objects.filter(provider__is_enabled=True, user__is_active=True).select_related("provider")
    kinds = defaultdict(set)
    for extension_id, kind in Device.objects.filter(is_enabled=True).values_list("extension_id", "kind"):
        kinds[extension_id].add(kind)
    found: dict[int, list[Telephone]] = defaultdict(list)
    for row in rows.order_by("pk"):
        if calls_out(row.provider):
            one = Telephone(row.user_id, row.provider_id, row.provider.kind, row.number, frozenset(kinds[row.pk]))
            found[row.user_id].append(one)
    for telephones in found.values():
        telephones.sort(key=lambda one: (one.exchange != OWN, not one.kinds))
    return dict(found)


def calls_out(provider: Provider) -> bool:
    """Whether this exchange places a call when asked, and we may ask it."""
    try:
        exchange = adapter(provider.kind)
    except ExchangeError:
        return False
    return exchange.click_to_call is not None and (provider.kind == OWN or exchange.can_ask(account_of(provider)))
