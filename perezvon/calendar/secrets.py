"""App passwords at rest: AES-256-GCM with a key derived from the product's secret key; bound to their person."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_NONCE = 12


def sealed(text: str, user_id: int) -> bytes:
    """A password as it is kept."""
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(_key()).encrypt(nonce, text.encode(), _about(user_id))


def opened(kept: bytes, user_id: int) -> str:
    """The password. ValueError when the installation's key is another one, or the row is another person's."""
    try:
        return AESGCM(_key()).decrypt(kept[:_NONCE], kept[_NONCE:], _about(user_id)).decode()
    except InvalidTag:
        raise ValueError("the password cannot be opened with this installation's key") from None


def _about(user_id: int) -> bytes:
    return f"calendar:{user_id}".encode()


def _key() -> bytes:
    return HKDF(hashes.SHA256(), 32, None, b"perezvon calendar passwords").derive(settings.SECRET_KEY.encode())
