"""Search by what was typed: names by any part of any word, numbers in any spelling, addresses, words in any form.

Every filter narrows rows that the caller has limited to the reader's rights: the whole answer, for lists. The few best
while somebody types: ``finding.py``.
"""

from typing import Any

from django.contrib.postgres.search import SearchQuery, SearchVector, SearchVectorExact
from django.db.models import Q, QuerySet

from perezvon.staff import access

from .models import Company, ContactOwner, ContactPoint, Deal, Person, Task
from .typed import FEWEST_DIGITS, Typed, typed

CANDIDATES = 500  # contact points looked at for the beginning of a number: more would take another digit anyway


# --- people and companies ------------------------------------------------------


def people(rows: "QuerySet[Person]", user: Any, text: str) -> "QuerySet[Person]":
    """Of ``rows`` the people that the text may mean; all of them for an empty text."""
    asked = typed(text)
    return rows.filter(_parties(asked, user, "person", Person)) if asked else rows


def companies(rows: "QuerySet[Company]", user: Any, text: str) -> "QuerySet[Company]":
    """Of ``rows`` the companies that the text may mean: by name, INN, number, address."""
    asked = typed(text)
    if not asked:
        return rows
    condition = _parties(asked, user, "company", Company)
    if len(asked.digits) >= FEWEST_DIGITS:
        condition |= Q(pk__in=Company.objects.filter(inn__startswith=asked.digits).order_by().values("pk"))
    return rows.filter(condition)


def client_is(text: str, user: Any, path: str = "person") -> Q:
    """Rows of other nouns whose client the text may mean; ``path`` leads to the person."""
    asked = typed(text)
    if asked.digits or asked.tail:
        points = points_of_number(asked if asked.digits else typed(asked.tail), user)
        return name_has(() if asked.digits else asked.words, f"{path}__name") & Q(
            **{f"{path}__in": owners_of(points, "person")}
        )
    return name_has(asked.words, f"{path}__name")


def _parties(asked: Typed, user: Any, owner: str, model: type[Any]) -> Q:
    named = model.objects.filter(name_has(asked.words)).order_by().values("pk")
    if asked.digits:
        numbered = owners_of(points_of_number(asked, user), owner)
        # A part of a number that is too short may still stand in a name ("Vector 12").
        return Q(pk__in=numbered.union(named) if len(asked.digits) < 7 else numbered)
    if asked.tail:
        numbered = owners_of(points_of_number(typed(asked.tail), user), owner)
        return name_has(asked.words) & (Q(pk__in=numbered) | name_has((asked.tail,)))
    if asked.address:
        points = ContactPoint.objects.filter(kind="email", value__contains=asked.address)
        return Q(pk__in=owners_of(points, owner).union(named))
    return name_has(asked.words)


def name_has(words: tuple[str, ...], field: str = "name") -> Q:
    """Every word stands somewhere in the name; one of two letters at the beginning of a word of it."""
    condition = Q()
    for word in words:
        if len(word) > 2:
            condition &= Q(**{f"{field}__folded__contains": word})
        else:
            condition &= Q(**{f"{field}__folded__startswith": word}) | Q(**{f"{field}__folded__contains": f" {word}"})
    return condition


def points_of_number(asked: Typed, user: Any) -> "QuerySet[ContactPoint]":
    """Telephone numbers that the digits may mean; a part of one only for those who see numbers at all."""
    phones = ContactPoint.objects.filter(kind="phone").order_by()
    if asked.number and (exact := phones.filter(value=asked.number)).exists():
        return exact
    if len(asked.digits) < FEWEST_DIGITS or not access.sees_phones(user):
        return phones.none()
    for beginning in asked.beginnings:
        found = list(beginning_with(phones, beginning).values_list("pk", flat=True)[:CANDIDATES])
        if found:
            return phones.filter(pk__in=found)
    return phones.filter(value__contains=asked.digits)


def beginning_with(points: "QuerySet[ContactPoint]", beginning: str) -> "QuerySet[ContactPoint]":
    """Contact points that begin so, in order: bounds and order let the unique index serve it, which is the fastest.

    Of digits the bounds say everything; the pattern would only tempt the planner to the trigrams that all numbers have.
    """
    last, points = beginning[-1], points.filter(value__gte=beginning).order_by("value")
    if last.isdigit():
        return points.filter(value__lte=beginning + "9" * 15)
    points = points.filter(value__startswith=beginning)
    return points.filter(value__lte=beginning[:-1] + chr(ord(last) + 1)) if "a" <= last < "z" else points


def owners_of(points: "QuerySet[ContactPoint]", owner: str) -> Any:
    rows = ContactOwner.objects.filter(until=None, point__in=points, **{f"{owner}__isnull": False})
    return rows.order_by().values(owner)


# --- deals and tasks ---------------------------------------------------------------


def deals(rows: "QuerySet[Deal]", text: str) -> "QuerySet[Deal]":
    """Of ``rows`` the deals with this number, or with these words in the title in any form."""
    asked = typed(text)
    if not asked:
        return rows
    numbered = Q(pk=asked.row) if asked.row is not None else Q()
    return rows.filter(numbered | title_has(asked))


def tasks(rows: "QuerySet[Task]", user: Any, text: str) -> "QuerySet[Task]":
    """Of ``rows`` the tasks with these words in the title, or of this client."""
    asked = typed(text)
    return rows.filter(name_has(asked.words, "title") | client_is(text, user)) if asked else rows


def title_has(asked: Typed, field: str = "title") -> Q:
    """The words stand in the title, as they are or in another form."""
    return name_has(asked.words, field) | forms_of(asked, field)


def forms_of(asked: Typed, field: str = "title") -> Q:
    """The words stand in the title in any form ("туры" finds "тура"); the last may be unfinished."""
    words = [word for each in asked.text.split() if (word := "".join(filter(str.isalnum, each)))]
    if not words:
        return Q(pk__in=())
    last = words[-1] if words[-1].isdigit() else f"{words[-1]}:*"  # a number has too many continuations
    forms = SearchQuery(" & ".join([*words[:-1], last]), config="russian", search_type="raw")
    return Q(SearchVectorExact(SearchVector(field, config="russian"), forms))
