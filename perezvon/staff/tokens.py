"""Who stands behind a personal token: the lean way in for programs."""

import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

from django.http import HttpRequest

from . import access
from .actions.tokens import MARK, digest_of
from .models import ApiToken, User

# A known token asks the database again after this many seconds: so long a token that was taken back,
# or a person who was dismissed, may still be served by another process.
SECONDS = 5.0
_SEEN_EVERY = timedelta(hours=1)
_MOST = 1_000
_known: dict[str, tuple[float, "Holder"]] = {}


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who calls: a person, and the token he shows (None = he is signed in with a browser)."""

    user: User
    token: ApiToken | None = None


def forget() -> None:
    """Drop what this process remembers."""
    _known.clear()


def owner_of(text: str, *, at: datetime) -> Holder | None:
    """The working person whose token this is, with his rights loaded; None when it is not valid (any more)."""
    mark, _, rest = text.partition("_")
    prefix, _, secret = rest.partition("_")
    if mark != MARK or not prefix or not secret or not text.isascii() or len(text) > 100:
        return None
    digest = digest_of(secret)
    until, holder = _known.get(prefix + digest, (0.0, None))
    if holder is None or monotonic() >= until:
        holder = _checked(prefix, digest, at)
        if holder is None:
            return None
        if len(_known) >= _MOST:
            _known.clear()
        _known[prefix + digest] = (monotonic() + SECONDS, holder)
    token = holder.token
    return None if token is None or (token.expires_at is not None and token.expires_at <= at) else holder


def _checked(prefix: str, digest: str, at: datetime) -> Holder | None:
    token = ApiToken.objects.select_related("user").filter(prefix=prefix).first()
    if token is None or not hmac.compare_digest(token.digest, digest) or not token.user.is_active:
        return None
    if token.last_used_at is None or at - token.last_used_at > _SEEN_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=at)
    access.rights_of(token.user)
    return Holder(token.user, token)


def holder_of(request: HttpRequest, *, at: datetime) -> Holder | None:
    """The person behind "Authorization: Bearer ...", else the one who is signed in, else None."""
    scheme, _, text = request.headers.get("Authorization", "").partition(" ")
    if scheme:
        return owner_of(text.strip(), at=at) if scheme.lower() == "bearer" else None
    user = request.user
    return Holder(user) if user.is_authenticated else None
