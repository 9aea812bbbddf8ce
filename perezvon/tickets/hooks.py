"""Questions that this room asks and an upper room answers."""

from collections.abc import Iterable

from perezvon.web.hooks import Hook

#: loss, whether the client is new, his source and his product (None = not known)
Case = tuple[str, bool, int | None, int | None]


def _unknown(cases: Iterable[Case]) -> dict[Case, float]:
    return {}


#: asked as ``worth(cases)``: roubles that a client lost like this would have brought; a case that is not in the answer
#: has no known price
worth: Hook[[Iterable[Case]], dict[Case, float]] = Hook(_unknown)
