"""What is sold in deals, kinds of tasks and their ready results."""

from decimal import Decimal
from typing import Annotated, Any

from django.utils.translation import gettext_lazy as _
from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from perezvon.api.ids import named
from perezvon.api.nouns import Caller, Expansion, Noun, register
from perezvon.api.schemas import Amount, Field, Id, In, Out, Roubles

from ..actions.lines import NewLine, sell, set_lines
from ..models import Deal, DealLine, Product, TaskResult
from .deals import DEALS


class DealLineOut(Out):
    """A line of a deal: a product or words, how much of it, the price of one."""

    id: int
    deal_id: int
    product_id: int | None
    title: str
    quantity: Decimal = Field(json_schema_extra={"type": "string"})
    price: Roubles
    amount: Roubles
    order: int


def _lines(user: Any, verb: str) -> Any:
    return DealLine.objects.filter(deal__in=Deal.objects.visible_to(user, verb).order_by().values("pk"))


register(Noun(
    "deal-lines", "deal_line", _("Lines of deals"), DealLineOut, _lines, "deal", narrow={"deal": "deal_id", "product": "product_id"},
    expand={"deal": Expansion("deals", "deal_id"), "product": Expansion("products", "product_id")},
))  # fmt: skip


def _positive(value: Decimal) -> Decimal:
    if value <= 0:
        raise PydanticCustomError("below_zero", "not above zero")
    return value


class DealLineIn(In):
    """One line."""

    product_id: Id | None = None
    title: Annotated[str, Field(max_length=200)] = ""
    quantity: Annotated[Amount, AfterValidator(_positive)] = Decimal(1)
    price: Amount


class DealLinesIn(In):
    """All lines of the deal, in their order."""

    lines: list[DealLineIn] = Field(max_length=50)


def _new(body: DealLinesIn) -> list[NewLine]:
    products = Product.objects.filter(is_archived=False)
    return [
        NewLine(price=one.price, quantity=one.quantity, title=one.title,
                product=named(products, one.product_id, f"lines.{place}.product_id"))
        for place, one in enumerate(body.lines)
    ]  # fmt: skip


@DEALS.verb("lines", _("Deals: what is sold, line by line; the amount is their sum"), DealLinesIn)
def put_lines(caller: Caller, deal: Deal, body: DealLinesIn) -> Deal:
    """These lines instead of those that were."""
    set_lines(deal, _new(body), by=caller.user, at=caller.at)
    return deal


@DEALS.verb("sell", _("Deals: win with these lines"), DealLinesIn, right="close")
def sold(caller: Caller, deal: Deal, body: DealLinesIn) -> Deal:
    """Won for the sum of the lines."""
    return sell(deal, _new(body), by=caller.user, at=caller.at)


class TaskResultOut(Out):
    """A ready result of a kind of task, and what it suggests next."""

    id: int
    kind: str
    text: str
    order: int
    next_kind: str
    next_days: int
    needs_comment: bool
    is_archived: bool


register(Noun(
    "task-results", "task_result", _("Results of tasks"), TaskResultOut, lambda user, verb: TaskResult.objects.all(), narrow={"kind": "kind"},
))  # fmt: skip
