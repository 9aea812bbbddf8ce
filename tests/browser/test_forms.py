"""A form on the customer's own site, which is another origin, opens a request."""

from playwright.sync_api import expect

FIELDS = """{name: "Form Fedor", phone: "8 495 011-00-09", message: "Two adults",
 utm_source: "yandex", utm_medium: "cpc", utm_campaign: "tours", landing_page: location.href}"""
PAGE = """<!doctype html><link rel="icon" href="data:,"><title>Tours</title><button>Ask</button><output></output><script>
document.querySelector("button").onclick = async () => {
  const answer = await fetch("%(base)s/f/%(key)s/", {method: "POST",
    headers: {"Content-Type": "application/json", "Idempotency-Key": "story-1"}, body: JSON.stringify(%(fields)s)});
  document.querySelector("output").textContent = answer.status;
};</script>"""


def test_a_form_of_another_origin_opens_a_request_with_its_source(story, visitor) -> None:
    inbox = visitor("kirill")
    inbox.goto("/tickets/")
    story.site.body = PAGE % {"base": story.base, "key": story.known["form"], "fields": FIELDS}
    page = visitor()
    page.goto(f"{story.site.origin}/tours?utm_source=yandex")
    page.get_by_role("button").click()
    expect(page.locator("output")).to_have_text("200")
    row = inbox.locator("tr", has_text="Form Fedor")
    expect(row).to_be_visible()
    expect(row).to_contain_text("Search ads")
    row.get_by_role("link").first.click()
    expect(inbox.get_by_text("yandex", exact=False).first).to_be_visible()
    expect(inbox.get_by_text("/tours", exact=False).first).to_be_visible()
