"""The administrator sets up an exchange on screen: a telephone, a queue, a menu, a line; then looks at the whole route."""

from playwright.sync_api import expect

NUMBER = "+7 495 099-00-77"


def save(page) -> None:
    page.locator("main .card-footer button.btn-primary").click()
    page.wait_for_load_state()


def test_from_an_empty_exchange_to_the_picture_of_a_route(story, visitor) -> None:
    page = visitor("kirill")
    page.goto("/pbx/")
    begin = page.get_by_role("button", name="Begin one")
    if begin.count():
        begin.click()
    page.goto("/pbx/telephones/add/")
    page.get_by_label("Employee").select_option(label="Olga Kim")
    page.get_by_label("Internal number").fill("777")
    save(page)
    expect(page.locator("tr", has_text="777")).to_contain_text("Olga Kim")

    page.goto("/pbx/queues/add/")
    page.get_by_label("Name", exact=False).first.fill("Story queue")
    page.locator(".member", has_text="Olga Kim").get_by_role("checkbox").check()
    page.locator("select[name=on_wait_place]").select_option("callback")
    save(page)
    expect(page.locator(".sentences").first).to_contain_text("Olga Kim")

    page.goto("/pbx/menus/add/")
    page.locator("input[name=name]").fill("Story menu")
    page.locator("select[name=key_1_place]").select_option(label="Story queue")
    page.locator("input[name=label_1]").fill("Buy")
    number = page.locator("input[name=on_silence_number]")
    expect(number).to_be_hidden()
    page.locator("select[name=on_silence_place]").select_option("number")
    expect(number).to_be_visible()
    page.locator("select[name=on_silence_place]").select_option(label="Story queue")
    save(page)

    page.goto("/lines/add/")
    page.locator("input[name=number]").fill(NUMBER)
    page.locator("select[name=open_to_place]").select_option(label="Story menu")
    page.locator("select[name=closed_to_place]").select_option("hangup")
    save(page)
    page.get_by_role("link", name="The whole route").click()
    picture = page.locator(".route-picture")
    expect(picture.locator(".route-card", has_text="Story queue")).to_be_visible()
    expect(picture.locator(".route-label", has_text="1 Buy")).to_be_visible()

    page.get_by_label("Keys pressed, in turn").fill("1")
    page.get_by_role("button", name="Walk the route").click()
    expect(page.locator(".walk li").last).to_have_text("Somebody answers: they talk.")

    page.set_viewport_size({"width": 390, "height": 800})  # on a telephone the picture becomes a list
    expect(picture).to_be_hidden()
    expect(page.locator(".route-list li.is-menu")).to_contain_text("1 Buy, silence: Story queue")
    page.set_viewport_size({"width": 1280, "height": 800})
    picture.get_by_role("link", name="Story menu").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Story menu")
