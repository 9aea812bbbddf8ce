"""Who looks: what of the board he may see and do. People with equal rights share what is drawn for them."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from perezvon.staff import access
from perezvon.staff.access import Rights, rights_of

from .board import Client, Reach, within

WIDE = ("department", "subtree", "all")


@dataclass(frozen=True, slots=True)
class Deals:
    """Which deals count as money at stake for somebody: nobody's, his departments' and his own, or all."""

    everything: bool = False
    departments: frozenset[int] = frozenset()
    user_id: int | None = None

    def stake(self, client: Client) -> Decimal:
        """Roubles in the open deals of a client that may be seen."""
        if self.everything:
            return client.worth
        seen = (o for o in client.offers if o.department_id in self.departments or o.owner_id == self.user_id)
        return sum((offer.amount for offer in seen if self.user_id is not None), Decimal(0))


@dataclass(frozen=True, slots=True)
class Viewer:
    """Rights turned into what the board needs; equal viewers see the same.

    ``calls`` and ``staff`` are the departments whose calls and people are shown, ``listens`` and ``supervises`` those
    where he may listen in and give orders (None = everywhere, empty = nowhere).
    """

    language: str
    calls: Reach
    listens: Reach
    supervises: Reach
    deals: Deals
    sees_money: bool
    sees_phones: bool

    def sees(self, department_id: int | None) -> bool:
        """Whether calls, people and queues of this department are shown."""
        return within(department_id, self.calls)


def may_look(user: Any) -> bool:
    """The board is for those who see more calls than their own."""
    return access.scope(user, "call") in WIDE


def may_supervise(user: Any) -> bool:
    """Whether he may give orders at all."""
    return access.can(user, "call", "supervise")


def viewer_of(user: Any, language: str) -> Viewer:
    """What ``user`` sees, in his language."""
    rights = rights_of(user)
    scope = rights.scope("deal", "view")
    deals = Deals(
        scope == "all", frozenset(rights.departments(scope)), rights.user_id if scope and scope != "all" else None
    )
    return Viewer(
        language, _reach(rights, "view"), _reach(rights, "listen"), _reach(rights, "supervise"), deals, bool(scope),
        access.sees_phones(user),
    )  # fmt: skip


def _reach(rights: Rights, verb: str) -> Reach:
    scope = rights.scope("call", verb)
    return None if scope == "all" else frozenset(rights.departments(scope))
