"""The pieces that what goes in and out is made of: money as decimal text, moments with a zone, strict bodies."""

from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

import pydantic
from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, WithJsonSchema
from pydantic_core import PydanticCustomError

#: pydantic's own; its descriptions may be lazy translations here
Field: Any = pydantic.Field
LARGEST_ID = 2**63 - 1
_MONEY = {"type": "string", "pattern": r"^-?\d{1,12}(\.\d{1,2})?$", "examples": ["50000.00"]}
_YEARS = range(1900, 2201)


class Out(BaseModel):
    """What is told of a row: read from attributes of the row itself, which ``dress`` may have added to."""

    model_config = ConfigDict(from_attributes=True)


class In(BaseModel):
    """What a program sends; unknown names are refused, so that a misspelt one is noticed."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)

    def given(self) -> dict[str, Any]:
        """The fields that were sent, null ones too."""
        return {name: getattr(self, name) for name in self.model_fields_set}


def _decimal_text(value: Any) -> Decimal:
    if isinstance(value, Decimal):
        return value
    if not isinstance(value, str) or len(value) > 16 or not value.isascii():
        raise PydanticCustomError("money", "money is a decimal text")
    whole, dot, cents = value.removeprefix("-").partition(".")
    if not whole.isdigit() or len(whole) > 12 or (dot and not (cents.isdigit() and len(cents) <= 2)):
        raise PydanticCustomError("money", "money is a decimal text")
    try:
        return Decimal(value)
    except InvalidOperation:  # pragma: no cover - the shape is checked above
        raise PydanticCustomError("money", "money is a decimal text") from None


def _not_negative(value: Decimal) -> Decimal:
    if value < 0:
        raise PydanticCustomError("below_zero", "money below zero")
    return value


def _near(value: datetime) -> datetime:
    if value.year not in _YEARS:
        raise PydanticCustomError("far_moment", "a moment from 1900 to 2200")
    return value


Id = Annotated[int, Field(ge=1, le=LARGEST_ID, strict=True)]
Roubles = Annotated[Decimal, BeforeValidator(_decimal_text), WithJsonSchema(_MONEY)]
Amount = Annotated[Roubles, AfterValidator(_not_negative)]
Moment = Annotated[AwareDatetime, AfterValidator(_near)]
Day = Annotated[date, Field(ge=date(2000, 1, 1), le=date(2200, 1, 1))]
Clock = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
#: hours of a day: pairs of "HH:MM", one after another
Hours = Annotated[list[Annotated[list[Clock], Field(min_length=2, max_length=2)]], Field(max_length=6)]
Line = Annotated[str, Field(max_length=200)]
Words = Annotated[str, Field(max_length=8000)]


class Place(BaseModel):
    """Which part of the request is wrong: "body.amount", "query.filter", and why."""

    place: str
    reason: str
    code: str


class Problem(BaseModel):
    """RFC 9457: what went wrong. ``code`` is for programs, ``title`` and ``detail`` are in the caller's language."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[Place] = []
