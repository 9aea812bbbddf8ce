"""What a push service is sent: the text encrypted for the browser, and the proof of who sends it.

Sources: RFC 8291 (message encryption for Web Push), RFC 8188 (aes128gcm), RFC 8292 (VAPID). The key that identifies
us is derived from the product's secret key, so every process and every host has the same one and none is stored.
"""

import base64
import json
import os
from datetime import datetime, timedelta
from functools import lru_cache
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

RECORD = 4_096  # bytes of the only record
MOST = RECORD - 16 - 1 - 86  # bytes of text that fit: tag, delimiter and head go off
TRUSTED = timedelta(hours=12)  # a push service refuses proofs that hold longer than 24 hours
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # of the curve P-256


def encoded(data: bytes) -> str:
    """Base64 for addresses, without padding."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def decoded(text: str) -> bytes:
    """The bytes behind ``encoded``. ValueError for anything else."""
    return base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)


def point(public: ec.EllipticCurvePublicKey) -> bytes:
    """A public key as 65 bytes."""
    return public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def check_keys(p256dh: str, auth: str) -> None:
    """ValueError unless these are the keys of a browser: a point of P-256 and 16 bytes."""
    ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decoded(p256dh))
    if len(decoded(auth)) != 16:
        raise ValueError("the secret of a browser has 16 bytes")


def encrypted(
    text: bytes, p256dh: str, auth: str, *, own: ec.EllipticCurvePrivateKey | None = None, salt: bytes = b""
) -> bytes:
    """The body of a push: ``text`` for the browser with these keys. ValueError when it is too long.

    ``own`` and ``salt`` are for checking against the example of RFC 8291; otherwise they are made anew.
    """
    if len(text) > MOST:
        raise ValueError(f"a push carries {MOST} bytes")
    own, salt = own or ec.generate_private_key(ec.SECP256R1()), salt or os.urandom(16)
    theirs = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decoded(p256dh))
    shared, sender = own.exchange(ec.ECDH(), theirs), point(own.public_key())
    material = _hkdf(decoded(auth), shared, b"WebPush: info\0" + point(theirs) + sender, 32)
    key = _hkdf(salt, material, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _hkdf(salt, material, b"Content-Encoding: nonce\0", 12)
    head = salt + RECORD.to_bytes(4, "big") + bytes([len(sender)]) + sender
    return head + AESGCM(key).encrypt(nonce, text + b"\x02", None)


def _hkdf(salt: bytes, material: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(material)


def own_key() -> ec.EllipticCurvePrivateKey:
    """The key by which push services know this installation."""
    return _key_of(settings.SECRET_KEY)


@lru_cache(maxsize=2)
def _key_of(secret: str) -> ec.EllipticCurvePrivateKey:
    number = int.from_bytes(_hkdf(b"perezvon", secret.encode(), b"web push identity\0", 48), "big")
    return ec.derive_private_key(number % (_ORDER - 1) + 1, ec.SECP256R1())


def public_key() -> str:
    """What a browser needs to subscribe ("applicationServerKey")."""
    return encoded(point(own_key().public_key()))


def authorization(endpoint: str, *, at: datetime) -> str:
    """The header that proves to the service behind ``endpoint`` who sends (a JWT signed with ES256)."""
    parts = urlsplit(endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int((at + TRUSTED).timestamp()),
        "sub": settings.PUBLIC_URL if settings.PUBLIC_URL.startswith("https:") else f"mailto:{settings.MAIL_FROM}",
    }
    said = ".".join(encoded(json.dumps(each, separators=(",", ":")).encode()) for each in (_HEADER, claims))
    r, s = decode_dss_signature(own_key().sign(said.encode(), ec.ECDSA(hashes.SHA256())))
    return f"vapid t={said}.{encoded(r.to_bytes(32, 'big') + s.to_bytes(32, 'big'))}, k={public_key()}"


_HEADER = {"typ": "JWT", "alg": "ES256"}
