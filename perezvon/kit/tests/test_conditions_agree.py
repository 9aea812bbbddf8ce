"""Both back-ends give one answer: random trees on random rows in real PostgreSQL, with missing values."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, models
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from perezvon.kit.conditions import (
    Circumstances,
    Field,
    Fields,
    Kind,
    Relation,
    Takes,
    holds,
    q,
    read,
    sentence,
    written,
)
from perezvon.kit.conditions.days import PERIODS, UNITS

NOW = datetime(2026, 3, 29, 21, 30, tzinfo=UTC)  # already the 30th in Moscow; summer time began in Berlin that night
ZONES = ("Europe/Moscow", "Europe/Berlin", "Asia/Kamchatka", "America/New_York")


class Owner(models.Model):
    name = models.CharField(max_length=40, null=True)

    class Meta:
        app_label = "kit_tests"


class Thing(models.Model):
    name = models.CharField(max_length=40, null=True)
    count = models.IntegerField(null=True)
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    day = models.DateField(null=True)
    at = models.DateTimeField(null=True)
    code = models.CharField(max_length=8, null=True)
    is_done = models.BooleanField(null=True)
    owner = models.ForeignKey(Owner, models.CASCADE, null=True, related_name="things")
    own = models.JSONField(default=dict)

    class Meta:
        app_label = "kit_tests"


class Mark(models.Model):
    thing = models.ForeignKey(Thing, models.CASCADE, related_name="marks")
    tag = models.IntegerField()
    weight = models.IntegerField(null=True)

    class Meta:
        app_label = "kit_tests"


MARK = Fields("mark", Field("tag", Kind.WHOLE, "Tag"), Field("weight", Kind.WHOLE, "Weight"))
THING = Fields(
    "thing",
    Field("name", Kind.TEXT, "Name"),
    Field("count", Kind.WHOLE, "Count"),
    Field("amount", Kind.MONEY, "Amount"),
    Field("day", Kind.DATE, "Day"),
    Field("at", Kind.MOMENT, "At"),
    Field("code", Kind.CHOICE, "Code", choices=(("a", "A"), ("b", "B"), ("c", "C")), words={"hers": "hers", "lost": "?"}),
    Field("owner", Kind.CHOICE, "Owner", path="owner_id", ids=True, words={"me": "me"}),
    Field("owner_name", Kind.TEXT, "Owner's name", path="owner__name"),
    Field("is_done", Kind.FLAG, "Done"),
    Field(
        "double", Kind.WHOLE, "Double", path=models.ExpressionWrapper(models.F("count") * 2, models.IntegerField()),
        value=lambda thing: None if thing.count is None else thing.count * 2,
    ),
    Field(
        "tags", Kind.MANY, "Tags", path="tag", ids=True, rows=lambda: Mark.objects.filter(thing=models.OuterRef("pk")),
        value=lambda thing: [mark.tag for mark in thing.all_marks],
    ),
    Field(
        "own_tags", Kind.MANY, "Own tags", path=models.Func("own", template="(%(expressions)s -> 'tags')", output_field=models.JSONField()),
        ids=True, value=lambda thing: thing.own.get("tags"),
    ),
    Relation(
        "marks", "Marks", lambda: MARK, lambda: Mark.objects.filter(thing=models.OuterRef("pk")), lambda thing: thing.all_marks,
    ),
)  # fmt: skip

LETTERS = st.text("аАеЕёЁжЖяЯaAzZ09 %_\\'", max_size=4)
SMALL = st.integers(-3, 3)
CENTS = SMALL.map(lambda number: Decimal(number) / 4)
DAYS = st.integers(-40, 40).map(lambda away: date(2026, 3, 30) + timedelta(days=away))
MOMENTS = st.one_of(
    st.sampled_from([NOW, NOW - timedelta(hours=2), datetime(2026, 3, 29, 21, tzinfo=UTC), datetime(2026, 3, 29, 1, tzinfo=UTC)]),
    st.integers(-60 * 24 * 40, 60 * 24 * 40).map(lambda away: NOW + timedelta(minutes=away)),
)  # fmt: skip
AWAY = st.builds(lambda unit, count: {unit: count}, st.sampled_from(UNITS), st.integers(-40, 40))
DAY_AWAY = st.builds(lambda unit, count: {unit: count}, st.sampled_from(UNITS[2:]), st.integers(-40, 40))
VALUES = {
    Kind.TEXT: LETTERS.filter(bool),
    Kind.WHOLE: SMALL,
    Kind.MONEY: CENTS.map(str),
    Kind.DATE: DAYS.map(date.isoformat) | DAY_AWAY,
    Kind.MOMENT: DAYS.map(date.isoformat) | AWAY,
    Kind.MANY: st.integers(0, 4),
}
CHOICES = {"code": st.sampled_from(["a", "b", "c", "hers", "lost"]), "owner": st.sampled_from([1, 2, 3, 9, "me"])}


def value_of(field: Field, takes: Takes):
    """Values that a test of this field may have."""
    one = CHOICES.get(field.key, VALUES.get(field.kind))
    if takes is Takes.PERIOD:
        return st.sampled_from(sorted(PERIODS))
    if takes is Takes.PAIR:
        order = {Kind.MONEY: Decimal}.get(field.kind, lambda each: each)
        absolute = DAYS.map(date.isoformat) if field.kind in (Kind.DATE, Kind.MOMENT) else one
        return st.tuples(absolute, absolute).map(lambda pair: sorted(pair, key=order))
    return st.lists(one, min_size=1, max_size=3) if takes is Takes.SEVERAL else one


@st.composite
def asked_of(draw, fields: Fields):
    field = draw(st.sampled_from(fields.plain))
    operator = draw(st.sampled_from(field.operators))
    found = {"field": field.key, "op": operator.key}
    return found if operator.takes is Takes.NOTHING else {**found, "value": draw(value_of(field, operator.takes))}


def groups(inside):
    return st.builds(
        lambda word, nodes: {word: nodes},
        st.sampled_from(["all", "any", "none"]),
        st.lists(inside, min_size=1, max_size=3),
    )


MARK_TREES = st.recursive(asked_of(MARK), groups, max_leaves=3)
RELATED = st.builds(
    lambda word, where: {word: "marks", "where": where}, st.sampled_from(["some", "no"]), MARK_TREES | st.just({})
)
TREES = st.recursive(asked_of(THING) | RELATED, groups, max_leaves=8)
ROWS = st.lists(
    st.fixed_dictionaries({
        "name": st.none() | LETTERS, "count": st.none() | SMALL, "amount": st.none() | CENTS, "day": st.none() | DAYS,
        "at": st.none() | MOMENTS, "code": st.sampled_from([None, "", "a", "b", "c"]),
        "is_done": st.sampled_from([None, True, False]), "owner_id": st.sampled_from([None, 1, 2, 3]),
        "own": st.just({}) | st.lists(st.integers(0, 4), min_size=1, max_size=3).map(lambda tags: {"tags": tags}),
        "marks": st.lists(st.tuples(st.integers(0, 4), st.none() | SMALL), max_size=3),
    }), min_size=1, max_size=12,
)  # fmt: skip


@pytest.fixture
def tables(db):
    """The tables of this test, gone with its transaction."""
    with connection.schema_editor() as editor:
        for model in (Owner, Thing, Mark):
            editor.create_model(model)
    Owner.objects.bulk_create([Owner(pk=1, name="Ёлкин"), Owner(pk=2, name=None), Owner(pk=3, name="")])


def stored(rows):
    """The rows in the base, with what belongs to them at hand."""
    Mark.objects.all().delete()
    Thing.objects.all().delete()
    plain = [{name: value for name, value in row.items() if name != "marks"} for row in rows]
    things = Thing.objects.bulk_create(Thing(**row) for row in plain)
    for thing, row in zip(things, rows, strict=True):
        thing.all_marks = [Mark(thing=thing, tag=tag, weight=weight) for tag, weight in row["marks"]]
    Mark.objects.bulk_create(mark for thing in things for mark in thing.all_marks)
    return things


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(rows=ROWS, trees=st.lists(TREES, min_size=3, max_size=6), zone=st.sampled_from(ZONES))
def test_the_database_and_python_agree(tables, rows, trees, zone):
    things = stored(rows)
    seen = Circumstances(NOW, ZoneInfo(zone), {"me": (1, 3), "hers": ("a",)})
    for data in trees:
        tree = read(data, THING)
        by_database = set(Thing.objects.filter(q(tree, seen)).values_list("pk", flat=True))
        by_python = {thing.pk for thing in things if holds(tree, thing, seen)}
        assert by_database == by_python, (
            data,
            [vars(thing) for thing in things if thing.pk in by_database ^ by_python],
        )
        assert read(tree.json(), THING) == tree
        assert written(tree)
        assert sentence(tree)


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(rows=ROWS, data=TREES)
def test_a_condition_and_its_denial_divide_the_rows(tables, rows, data):
    things = stored(rows)
    seen = Circumstances(NOW, ZoneInfo("Europe/Moscow"), {"me": (1,)})
    fit, rest = read(data, THING), read({"none": [data]}, THING)
    assert Thing.objects.filter(q(fit, seen)).count() + Thing.objects.filter(q(rest, seen)).count() == len(things)
    assert not Thing.objects.filter(q(fit, seen) & q(rest, seen)).exists()
