"""Signing in, in a real browser."""

import pytest
from playwright.sync_api import Page, expect


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_person_signs_in_and_sees_his_pages(page: Page, live_server, admin) -> None:
    admin.set_password("a-long-password")
    admin.save()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.goto(f"{live_server.url}/accounts/login/")
    page.locator("input[name=login]").fill(admin.email)
    page.locator("input[name=password]").fill("a-long-password")
    page.locator("input[name=password]").press("Enter")
    expect(page.locator("nav").first).to_be_visible()
    page.wait_for_load_state("domcontentloaded")
    assert "/accounts/login/" not in page.url
    blocked = [error for error in errors if "Content Security Policy" in error]
    assert not blocked, blocked
