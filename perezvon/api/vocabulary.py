"""What can be asked in a filter, told to programs: fields, operators, choices; fields that people made included."""

from typing import Any

from pydantic import BaseModel

from perezvon.kit.conditions import Field

from .nouns import Caller, Noun

MOST_CHOICES = 500


class Choice(BaseModel):
    """One value that can be chosen."""

    key: str | int
    label: str


class AskedField(BaseModel):
    """One thing that can be asked: its kind and the operators that go with it."""

    key: str
    label: str
    kind: str
    operators: list[str]
    choices: list[Choice]
    words: list[str]


class AskedRelation(BaseModel):
    """Rows of another kind that belong to a row: asked by "some" and "no"."""

    key: str
    label: str
    noun: str


class Vocabulary(BaseModel):
    """Everything that a filter may ask about the rows of a noun."""

    fields: list[AskedField]
    relations: list[AskedRelation]


def vocabulary(noun: Noun, caller: Caller) -> dict[str, Any]:
    """The vocabulary as far as the caller may ask."""
    if noun.fields is None:
        return {"fields": [], "relations": []}
    fields: list[dict[str, Any]] = []
    relations: list[dict[str, Any]] = []
    for one in noun.fields.open_to(caller.user):
        if isinstance(one, Field):
            fields.append(_field(one))
        else:
            relations.append({"key": one.key, "label": str(one.label), "noun": one.fields().noun})
    return {"fields": fields, "relations": relations}


def _field(field: Field) -> dict[str, Any]:
    choices = [{"key": key, "label": str(label).strip()} for key, label in field.pairs[:MOST_CHOICES]]
    return {
        "key": field.key, "label": str(field.label), "kind": field.kind.value,
        "operators": [operator.key for operator in field.operators], "choices": choices, "words": list(field.words),
    }  # fmt: skip
