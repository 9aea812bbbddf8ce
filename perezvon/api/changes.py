"""What has changed: the ledger read from a place on, so that a program can keep a copy and never miss a row.

A place is a signed word, good for ever: (epoch, txid, id) of the last fact read, see ``journey.feeding``.
"""

from typing import Annotated, Any

from django.core import signing
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import BaseModel, create_model

from perezvon.journey.feeding import Position, after, present

from .nouns import Caller, Noun
from .problems import wrong
from .schemas import Field
from .telling import tell

WINDOW = 500  # facts looked at in one call, whether they are about the noun or not
_SIGNER = signing.Signer(salt="api.changes", sep=".")


class Since(BaseModel):
    """From where on."""

    after: Annotated[str, Field(max_length=200, description=gettext_lazy(
        "“next” of the call before. Without it nothing is told but the place of now: take it first, then read the whole list, then what has changed since."))] = ""  # fmt: skip


def written(place: Position) -> str:
    """A place as a word."""
    return _SIGNER.sign(f"{place.epoch}-{place.txid}-{place.fact_id}")


def read(word: str) -> Position:
    """A place of a word; ApiProblem when it is not one of ours."""
    try:
        return Position(*(int(part) for part in _SIGNER.unsign(word).split("-")))
    except (signing.BadSignature, ValueError, TypeError):
        raise wrong("query.after", _("This is no place that was told here.")) from None


def model_of(noun: Noun, item: type[BaseModel]) -> type[BaseModel]:
    """The shape of an answer for the document."""
    return create_model(
        f"{item.__name__}Changes",
        items=(list[item], Field(description=gettext_lazy("The rows as they are now, each once."))),  # type: ignore[valid-type]
        gone=(
            list[int],
            Field(description=gettext_lazy("Ids of rows that are not there, or not to be seen, any more.")),
        ),
        next=(str, ...),
        more=(bool, Field(description=gettext_lazy("There is more to read at once."))),
    )


def of_noun(noun: Noun, caller: Caller, asked: Since) -> dict[str, Any]:
    """Rows that facts behind the place are about, as they are now; ids of those that cannot be told."""
    if not asked.after:
        return {"items": [], "gone": [], "next": written(present()), "more": False}
    facts, place = after(read(asked.after), WINDOW)
    assert noun.heard is not None
    touched = dict.fromkeys(pk for fact in facts if (pk := noun.heard.row(fact)))
    rows = noun.rows(caller.user, noun.view).filter(pk__in=touched).select_related(*noun.related)
    found = {row.pk: row for row in rows}
    shown = [found[pk] for pk in touched if pk in found]
    return {
        "items": tell(noun, shown, caller), "gone": [pk for pk in touched if pk not in found],
        "next": written(place), "more": len(facts) == WINDOW,
    }  # fmt: skip
