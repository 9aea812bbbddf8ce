"""Signing in through allauth's doors: password, second step, throttling, the person's language."""

from typing import Any

import pytest
from allauth.mfa.totp.internal import auth as totp
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from perezvon.staff.actions import dismiss
from perezvon.staff.models import User
from perezvon.staff.testing import JOINED, PASSWORD


def sign_in(client: Client, email: str, password: str = PASSWORD) -> Any:
    return client.post(reverse("account_login"), {"login": email, "password": password})


def is_signed_in(client: Client) -> bool:
    return client.get(reverse("staff:profile")).status_code == 200


def test_by_mail_in_any_case(anna: Any, client: Client) -> None:
    assert sign_in(client, "ANNA@Veter.example").status_code == 302
    assert is_signed_in(client)
    client.post(reverse("account_logout"))
    assert not is_signed_in(client)


def test_a_wrong_password_and_a_stranger_look_alike(anna: Any, client: Client) -> None:
    wrong = sign_in(client, anna.email, "wrong-horse")
    stranger = sign_in(client, "nobody@veter.example")
    assert wrong.status_code == stranger.status_code == 200
    assert wrong.context["form"].errors == stranger.context["form"].errors
    assert not is_signed_in(client)


def test_who_left_stays_outside(anna: Any, admin: Any, client: Client) -> None:
    dismiss(anna, by=admin, at=JOINED)
    sign_in(client, anna.email)
    assert not is_signed_in(client)


def test_nobody_makes_an_account_for_himself(client: Client, db: Any) -> None:
    data = {"email": "new@veter.example", "password1": PASSWORD, "password2": PASSWORD}
    client.post(reverse("account_signup"), data)
    assert not User.objects.filter(email="new@veter.example").exists()


def test_guessing_is_slowed_down(anna: Any, client: Client, settings: Any) -> None:
    settings.ACCOUNT_RATE_LIMITS = {"login_failed": "3/5m/key"}
    cache.clear()
    for _ in range(3):
        sign_in(client, anna.email, "wrong-horse")
    assert sign_in(client, anna.email).status_code in (200, 429)
    assert not is_signed_in(client)
    cache.clear()


def test_the_second_step_is_asked_for(anna: Any, client: Client) -> None:
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(anna, secret)
    first = sign_in(client, anna.email)
    assert first["Location"] == reverse("mfa_authenticate")
    assert not is_signed_in(client)
    code = totp.format_hotp_value(totp.hotp_value(secret, next(iter(totp.yield_hotp_counters_from_time()))))
    client.post(first["Location"], {"code": code})
    assert is_signed_in(client)


@pytest.mark.parametrize("name", ["account_login", "account_change_password", "mfa_index", "mfa_activate_totp"])
@pytest.mark.parametrize("language", ["ru", "en"])
def test_pages_of_the_sign_in(anna: Any, client_of: Any, client: Client, name: str, language: str) -> None:
    User.objects.filter(pk=anna.pk).update(language=language)
    browser = client if name == "account_login" else client_of(anna)
    browser.cookies["django_language"] = language
    page = browser.get(reverse(name), follow=True)
    assert page.status_code == 200
    assert f'lang="{language}"' in page.content.decode()


def test_passkeys_are_offered(client: Client, db: Any) -> None:
    assert reverse("mfa_login_webauthn") in client.get(reverse("account_login")).content.decode()
