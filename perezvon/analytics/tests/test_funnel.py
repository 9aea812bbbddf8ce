"""The funnel page through the door: figures, money, rights, rows behind, export."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from perezvon.analytics.actions import pour_everything
from perezvon.analytics.funnel.counting import funnels
from perezvon.analytics.reads import Reading, Slice
from perezvon.journey.models import Fact
from perezvon.kit.periods import Period

from .cast import MONDAY, client, journey, product, sale, source

pytestmark = pytest.mark.django_db
WEEKS = "from=2026-03-02&to=2026-04-05"  # five whole weeks
PERIOD = Period(MONDAY - timedelta(hours=12), MONDAY + timedelta(days=34))


def english(browser: Any) -> Any:
    """The same browser with the English words chosen."""
    browser.cookies["django_language"] = "en"
    return browser


def five_weeks_of_the_agency(**fields: Any) -> None:
    """100 new clients in five weeks: 20 hang up in the queue, 32 of the other 80 buy at 50,000."""
    for number in range(100):
        at = MONDAY + timedelta(hours=number * 8)
        who = {"person": client(f"Client {number}", at), "source": source("Ads"), "at": at, **fields}
        if number < 20:
            journey(30, loss="L05", **who)
        elif number < 52:
            sale(50_000, **who)
        else:
            journey(70, **who)


def test_the_arithmetic_of_the_agency():
    five_weeks_of_the_agency()
    funnel = funnels(Slice(PERIOD), Reading.now())[0]
    queue = funnel.step("queue")
    assert (funnel.clients, queue.came, queue.lost, queue.passed) == (100, 100, 20, 80)
    leak = queue.leaks["L05"]
    assert leak.worth.base == 80
    assert leak.worth.point == pytest.approx(20 * 0.4 * 50_000)
    assert leak.worth.times(1 / 5).point == pytest.approx(80_000)


@pytest.mark.parametrize("stored", [False, True])
def test_the_page_says_it_with_its_definition(client_of, admin, stored):
    five_weeks_of_the_agency()
    if stored:
        pour_everything(at=MONDAY)
    page = english(client_of(admin)).get(f"/funnel/?{WEEKS}").content.decode().replace("\xa0", " ")
    assert "80 000 ₽ a week" in page
    assert "400 000 ₽" in page
    assert "80 clients passed this step, 32 of them bought (40.0 %); the average sale is 50 000 ₽" in page
    assert "not of those who came to this step" in page
    assert "20.0 % of all" in page


def test_a_client_counts_once_at_the_furthest(client_of, admin):
    who = client()
    journey(30, loss="L05", person=who, state="closed")
    journey(80, person=who, at=MONDAY + timedelta(days=1))
    journey(0, loss="L01")  # a hidden number is a client of its own
    journey(0, loss="L01")
    funnel = funnels(Slice(PERIOD), Reading.now())[0]
    assert funnel.clients == 3
    assert (funnel.step("queue").lost, funnel.step("line").lost, funnel.step("deal").here) == (0, 2, 1)


def test_every_row_adds_up():
    source_of, rows = (source("A"), source("B")), 0
    for rank in (0, 10, 20, 30, 40, 50, 60, 70, 80, 1001, 1004, 1007, 2000, 2010, 2020):
        for loss in ("", "L05", "L13", "L12") if rank < 2000 else ("", "L14") if rank < 2020 else ("",):
            rows += 1
            state = "out" if loss == "L12" else "open"
            journey(
                rank,
                loss=loss,
                person=client(),
                source=source_of[rank % 2],
                state=state,
                at=MONDAY + timedelta(hours=rows),
            )
    funnel = funnels(Slice(PERIOD), Reading.now())[0]
    assert funnel.clients == rows
    for step in funnel.steps:
        assert step.came == step.passed + step.lost + step.here + step.out
    standing = sum(step.lost + step.here + step.out for step in funnel.steps)
    assert standing + funnel.step("repeat").passed == rows


def test_recovered_is_not_lost():
    journey(60, healed="L07", recovery="by_us", person=client())
    journey(40, loss="L07", person=client())
    step = funnels(Slice(PERIOD), Reading.now())[0].step("answer")
    assert (step.lost, step.recovered["by_us"], step.passed) == (1, 1, 1)


def test_a_small_base_gives_an_interval(client_of, admin):
    journey(30, loss="L05", person=client())
    for _number in range(9):
        sale(10_000, person=client())
    worth = funnels(Slice(PERIOD), Reading.now())[0].step("queue").leaks["L05"].worth
    assert worth.point is None
    assert worth.low == pytest.approx(10_000 * 0.7009, rel=1e-3)  # Wilson, 9 of 9
    assert worth.high == pytest.approx(10_000)
    assert "interval (Wilson" in english(client_of(admin)).get(f"/funnel/?{WEEKS}").content.decode()


def test_without_a_sale_there_is_no_price(client_of, admin):
    journey(30, loss="L05", person=client())
    assert "no base yet" in english(client_of(admin)).get(f"/funnel/?{WEEKS}").content.decode()


def test_cells_are_priced_apart():
    for name, bought in (("Good", 20), ("Bad", 5)):
        origin = source(name)
        for number in range(40):
            kind = (
                sale(10_000, person=client(), source=origin)
                if number < bought
                else journey(70, person=client(), source=origin)
            )
            assert kind.pk
        journey(30, loss="L05", person=client(), source=origin)
    leak = funnels(Slice(PERIOD), Reading.now())[0].step("queue").leaks["L05"]
    assert leak.worth.point == pytest.approx(10_000 * (20 / 40 + 5 / 40))


def test_filters_and_periods(client_of, admin, anna):
    ads, sea = source("Ads"), product("Sea")
    journey(
        30,
        loss="L05",
        person=client(),
        source=ads,
        product=sea,
        responsible=anna,
        department=anna.department,
        region="Kazan",
    )
    journey(30, loss="L07", person=client(), is_new=False, channel="form")
    ask = client_of(admin).get
    for wanted, query in (
        (1, f"source={ads.pk}"), (1, "source=none"), (1, f"product={sea.pk}"), (1, f"responsible={anna.pk}"),
        (1, f"department={anna.department_id}"), (1, "region=Kazan"), (1, "is_new=0"), (1, "channel=form"), (2, ""),
        (0, f"source={ads.pk}&is_new=0"), (2, "source=%00&is_new=x&department=99999999999999"),
    ):  # fmt: skip
        response = ask(f"/funnel/?{WEEKS}&{query}")
        assert response.status_code == 200
        assert response.context["picture"].funnel.clients == wanted, query
    assert ask("/funnel/?period=today").context["picture"].is_empty
    assert ask("/funnel/?from=2026-13-45&to=x").status_code == 200


def test_the_period_before_stands_beside(client_of, admin):
    journey(30, loss="L05", person=client(), at=MONDAY - timedelta(days=10))
    journey(30, loss="L05", person=client())
    page = client_of(admin).get(f"/funnel/?{WEEKS}")
    assert page.context["picture"].before.clients == 1


def test_table_by_a_dimension(client_of, admin):
    five_weeks_of_the_agency()
    for url in (f"/funnel/?{WEEKS}&by=source", f"/funnel/by/?{WEEKS}&by=source"):
        page = client_of(admin).get(url)
        (line,) = page.context["lines"]
        assert (line["name"], line["line"].clients, line["line"].lost, line["line"].buyers) == ("Ads", 100, 20, 32)
        assert line["line"].worth.point == pytest.approx(400_000)
        assert line["line"].revenue == 32 * 50_000


def test_a_table_prices_a_loss_where_the_whole_has_none(client_of, admin):
    """Who was lost in a deal from one source and bought from another is lost in the line of the first only."""
    who = client("Twice", MONDAY)
    journey(70, loss="L11", state="closed", person=who, source=source("Ads"), at=MONDAY)
    sale(50_000, person=who, source=source("Maps"), at=MONDAY + timedelta(days=1))
    answer = client_of(admin).get(f"/funnel/by/?by=source&{WEEKS}")
    assert answer.status_code == 200


@pytest.mark.parametrize("stored", [False, True])
def test_every_figure_opens_into_its_rows(client_of, admin, stored):
    five_weeks_of_the_agency()
    journey(30, loss="L12", state="out", person=client())
    journey(60, healed="L07", recovery="by_us", person=client())
    if stored:
        pour_everything(at=MONDAY)
    browser = client_of(admin)
    for step in browser.get(f"/funnel/?{WEEKS}").context["picture"].funnel.steps:
        figures = {
            "passed": step.passed,
            "came": step.came,
            "lost": step.lost,
            "here": step.here,
            "out": step.out,
            "recovered": step.saved,
        }
        for what, count in figures.items():
            assert _rows_behind(browser, f"/funnel/rows/?{WEEKS}&step={step.rung.key}&what={what}") == count, (
                step.rung.key,
                what,
            )


def _rows_behind(browser: Any, url: str) -> int:
    total, before = 0, ""
    while True:
        context = browser.get(f"{url}&before={before}").context
        total += len(context["rows"])
        before = context["next"]
        if not before:
            return total


def test_rows_need_a_known_figure(client_of, admin):
    for query in ("step=nowhere&what=lost", "step=queue&what=all", "step=queue&what=lost&loss=L99", ""):
        assert client_of(admin).get(f"/funnel/rows/?{query}").status_code == 404


def test_who_sees_what(client_of, anna, boris, gleb, admin, operator):
    journey(30, loss="L05", person=client(), responsible=anna, department=anna.department)
    journey(30, loss="L05", person=client(), department=operator.department)
    for path in (
        "/funnel/",
        "/funnel/by/",
        "/funnel/rows/?step=queue&what=lost",
        "/funnel/export/csv/",
        "/funnel/glance/",
    ):
        assert client_of(None).get(path).status_code == 302
        assert client_of(gleb).get(path).status_code == 404
        assert client_of(anna).get(path).status_code == 404
    assert client_of(admin).get(f"/funnel/?{WEEKS}").context["picture"].funnel.clients == 2
    assert client_of(boris).get(f"/funnel/?{WEEKS}").context["picture"].funnel.clients == 1
    rows = client_of(boris).get(f"/funnel/rows/?{WEEKS}&step=queue&what=lost").context["rows"]
    assert [row["ticket"].responsible for row in rows] == [anna]


@pytest.mark.parametrize("form", ["csv", "xlsx"])
def test_export_has_the_figures_and_leaves_a_fact(client_of, admin, form):
    five_weeks_of_the_agency()
    source("=cmd()")
    journey(30, loss="L05", person=client(), source=source("=cmd()"))
    answer = client_of(admin).get(f"/funnel/export/{form}/?{WEEKS}")
    assert answer.status_code == 200
    fact = Fact.objects.get(kind="analytics.exported")
    assert (fact.by_id, fact.details["format"], fact.details["since"]) == (admin.pk, form, "2026-03-02")
    if form == "csv":
        text = answer.content.decode("utf-8-sig")
        assert "L05" in text
        assert "'=cmd()" in text
        assert "400000.0" in text or "420000.0" in text


def test_the_page_costs_a_known_number_of_queries(client_of, admin):
    five_weeks_of_the_agency()
    pour_everything(at=MONDAY)
    browser = client_of(admin)
    browser.get(f"/funnel/?{WEEKS}")
    with CaptureQueriesContext(connection) as queries:
        browser.get(f"/funnel/?{WEEKS}")
    assert len(queries) <= 14, [query["sql"][:90] for query in queries]


def test_the_page_works_in_russian(client_of, admin):
    five_weeks_of_the_agency()
    browser = client_of(admin)
    browser.cookies["django_language"] = "ru"
    admin.language = "ru"
    admin.save()
    page = browser.get(f"/funnel/?{WEEKS}", headers={"accept-language": "ru"}).content.decode()
    assert "Воронка" in page
