"""Reading a tree: strict, with the place of what is wrong; writing it back; words."""

from datetime import UTC, datetime
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.utils.translation import override

from perezvon.kit.conditions import (
    Circumstances,
    Field,
    Fields,
    Kind,
    Relation,
    Unclear,
    holds,
    parse,
    read,
    sentence,
    written,
)
from perezvon.kit.conditions.days import Away, day, span

TASK = Fields(
    "task", Field("title", Kind.TEXT, "Title"), Field("price", Kind.MONEY, "Price", can=lambda user: user == "boss")
)
DEAL = Fields(
    "deal",
    Field("title", Kind.TEXT, "Title"),
    Field("amount", Kind.MONEY, "Amount"),
    Field("status", Kind.CHOICE, "Status", choices=(("open", "Open"), ("won", "Won"))),
    Field("owner", Kind.CHOICE, "Responsible", ids=True, choices=((7, "Anna"),), words={"me": "I"}),
    Field("born", Kind.DATE, "Born"),
    Field("created", Kind.MOMENT, "Created"),
    Field("secret", Kind.TEXT, "Secret", can=lambda user: user == "boss"),
    Relation("tasks", "Tasks", lambda: TASK, lambda: None, lambda deal: deal.tasks),
)  # fmt: skip
SEEN = Circumstances(datetime(2026, 11, 22, 10, tzinfo=UTC), UTC, {"me": (7,)})


