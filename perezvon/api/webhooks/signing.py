"""How a delivery is signed, and how the other side checks it.

    Perezvon-Signature: t=1764028800,v1=<hex>,v1=<hex>

``t`` is the time of sending in seconds; each ``v1`` is HMAC-SHA256 of "<t>.<body>" with a secret, two of them while the
secret is being changed. A receiver recomputes one, compares in constant time and refuses a ``t`` older than five minutes.
"""

import hmac
from collections.abc import Iterable
from hashlib import sha256

HEADER = "Perezvon-Signature"
TOLERANCE = 300  # seconds


def signature(secrets: Iterable[str], sent_at: int, body: bytes) -> str:
    """The value of the header."""
    told = f"{sent_at}.".encode() + body
    marks = [hmac.new(secret.encode(), told, sha256).hexdigest() for secret in secrets]
    return ",".join([f"t={sent_at}", *(f"v1={mark}" for mark in marks)])


def is_genuine(header: str, secret: str, body: bytes, *, at: int) -> bool:
    """What a receiver does: whether a header was made with the secret within the last minutes."""
    parts = [part.partition("=") for part in header.split(",")]
    sent = next((value for name, _eq, value in parts if name == "t" and value.isdecimal()), None)
    if sent is None or abs(at - int(sent)) > TOLERANCE:
        return False
    wanted = hmac.new(secret.encode(), f"{sent}.".encode() + body, sha256).hexdigest()
    return any(hmac.compare_digest(value, wanted) for name, _eq, value in parts if name == "v1")
