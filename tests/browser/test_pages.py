"""The funnel down to its requests, a telephone's narrow screen, and every page without a complaint."""

import re

import pytest
from playwright.sync_api import expect

PAGES = (
    "/day/", "/funnel/?period=month", "/tickets/", "/board/", "/calls/", "/people/", "/companies/", "/deals/", "/tasks/",
    "/sources/", "/sources/numbers/", "/sources/tags/", "/sources/forms/", "/exchanges/", "/lines/", "/tickets/settings/",
    "/staff/", "/staff/departments/", "/staff/roles/", "/staff/calendars/", "/profile/", "/search/?q=Sofia", "/accounts/2fa/",
)  # fmt: skip
WIDER = "() => document.documentElement.scrollWidth > window.innerWidth"


def test_a_figure_of_the_funnel_opens_into_as_many_requests(story, visitor) -> None:
    story.ring("ivr_hangup", "+74950110021")
    story.ring("no_answer", "+74950110022")
    page = visitor("kirill")

    def first_figure() -> str:
        page.goto("/funnel/?period=month")
        return page.locator(".fn-count a").first.inner_text().split()[0]

    page.goto("/tickets/")
    expect(page.locator("tbody tr", has_text="011-00-22")).to_be_visible()
    figure = first_figure()
    assert int(figure) >= 2
    page.locator(".fn-count a").first.click()
    expect(page).to_have_url(re.compile("/funnel/rows/"))
    expect(page.locator("tbody tr")).to_have_count(int(figure))
    page.locator("tbody tr a").first.click()
    expect(page).to_have_url(re.compile(r"/tickets/\d+/$"))


def test_the_funnel_is_saved_as_a_file(story, visitor) -> None:
    page = visitor("kirill")
    page.goto("/funnel/?period=month")
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    text = download.value.path().read_text(encoding="utf-8-sig")
    assert download.value.suggested_filename.endswith(".csv")
    assert len(text.splitlines()) > 10


@pytest.mark.parametrize("address", ["/day/", "person", "/tickets/", "ticket"])
def test_a_telephone_shows_the_page_without_sideways_scrolling(story, visitor, address) -> None:
    page = visitor("anna", viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    if address == "person":
        address = f"/people/{story.known['people']['Search Sofia']}/"
    if address == "ticket":
        story.ring("answered", "Search Sofia", talk=30)
        page.goto("/tickets/")
        link = page.locator("tr", has_text="Search Sofia").get_by_role("link").first
        expect(link).to_be_visible()
        address = link.get_attribute("href") or ""
    page.goto(address)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert not page.evaluate(WIDER)
    for button in page.locator(".page-header .btn:visible").all():
        box = button.bounding_box()
        assert box and box["x"] >= 0 and box["x"] + box["width"] <= 390


def test_every_page_opens_without_a_complaint_and_asks_nobody_else(story, visitor) -> None:
    page = visitor("kirill")  # the fixture holds what the console and the network said against it
    for address in PAGES:
        answer = page.goto(address)
        assert answer is not None and answer.status == 200, address
        expect(page.get_by_role("heading").first).to_be_visible()
        assert not page.evaluate(WIDER), f"{address} is wider than the window"
