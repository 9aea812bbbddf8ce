"""From a request to a deal, and a deal across the board."""

import re

from playwright.sync_api import Locator, Page, expect

DEAL = "Deal Denis"


def drag(page: Page, card: Locator, column: Locator) -> None:
    """As a hand does: take the card by its lower edge, carry it over the column, let go."""
    expect(card).to_be_visible()
    start, end = card.bounding_box(), column.bounding_box()
    assert start and end
    page.mouse.move(start["x"] + 40, start["y"] + start["height"] - 6)
    page.mouse.down()
    page.mouse.move(start["x"] + 60, start["y"] + 30, steps=5)
    for wave in range(20):  # the hand hovers until the column makes room
        page.mouse.move(end["x"] + end["width"] / 2, end["y"] + 30 + wave % 2 * 4, steps=10)
        if column.locator(".card-ghost").count():
            break
    page.mouse.up()


def column_of(page: Page, story, kind: str, which: int = 0) -> Locator:
    stages = [pk for pk, its_kind in story.known["stages"] if its_kind == kind]
    return page.locator(f"[data-board-column='{stages[which]}']")


def test_a_request_becomes_a_deal_in_one_click(story, visitor) -> None:
    page = visitor("anna")
    page.goto("/tickets/")
    story.ring("answered", DEAL, talk=90)
    row = page.locator("tr", has_text=DEAL)
    row.get_by_role("link").first.click()
    page.get_by_role("link", name="Make a deal").click()
    dialog = page.locator("dialog[open]")
    expect(dialog.get_by_role("button", name="Open the deal")).to_be_visible()
    for box in dialog.locator("input[type=checkbox]").all():
        box.check()
    dialog.get_by_role("button", name="Open the deal").click()
    expect(page).to_have_url(re.compile(r"/deals/\d+/$"))
    page.goto("/board/")
    expect(page.locator("[data-board-card]", has_text=DEAL)).to_have_count(1)


def test_a_card_is_carried_to_another_column_and_stays_there(story, visitor) -> None:
    page = visitor("anna", viewport={"width": 3000, "height": 900})
    page.goto("/board/")
    card = page.locator(f"#deal-{story.known['deals']['Moved deal']}")
    there = column_of(page, story, "open", 2)
    with page.expect_response(lambda answer: answer.request.method == "POST" and "/stage/" in answer.url):
        drag(page, card, there)
    page.reload()
    expect(there.locator("[data-board-card]", has_text="Moved deal")).to_have_count(1)


def test_to_lose_a_deal_asks_why_and_a_refusal_puts_the_card_back(story, visitor) -> None:
    page = visitor("anna", viewport={"width": 3000, "height": 900})
    page.goto("/board/")
    card = page.locator(f"#deal-{story.known['deals']['Lost deal']}")
    was = card.evaluate("card => card.closest('[data-board-column]').dataset.boardColumn")
    lost = column_of(page, story, "lost")
    drag(page, card, lost)
    dialog = page.locator("dialog[open]")
    expect(dialog.locator("textarea[name=comment]")).to_be_visible()
    dialog.locator("[data-dialog-close]").first.click()
    expect(page.locator(f"[data-board-column='{was}'] #{card.get_attribute('id')}")).to_be_visible()

    drag(page, card, lost)
    dialog.locator("select[name=reason]").select_option(index=1)
    dialog.locator("textarea[name=comment]").fill("Found it cheaper")
    dialog.locator("button.btn-danger").click()
    expect(dialog).to_have_count(0)
    page.goto(f"/deals/{story.known['deals']['Lost deal']}/")
    expect(page.locator(".alert-danger")).to_contain_text("Found it cheaper")
