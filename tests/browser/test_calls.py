"""A lost call in front of the operator's eyes, and the client found by a number as it is typed."""

import re

from playwright.sync_api import expect

LOST = "Lost Larisa"


def test_a_lost_call_appears_by_itself_and_calling_back_makes_it_good(story, visitor) -> None:
    page = visitor("anna")
    page.goto("/tickets/")
    expect(page.get_by_role("cell", name=LOST)).to_have_count(0)
    story.ring("queue_abandoned", LOST)
    row = page.locator("tr", has_text=LOST)
    expect(row).to_be_visible()  # nobody reloaded the page
    expect(row.locator(".bg-danger-lt").first).to_be_visible()

    day = visitor("anna")
    day.goto("/day/")
    task = day.locator(".task-line", has_text=LOST)
    expect(task).to_have_count(1)

    story.ring("outbound", LOST, talk=40, wait=5)
    expect(row.locator(".bg-success-lt")).to_be_visible()
    row.get_by_role("link").first.click()
    expect(page).to_have_url(re.compile(r"/tickets/\d+/(\?|$)"))
    expect(page.locator(".badge.bg-success-lt").first).to_be_visible()
    day.reload()
    lines = day.locator(".task-line:not(:has(.is-done))", has_text=LOST)  # the request itself waits for a next step
    expect(lines.filter(has_text="клиент не дозвонился")).to_have_count(0)


def test_the_palette_finds_a_client_by_a_number_typed_with_an_eight(story, visitor) -> None:
    page = visitor("anna")
    page.goto("/day/")
    page.keyboard.press("Control+k")
    page.locator(".palette-input").fill("8 (495) 011-00-03")
    found = page.locator(".palette-item", has_text="Search Sofia")
    expect(found).to_be_visible()
    page.locator(".palette-input").press("Enter")
    expect(page).to_have_url(re.compile(f"/people/{story.known['people']['Search Sofia']}/$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Search Sofia")
