"""What a list is asked: filter, search, order, place, size, fields, expansions; read strictly, answered by keyset pages."""

from hashlib import sha256
from typing import Annotated, Any, Literal

from django.core import signing
from django.db.models.expressions import BaseExpression
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import BaseModel, create_model

from perezvon.kit.conditions import parse, q
from perezvon.staff.fields import circumstances
from perezvon.web.paging import Page, cursor_page

from .limits import Budget, check_rows, most_rows
from .nouns import Caller, Noun, Order
from .problems import wrong
from .schemas import LARGEST_ID, Field

USUAL, MOST = 50, 200
_ORDER = "ordered_by"
_ID = Order("id", "pk")


class Told(BaseModel):
    """How much is told of each row."""

    fields: Annotated[
        str,
        Field(description=gettext_lazy("Only these fields, with commas between; id is always there."), max_length=2000),
    ] = ""
    expand: Annotated[str, Field(description=gettext_lazy("What is told along, with commas between."), max_length=200)] = ""  # fmt: skip


class Asked(Told):
    """A page of a list."""

    limit: Annotated[int, Field(description=gettext_lazy("How many rows at most."), ge=1, le=MOST)] = USUAL
    cursor: Annotated[str, Field(description=gettext_lazy("The place to go on from: “next” of the page before."), max_length=4000)] = ""  # fmt: skip


def query_of(noun: Noun) -> type[Asked]:
    """The parameters of a list of this noun, for the framework and for the document."""
    keys = [sign + order.key for order in (_ID, *noun.orders) for sign in ("", "-")]
    more: dict[str, Any] = {
        "sort": (Literal[tuple(keys)], Field("id", description=gettext_lazy("The order; “-” turns it round."))),
    }  # fmt: skip
    if noun.fields is not None:
        more["filter"] = (str, Field("", description=gettext_lazy(
            "A condition as JSON, the same that lists on the screen use; what can be asked is told under /vocabulary."),
            max_length=20_000))  # fmt: skip
    if noun.search is not None:
        more["q"] = (str, Field("", description=gettext_lazy("What is looked for, as typed."), max_length=100))
    for name, column in noun.narrow.items():
        is_id = column.endswith("_id") or column == "pk"
        kind: Any = Annotated[int, Field(ge=1, le=LARGEST_ID)] | None if is_id else str | None
        more[name] = (kind, Field(None, description=gettext_lazy("Only rows where this is so.")))
    return create_model(f"{noun.one}_query", __base__=Asked, **more)


def no_others(request: HttpRequest, model: type[BaseModel]) -> None:
    """ApiProblem for a parameter that nobody knows: a misspelt filter must not tell everything."""
    for name in request.GET:
        if name not in model.model_fields:
            raise wrong(f"query.{name}", _("There is no such parameter."), "extra_forbidden")


def page_of(noun: Noun, caller: Caller, asked: Any, budget: Budget) -> tuple[Page[Any], str]:
    """The rows of a page, and the signed cursor of the next one ("" = it is the last)."""
    check_rows(caller, noun, budget)
    rows, order = _ordered(noun, _narrowed(noun, caller, asked), asked.sort)
    size = min(asked.limit, max(1, most_rows(caller, noun) - budget.rows)) if noun.is_exported else asked.limit
    signer = _signer(noun, asked)
    try:
        cursor = signer.unsign(asked.cursor) if asked.cursor else ""
    except signing.BadSignature:
        raise wrong("query.cursor", _("This cursor is not of this list.")) from None
    page = cursor_page(rows.select_related(*noun.related), order, cursor, size)
    return page, signer.sign(page.next_cursor) if page.next_cursor else ""


def _signer(noun: Noun, asked: Any) -> signing.Signer:
    """A cursor belongs to one list in one order with one condition."""
    told = asked.model_dump(exclude={"cursor", "limit", "fields", "expand"})
    return signing.Signer(salt=f"api.{noun.key}.{sha256(repr(sorted(told.items())).encode()).hexdigest()}", sep=".")


def _narrowed(noun: Noun, caller: Caller, asked: Any) -> Any:
    rows = noun.rows(caller.user, noun.view)
    if noun.search is not None and (text := " ".join(asked.q.split())):
        rows = noun.search(rows, caller.user, text)
    for name, column in noun.narrow.items():
        value = getattr(asked, name)
        if value is not None:
            rows = rows.filter(**{column: value})
    if noun.fields is not None and asked.filter:
        tree = parse(asked.filter, noun.fields.open_to(caller.user))
        rows = rows.filter(q(tree, circumstances(caller.user, caller.at)))
    return rows


def _ordered(noun: Noun, rows: Any, word: str) -> tuple[Any, tuple[str, ...]]:
    sign = "-" if word.startswith("-") else ""
    order = next(one for one in (_ID, *noun.orders) if one.key == word.removeprefix("-"))
    if order is _ID:
        return rows, (f"{sign}pk",)
    if isinstance(order.by, BaseExpression):
        return rows.annotate(**{_ORDER: order.by}), (f"{sign}{_ORDER}", f"{sign}pk")
    return rows, (f"{sign}{order.by}", f"{sign}pk")


def names(text: str, known: set[str], place: str) -> set[str]:
    """The names in a list with commas. ApiProblem for one that is not known."""
    found = {name.strip() for name in text.split(",") if name.strip()}
    for name in sorted(found - known):
        raise wrong(f"query.{place}", _("There is no “%(name)s” here. There are: %(known)s") % {
            "name": name[:40], "known": ", ".join(sorted(known)) or "—"})  # fmt: skip
    return found
