"""Signing in: with a password, with a passkey; what a person chose stays chosen."""

import re

from playwright.sync_api import expect

from .company import PASSWORD
from .conftest import sign_in


def test_a_wrong_password_is_refused_with_a_word_and_the_right_one_opens_the_day(story, visitor) -> None:
    page = visitor()
    sign_in(page, story.base, "olga", "not-her-password")
    expect(page.locator(".alert, .invalid-feedback, .errorlist").first).to_be_visible()
    assert "/accounts/login/" in page.url
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    expect(page.locator(".topbar-search")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("My day")


def test_language_and_theme_stay_after_a_reload(visitor) -> None:
    page = visitor("kirill")
    page.goto("/tickets/")
    page.locator("summary[aria-label=Language]").click()
    page.get_by_role("button", name="Русский").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Обращения")
    page.locator("summary[aria-label=Оформление]").click()
    page.get_by_role("button", name="Тёмное").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("Обращения")
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    page.locator("summary[aria-label=Язык]").click()
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Requests")


def test_a_passkey_is_added_and_opens_the_door_without_a_password(story, visitor) -> None:
    page = visitor()
    base = story.base.replace("127.0.0.1", "localhost")  # browsers keep passkeys for names only
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    qualities = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    device.send("WebAuthn.addVirtualAuthenticator", {"options": qualities})
    sign_in(page, base, "keyholder")
    expect(page.locator(".topbar-search")).to_be_visible()
    page.goto(f"{base}/accounts/2fa/webauthn/add/")
    if page.locator("input[name=password]").count():
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("input[name=password]").press("Enter")
    page.locator("input[name=name]").fill("Virtual key")
    page.locator("input[name=passwordless]").check()
    page.locator("#mfa_webauthn_add").click()
    expect(page).to_have_url(
        re.compile(r"webauthn/$|recovery")
    )  # not the page it is added on: the form must have gone out
    page.goto(f"{base}/accounts/2fa/webauthn/")
    expect(page.get_by_text("Virtual key")).to_be_visible()
    page.context.clear_cookies()
    page.goto(f"{base}/accounts/login/")
    page.locator("#passkey_login").click()
    expect(page.locator(".topbar-search")).to_be_visible()
