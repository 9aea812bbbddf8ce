"""The calendar by hand: a slot is dragged and stays, a refusal puts it back, an empty place becomes a task."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from playwright.sync_api import Locator, Page, expect

DAY = (datetime.now(ZoneInfo("Europe/Moscow")) + timedelta(days=8)).date().isoformat()
PAGE = f"/calendar/?view=day&day={DAY}&hours=all"


def plan(page: Page, title: str, clock: str, **ticks: bool) -> None:
    """Through the form, as without script."""
    page.goto(f"/tasks/add/?starts={DAY}T{clock}&minutes=60")
    page.locator("input[name=title]").fill(title)
    for name, wanted in ticks.items():
        page.locator(f"input[name={name}]").set_checked(wanted)
    with page.expect_navigation():
        page.get_by_role("button", name="Plan", exact=True).click()


def pull(page: Page, slot: Locator, hours: float) -> int:
    """Carry a slot down (or up) by so many hours; the status of the answer."""
    slot.evaluate(
        "one => one.scrollIntoView({block: 'center', behavior: 'instant'})"
    )  # the page may be drawn anew meanwhile
    body, box = page.locator(".cal-body").first.bounding_box(), slot.bounding_box()
    assert body and box
    x, y = box["x"] + 60, box["y"] + 10
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 8, y + 8)
    page.mouse.move(x, y + hours * body["height"] / 24, steps=6)
    with page.expect_response(lambda answer: "/slot/" in answer.url) as told:
        page.mouse.up()
    return int(told.value.status)


def test_a_slot_is_dragged_and_an_empty_place_becomes_a_task(visitor) -> None:
    page = visitor("anna", viewport={"width": 1400, "height": 1000})
    plan(page, "Meet Sofia", "10:00")
    page.goto(PAGE)
    slot = page.locator("[data-slot]", has_text="Meet Sofia")
    assert pull(page, slot, 2) == 204
    expect(slot).to_contain_text("12:00–13:00")
    page.reload()
    expect(page.locator("[data-slot]", has_text="Meet Sofia")).to_contain_text("12:00–13:00")
    body = page.locator(".cal-body").first
    body.evaluate("one => one.scrollIntoView({behavior: 'instant'})")
    box = body.bounding_box()
    assert box
    hour = box["height"] / 24
    page.mouse.move(box["x"] + 300, box["y"] + hour * 8)
    page.mouse.down()
    page.mouse.move(box["x"] + 300, box["y"] + hour * 9.5, steps=5)
    page.mouse.up()
    dialog = page.locator("dialog[open]")
    expect(dialog.locator("select[name=length]")).to_have_value("90")
    expect(dialog.locator("input[name=deadline]")).to_have_value(f"{DAY}T08:00")
    dialog.get_by_role("button", name="Plan", exact=True).click()
    expect(page.locator("[data-slot]", has_text="08:00–09:30")).to_be_visible()


def test_on_a_telephone_the_week_is_an_agenda_of_links(visitor) -> None:
    page = visitor("anna", viewport={"width": 390, "height": 800})
    plan(page, "Agenda item", "15:00")
    page.goto(f"/calendar/?view=week&day={DAY}")
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth + 1")
    page.get_by_role("link", name="Agenda item").click()
    expect(page.get_by_role("heading", name="Agenda item")).to_be_visible()
