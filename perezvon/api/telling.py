"""Rows as programs read them."""

from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel, create_model

from .asking import Told, names
from .nouns import Caller, Noun, nouns
from .who import check_scope


def tell(noun: Noun, rows: Sequence[Any], caller: Caller, asked: Told | None = None) -> list[dict[str, Any]]:
    """The rows with the fields and the expansions that are asked for. ApiProblem for names that are not known."""
    only, expanded = None, set()
    if asked is not None:
        only = names(asked.fields, set(noun.out.model_fields), "fields") or None
        expanded = names(asked.expand, set(noun.expand), "expand")
    noun.dress(rows, caller)
    wanted = only | {"id"} if only else None
    told = [noun.out.model_validate(row).model_dump(include=wanted) for row in rows]
    for name in sorted(expanded):
        _expand(noun, name, rows, told, caller)
    return told


def _expand(noun: Noun, name: str, rows: Sequence[Any], told: list[dict[str, Any]], caller: Caller) -> None:
    expansion = noun.expand[name]
    other = nouns()[expansion.of]
    check_scope(caller, other)
    ids = [getattr(row, expansion.by) for row in rows]
    found: dict[int, dict[str, Any]] = {}
    if other.can(caller.user, other.view):
        wanted = other.rows(caller.user, other.view).filter(pk__in={pk for pk in ids if pk})
        near = list(wanted.select_related(*other.related))
        found = {row.pk: one for row, one in zip(near, tell(other, near, caller), strict=True)}
    for pk, one in zip(ids, told, strict=True):
        one[name] = found.get(pk)


def item_model(noun: Noun) -> type[BaseModel]:
    """The shape of one row for the document: its fields, and the expansions as what may be there."""
    more: dict[str, Any] = {name: (nouns()[one.of].out | None, None) for name, one in noun.expand.items()}
    title = "".join(part.title() for part in noun.one.split("_"))
    return create_model(title, __base__=noun.out, **more)


def page_model(noun: Noun, item: type[BaseModel]) -> type[BaseModel]:
    """The shape of a page."""
    return create_model(f"{item.__name__}Page", items=(list[item], ...), next=(str | None, ...))  # type: ignore[valid-type]
