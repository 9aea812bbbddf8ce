"""Secrets at rest: AES-256-GCM with a key derived from the product's secret key, bound to what they belong to."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

_NONCE = 12


def sealed(text: str, *, purpose: str, about: str) -> bytes:
    """A secret as it is kept. ``purpose`` chooses the key, ``about`` names the row: elsewhere it cannot be opened."""
    nonce = os.urandom(_NONCE)
    return nonce + AESGCM(_key(purpose)).encrypt(nonce, text.encode(), about.encode())


def opened(kept: bytes, *, purpose: str, about: str) -> str:
    """The secret. ValueError when the installation's key is another one, or the row is another one."""
    try:
        return AESGCM(_key(purpose)).decrypt(kept[:_NONCE], kept[_NONCE:], about.encode()).decode()
    except InvalidTag:
        raise ValueError("the secret cannot be opened with this installation's key") from None


def _key(purpose: str) -> bytes:
    return HKDF(hashes.SHA256(), 32, None, purpose.encode()).derive(settings.SECRET_KEY.encode())
