"""Who calls, and what he may."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel

from perezvon.staff import access
from perezvon.staff.vocabulary import ASKED

from ..extras import Extra, Nothing, extra
from ..limits import CALLS
from ..nouns import Caller
from ..schemas import Field


class TokenOut(BaseModel):
    """The token that is shown."""

    name: str
    reads_only: bool
    nouns: list[str] = Field(description=_("What it is for; empty = everything."))
    expires_at: datetime | None
    per_minute: int


class MeOut(BaseModel):
    """Who calls."""

    id: int
    name: str
    email: str
    department_id: int | None
    language: str
    rights: dict[str, dict[str, str]] = Field(
        description=_("How far every right reaches: own, department, subtree, all.")
    )
    token: TokenOut | None


def me(caller: Caller, asked: Nothing) -> dict[str, Any]:
    """The caller as the product knows him."""
    user, token = caller.user, caller.token
    rights = {
        noun: told for noun, verbs in ASKED.items()
        if (told := {verb: reach for verb in verbs if (reach := access.scope(user, noun, verb))})
    }  # fmt: skip
    return {
        "id": user.pk, "name": user.name, "email": user.email, "department_id": user.department_id,
        "language": user.language, "rights": rights,
        "token": token and {
            "name": token.name, "reads_only": token.reads_only, "nouns": token.nouns, "expires_at": token.expires_at,
            "per_minute": token.per_minute or CALLS,
        },
    }  # fmt: skip


extra(Extra("me", "me", "me", _("Who am I, and what may I do"), MeOut, me))
