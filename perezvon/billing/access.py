"""Who may see and add money."""

from typing import Any

from django.http import Http404

from perezvon.crm import access as crm
from perezvon.crm.models import Deal
from perezvon.staff import access


def deal(user: Any, pk: int) -> Deal:
    """The deal whose payments are asked for, by the right on payments. Http404 otherwise."""
    one = crm.deal(user, pk)
    if not allows(user, "view", one):
        raise Http404
    return one


def allows(user: Any, verb: str, deal: Deal) -> bool:
    """Whether ``user`` may do that to the payments of this deal."""
    return access.allows(user, "payment", verb, owner_id=deal.responsible_id, department_id=deal.department_id)
