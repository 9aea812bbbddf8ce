"""Personal tokens for programs."""

import hashlib
import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction

from perezvon.journey.actions import record

from .. import facts
from ..models import ApiToken, User

MARK = "pzv"
PER_MINUTE = 300


def digest_of(secret: str) -> str:
    """What is kept of a secret: 32 random bytes need no salt and no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def issue_token(
    user: User,
    name: str,
    *,
    by: User | None = None,
    at: datetime,
    reads_only: bool = False,
    nouns: Iterable[str] = (),
    days: int | None = None,
    per_minute: int = PER_MINUTE,
) -> tuple[ApiToken, str]:
    """Make a token of ``user``; returns it and its text, which cannot be shown again.

    ``nouns`` are keys of the API that it is for (none = all), ``days`` how long it is valid (None = until taken back).
    """
    prefix, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    token = ApiToken.objects.create(
        user=user, name=name.strip(), prefix=prefix, digest=digest_of(secret), created_at=at,
        expires_at=at + timedelta(days=days) if days else None, reads_only=reads_only, nouns=sorted(nouns),
        per_minute=per_minute,
    )  # fmt: skip
    record(facts.TOKEN_ISSUED, at=at, by=by or user, owner_id=user.pk, name=token.name)
    return token, f"{MARK}_{prefix}_{secret}"


@transaction.atomic
def revoke_token(token: ApiToken, *, by: User | None = None, at: datetime) -> None:
    """Take a token back at once."""
    record(facts.TOKEN_REVOKED, at=at, by=by, owner_id=token.user_id, name=token.name)
    token.delete()