@pytest.mark.parametrize(
    ("data", "where"),
    [
        ([], ""),
        ({"all": {}}, "all"),
        ({"any": []}, "any"),
        ({"all": [{}]}, "all[0]"),
        ({"all": [{"field": "title", "op": "contains", "value": "x"}, {"field": "age", "op": "is", "value": 1}]}, "all[1].field"),
        ({"field": "title", "op": "at_least", "value": 1}, "op"),
        ({"field": "title", "op": "contains"}, "value"),
        ({"field": "title", "op": "contains", "value": "a\x00"}, "value"),
        ({"field": "title", "op": "contains", "value": "x" * 501}, "value"),
        ({"field": "amount", "op": "at_least", "value": "1e999"}, "value"),
        ({"field": "amount", "op": "at_least", "value": True}, "value"),
        ({"field": "amount", "op": "between", "value": [5, 1]}, "value"),
        ({"field": "status", "op": "is", "value": ["open", "gone"]}, "value[1]"),
        ({"field": "owner", "op": "is", "value": ["you"]}, "value[0]"),
        ({"field": "born", "op": "on", "value": {"hours": 2}}, "value"),
        ({"field": "born", "op": "on", "value": "2026-02-30"}, "value"),
        ({"field": "created", "op": "before", "value": {"days": 10**9}}, "value"),
        ({"field": "created", "op": "within", "value": "someday"}, "value"),
        ({"field": "title", "op": "empty", "value": 1}, "value"),
        ({"field": "title", "op": "empty", "extra": 1}, "extra"),
        ({"some": "calls"}, "some"),
        ({"some": "title"}, "some"),
        ({"some": "tasks", "where": {"field": "amount", "op": "empty"}}, "where.field"),
        ({"all": [{"none": [{"field": "title", "op": "is", "value": []}]}]}, "all[0].none[0].value"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_place(data, where):
    with pytest.raises(Unclear) as caught:
        read(data, DEAL)
    assert caught.value.where == where
    assert caught.value.reason


def test_limits():
    deep = {"field": "title", "op": "empty"}
    for _ in range(9):
        deep = {"all": [deep]}
    for data in (deep, {"all": [{"field": "title", "op": "empty"}] * 200}):
        with pytest.raises(Unclear):
            read(data, DEAL)
    for text in ('{"all"', "[" * 5000, " " + '"' + "x" * 70_000 + '"'):
        with pytest.raises(Unclear):
            parse(text, DEAL)
    with pytest.raises(Unclear):
        read({"field": "owner", "op": "is", "value": list(range(1001))}, DEAL)


def test_nothing_asked_is_everything():
    for tree in (parse("", DEAL), parse("{}", DEAL), read({"all": []}, DEAL)):
        assert holds(tree, SimpleNamespace(), SEEN)
        assert written(tree) == ""


def test_values_are_typed_and_come_back_in_one_spelling():
    tree = read({"field": "amount", "op": "between", "value": ["1 000,50", 2000]}, DEAL)
    assert tree.value == (Decimal("1000.50"), Decimal(2000))
    assert tree.json() == {"field": "amount", "op": "between", "value": ["1000.50", "2000"]}
    assert read({"field": "owner", "op": "is", "value": "7"}, DEAL).json()["value"] == [7]


def test_a_field_that_is_not_for_everybody_does_not_exist_for_the_others():
    asked = {"field": "secret", "op": "is", "value": "x"}
    assert read(asked, DEAL.open_to("boss"))
    with pytest.raises(Unclear):
        read(asked, DEAL.open_to("anna"))
    assert "secret" not in [one.key for one in DEAL.open_to("anna")]
    inside = {"some": "tasks", "where": {"field": "price", "op": "more", "value": 1}}
    assert read(inside, DEAL.open_to("boss"))
    with pytest.raises(Unclear):
        read(inside, DEAL.open_to("anna"))


def test_fields_of_other_rooms_and_of_people():
    fields = Fields("deal", Field("title", Kind.TEXT, "Title"))
    fields.add(Field("visits", Kind.WHOLE, "Visits"))
    with pytest.raises(ValueError, match="twice"):
        fields.add(Field("visits", Kind.WHOLE, "Visits"))
    made = [Field("cf_1", Kind.NUMBER, "Height", value=lambda row: row["cf"].get("1"))]
    fields.more(lambda: made)
    tree = read({"field": "cf_1", "op": "more", "value": 1.5}, fields)
    assert holds(tree, {"cf": {"1": Decimal("1.6")}}, SEEN)
    made.clear()
    with pytest.raises(Unclear):
        read({"field": "cf_1", "op": "more", "value": 1.5}, fields)


def test_unsaved_objects_and_mappings_can_be_asked():
    tree = read(
        {
            "all": [
                {"field": "owner", "op": "is", "value": "me"},
                {"no": "tasks", "where": {"field": "title", "op": "is", "value": "ёж"}},
            ]
        },
        DEAL,
    )
    task = {"title": "ЕЖ"}
    assert holds(tree, SimpleNamespace(owner=7, tasks=[]), SEEN)
    assert not holds(tree, SimpleNamespace(owner=7, tasks=[task]), SEEN)
    assert not holds(tree, SimpleNamespace(owner=None, tasks=[]), SEEN)


@pytest.mark.parametrize(
    ("away", "expected"),
    [(Away("days", -5), "2026-11-17"), (Away("weeks", 1), "2026-11-29"), (Away("months", 3), "2027-02-22"), (Away("months", -9), "2026-02-22")],
)  # fmt: skip
def test_days_are_counted_from_today(away, expected):
    assert day(away, SEEN.today).isoformat() == expected


def test_a_month_that_is_shorter_ends_earlier():
    assert day(Away("months", 1), datetime(2026, 1, 31, tzinfo=UTC).date()).isoformat() == "2026-02-28"


@pytest.mark.parametrize(
    ("period", "first", "last"),
    [
        ("this_week", "2026-11-16", "2026-11-22"), ("next_week", "2026-11-23", "2026-11-29"), ("last_month", "2026-10-01", "2026-10-31"),
        ("this_quarter", "2026-10-01", "2026-12-31"), ("last_quarter", "2026-07-01", "2026-09-30"), ("last_year", "2025-01-01", "2025-12-31"),
        ("tomorrow", "2026-11-23", "2026-11-23"), ("next_month", "2026-12-01", "2026-12-31"),
    ],
)  # fmt: skip
def test_periods(period, first, last):
    assert [each.isoformat() for each in span(period, SEEN.today)] == [first, last]


def test_in_words():
    tree = read({"all": [
        {"field": "amount", "op": "at_least", "value": 100000},
        {"any": [{"field": "owner", "op": "is", "value": ["me", 7]}, {"field": "created", "op": "before", "value": {"days": -5}}]},
        {"none": [{"field": "status", "op": "is", "value": ["won"]}, {"field": "title", "op": "empty"}]},
        {"no": "tasks"},
    ]}, DEAL)  # fmt: skip
    with override("en"):
        assert sentence(tree).replace("\u00a0", " ") == (
            "Amount at least 100 000 ₽ and (Responsible is I, Anna or Created before 5 days ago)"
            " and (neither Status is Won nor Title is empty) and Tasks: there is none"
        )
