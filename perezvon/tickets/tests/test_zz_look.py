import os
import pytest
from playwright.sync_api import sync_playwright
from perezvon.kit import clock
from perezvon.crm.models import Person, Product
from perezvon.marketing.models import LineSource, Source
from perezvon.telephony.models import Line
from perezvon.tickets.models import Ticket
from perezvon.tickets.actions.tickets import disqualify
from perezvon.tickets.testing import *

os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


@pytest.mark.django_db(transaction=True)
@pytest.mark.filterwarnings("ignore")
def test_look(live_server, client_of, boris, anna, sales, settings):
    from perezvon.journey.pump import drain

    settings.DEBUG = False
    now = clock.now()
    p, s = Product.objects.create(name="Туры в Карелию"), Source.objects.create(name="Яндекс Директ")
    Line.objects.create(number=LINE, department=sales, product=p)
    LineSource.objects.create(line=LINE, source=s, since=now - 90 * DAY)
    stages = ["L01", "L02", "L03", "L05", "L07", "talked", "talked", "L08", "talked", "L04"]
    for i, st in enumerate(stages):
        had(
            f"+7916123450{i}",
            stage=st,
            at=now - (i + 1) * HOUR * 3,
            by=anna if st == "talked" else None,
            observed=i % 3 > 0,
        )
    had("+79161234501", stage="talked", direction="out", at=now - 2 * HOUR, by=anna)
    had("", stage="L05", at=now - HOUR, minutes=0.05)
    names = [
        "Ольга Смирнова-Константинопольская",
        "Иван Петров",
        "",
        "Мария",
        "",
        "Сергей Иванов",
        "Анна",
        "",
        "Пётр",
        "",
    ]
    for i, person in enumerate(Person.objects.order_by("pk")):
        person.name = names[i % len(names)]
        person.entered_at = now if person.name else None
        person.region = "Москва"
        person.save()
    drain(at=now)
    disqualify(Ticket.objects.filter(loss="").first(), reason="Спам", by=boris, at=now)
    Ticket.objects.filter(responsible=None).update(department=sales)
    cookie = client_of(boris).cookies["sessionid"].value
    one = Ticket.objects.filter(loss="L05", person__isnull=False).first()
    saved = Ticket.objects.exclude(recovery="").first()
    with sync_playwright() as pw:
        browser = pw.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        for lang in ("ru", "en"):
            boris.language = lang
            boris.save()
            for width in (1440, 390):
                ctx = browser.new_context(viewport={"width": width, "height": 900}, locale=lang)
                ctx.add_cookies(
                    [
                        {"name": "sessionid", "value": cookie, "url": live_server.url},
                        {"name": "django_language", "value": lang, "url": live_server.url},
                    ]
                )
                page = ctx.new_page()
                for name, path in (
                    ("inbox", "/tickets/"),
                    ("lost", f"/tickets/{one.pk}/"),
                    ("saved", f"/tickets/{saved.pk}/"),
                    ("deal", f"/tickets/{saved.pk}/deal/"),
                    ("out", f"/tickets/{saved.pk}/out/"),
                    ("client", f"/people/{saved.person_id}/"),
                    ("hidden", f"/tickets/{Ticket.objects.get(person=None).pk}/"),
                ):
                    page.goto(live_server.url + path)
                    page.wait_for_timeout(400)
                    wide = page.evaluate("document.documentElement.scrollWidth")
                    print(lang, width, name, "scroll", wide)
                    page.screenshot(path=f"/tmp/tk/{name}-{width}-{lang}.png", full_page=True)
                ctx.close()
