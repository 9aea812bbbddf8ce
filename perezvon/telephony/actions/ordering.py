"""What an operator does with a call at his desk telephone from the screen: the exchange does it for him.

A telephone on the desk is answered by hand only. The softphone does the same by itself, without these orders.
"""

from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from perezvon.journey.actions import record
from perezvon.kit import phones

from .. import facts, telephones
from ..models import Call, Extension, Queue
from ..pbx import control
from ..pbx.live import channels

QUEUE = "queue-"


class Order(models.TextChoices):
    """What can be asked for."""

    HANG_UP = "hang_up", gettext_lazy("hang up")
    HOLD = "hold", gettext_lazy("put on hold")
    RESUME = "resume", gettext_lazy("take off hold")
    TRANSFER = "transfer", gettext_lazy("transfer")
    CONSULT = "consult", gettext_lazy("talk first")
    BACK = "back", gettext_lazy("back to the client")


class NotOrdered(Exception):
    """The exchange did not do it; the text says why, in the reader's language."""


def give_order(call: Call, order: str, *, to: str = "", by: Any, at: datetime) -> None:
    """Do it with the talk of ``by`` in this call. ``to``: an internal number, "queue-5" or a telephone number.

    NotOrdered when his telephone is not on an exchange of ours, the place is unknown or the exchange refuses. ValueError for
    an unknown order.
    """
    wanted, telephone = Order(order), telephones.of(by)
    if telephone is None or telephone.provider_id != call.provider_id or not telephone.kinds:
        raise NotOrdered(_("This call is not at a telephone of our own exchange."))
    with transaction.atomic():
        record(
            facts.CALL_ORDERED, at=at, by=by, owner_id=by.pk, call_id=call.pk, person_id=call.person_id,
            department_id=call.department_id, channel="call", order=wanted.value, to=_spoken(to),
        )  # fmt: skip
    try:
        _do(call, wanted, to, telephone.number)
    except control.ControlError as error:
        raise NotOrdered(error.reason) from error


def _do(call: Call, order: Order, to: str, extension: str) -> None:
    provider = call.provider
    if order == Order.HANG_UP:
        control.hang_up(provider, call.key, extension=extension)
    elif order in (Order.HOLD, Order.RESUME):
        _hush(call, order == Order.HOLD)
    elif order == Order.BACK:
        control.return_to_client(provider, call.key)
    elif order == Order.CONSULT:
        control.consult(provider, call.key, _place(call, to))
    elif to.startswith(QUEUE):
        control.move(provider, call.key, _queue(call, to))
    else:
        control.transfer(provider, call.key, _place(call, to))


def _hush(call: Call, is_held: bool) -> None:
    """Neither hears the other: the talk stays as it is, so nothing can be lost by it."""
    with control.link(call.provider) as ami:
        legs = [leg for leg in channels(ami.list_action("CoreShowChannels")) if leg.call_key == call.key]
        client = next((leg for leg in legs if leg.is_client), None)
        if client is None:
            raise control.ControlError(_("The call is over."))
        ami.action("MuteAudio", Channel=client.name, Direction="all", State="on" if is_held else "off")


def _queue(call: Call, to: str) -> Queue:
    number = to.removeprefix(QUEUE)
    found = (
        Queue.objects.filter(provider=call.provider_id, pk=int(number), is_enabled=True).first()
        if number.isdecimal()
        else None
    )
    if found is None:
        raise control.ControlError(_("There is no such queue."))
    return found


def _place(call: Call, to: str) -> str:
    if Extension.objects.filter(provider=call.provider_id, number=to).exists():
        return to
    number = phones.normalise(to)
    if not number:
        raise control.ControlError(_("A call is handed over to a colleague, a queue or a telephone number."))
    return number


def _spoken(to: str) -> str:
    """Where to, without the number of a client."""
    number = phones.normalise(to)
    return phones.mask(number) if number else to[:20]
