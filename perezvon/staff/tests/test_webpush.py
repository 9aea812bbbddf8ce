"""Web Push on the wire: the example of RFC 8291, and proofs that a push service would believe."""

import base64
import json
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from perezvon.staff import webpush

from .outside import FakeBrowser

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


def test_the_example_of_rfc_8291() -> None:
    """Section 5 and appendix A of RFC 8291."""
    own = ec.derive_private_key(
        int.from_bytes(webpush.decoded("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"), "big"), ec.SECP256R1()
    )
    body = webpush.encrypted(
        b"When I grow up, I want to be a watermelon",
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        "BTBZMqHH6r4Tts7J_aSIgg", own=own, salt=webpush.decoded("DGv6ra1nlYgDCS1FRnbzlw"),
    )  # fmt: skip
    assert webpush.encoded(body) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3"
        "jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )


def test_a_browser_reads_what_was_meant_for_it() -> None:
    browser = FakeBrowser()
    text = "Семь клиентов ждут".encode()
    assert browser.read(webpush.encrypted(text, **browser.keys)) == text


def test_too_long_a_text_is_refused() -> None:
    with pytest.raises(ValueError):
        webpush.encrypted(b"x" * (webpush.MOST + 1), **FakeBrowser().keys)
    assert len(webpush.encrypted(b"x" * webpush.MOST, **FakeBrowser().keys)) == 4_096


def test_a_push_service_believes_the_proof() -> None:
    header = webpush.authorization("https://push.example:8443/send/1", at=AT)
    token, key = header.removeprefix("vapid t=").split(", k=")
    head, claims, signature = token.split(".")
    assert json.loads(base64.urlsafe_b64decode(head + "==")) == {"typ": "JWT", "alg": "ES256"}
    said = json.loads(base64.urlsafe_b64decode(claims + "=="))
    assert said["aud"] == "https://push.example:8443"
    assert 0 < said["exp"] - AT.timestamp() < 86_400
    assert said["sub"].startswith(("mailto:", "https:"))
    raw = webpush.decoded(signature)
    numbers = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), webpush.decoded(key))
    public.verify(numbers, f"{head}.{claims}".encode(), ec.ECDSA(hashes.SHA256()))
    assert key == webpush.public_key()


def test_the_same_secret_makes_the_same_key(settings: object) -> None:
    before = webpush.public_key()
    settings.SECRET_KEY = "another"  # type: ignore[attr-defined]
    assert webpush.public_key() != before


@pytest.mark.parametrize(("p256dh", "auth"), [("", ""), ("AAAA", "MDEyMzQ1Njc4OWFiY2RlZg"), ("не то", "x")])
def test_nonsense_is_no_key_of_a_browser(p256dh: str, auth: str) -> None:
    with pytest.raises(ValueError):
        webpush.check_keys(p256dh, auth)
