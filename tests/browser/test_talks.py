"""A talk is heard from the list: it plays, seeks, is commented on at a moment, and the listener is written down."""

import re

from playwright.sync_api import expect


def test_a_talk_is_heard_and_commented_at_a_moment(story, visitor) -> None:
    page = visitor("anna")
    page.goto("/calls/")
    page.locator(".sound").first.click()
    dock = page.locator("#player-dock")
    play = dock.locator("[data-player-play]")
    expect(play).to_be_visible()
    try:
        expect(play).to_have_attribute("aria-label", "Pause")
    except AssertionError:  # without a press the browser may refuse to begin
        play.click()
    expect(dock.locator("[data-player-time]")).not_to_have_text("0:00")
    dock.locator("[data-player-wave]").press("End")
    dock.locator("[data-player-wave]").press("Home")
    dock.locator("[data-player-wave]").press("ArrowRight")
    expect(dock.locator("[data-player-time]")).to_have_text(re.compile("0:0[5-9]"))
    dock.locator("[data-player-speed]").select_option("2")

    dock.get_by_role("link", name="Comment here").click()
    dialog = page.locator("dialog[open]")
    expect(dialog.locator("[name=second]")).not_to_have_value("0")
    dialog.locator("[name=text]").fill("Here he names his price")
    dialog.get_by_role("button", name="Add").click()
    expect(dock.get_by_text("Here he names his price")).to_be_visible()
    expect(dock.locator(".player-mark")).to_have_count(1)

    dock.get_by_role("link", name="Open the call").click()
    expect(page.get_by_text("Here he names his price")).to_be_visible()
    page.get_by_role("link", name=re.compile(r"^0:\d\d$")).click()
    expect(page.locator("[data-player-time]")).not_to_have_text("0:00")
