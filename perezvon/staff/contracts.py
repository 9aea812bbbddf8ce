"""The contract every noun keeps; a room's tests inherit it.

    class TestDeals(NounContract):
        noun, list_url, detail_url = "deal", "crm:deals", "crm:deal"
        max_list_queries, max_detail_queries = 12, 15

        def make(self, *, owner, department, at): ...   # a row of this owner

Then anonymous people are sent to the sign-in, people without the right see 404, people with "own" see
their rows only, people with "all" see everything, and pages cost a known number of queries.
"""

from typing import Any

import pytest
from django.urls import reverse

from .models import Grant, Role
from .testing import JOINED, person

SIGN_IN = 302


class NounContract:
    """Inherit, fill in the class attributes and ``make``."""

    noun: str = ""
    verb: str = "view"
    list_url: str = ""
    detail_url: str = ""
    # At most so many queries may a page cost with three rows on it; the session and the rights count.
    max_list_queries: int = 15
    max_detail_queries: int = 20

    def make(self, *, owner: Any, department: Any, at: Any) -> Any:
        """One row that belongs to ``owner`` and ``department``."""
        raise NotImplementedError

    def words(self, thing: Any) -> str:
        """Something that a list shows only when this row is on it."""
        return str(thing)

    def detail(self, thing: Any) -> str:
        """The address of the row's own page."""
        return reverse(self.detail_url, args=[thing.pk])

    @pytest.fixture
    def granted(self, sales: Any) -> Any:
        """``granted("own")`` is a person whose only right is to see this noun so far."""

        def make_person(scope: str, **fields: Any) -> Any:
            role = Role.objects.create(key=f"only-{self.noun}-{scope}", name=scope)
            Grant.objects.create(role=role, noun=self.noun, verb=self.verb, scope=scope)
            fields.setdefault("department", sales)
            return person(f"{scope.title()} Reader", role.key, email=f"{scope}.reader@veter.example", **fields)

        return make_person

    def _open(self, client: Any, thing: Any) -> Any:
        return client.get(self.detail(thing))

    def test_a_stranger_is_sent_to_the_sign_in(self, client_of: Any, anna: Any, sales: Any) -> None:
        thing, stranger = self.make(owner=anna, department=sales, at=JOINED), client_of(None)
        for address in self._addresses(thing):
            answer = stranger.get(address)
            assert answer.status_code == SIGN_IN
            assert "login" in answer["Location"]

    def test_without_the_right_there_is_nothing(self, client_of: Any, gleb: Any, anna: Any, sales: Any) -> None:
        thing, outsider = self.make(owner=anna, department=sales, at=JOINED), client_of(gleb)
        assert [outsider.get(address).status_code for address in self._addresses(thing)] == [
            404 for _ in self._addresses(thing)
        ]

    def test_own_rows_only(self, client_of: Any, granted: Any, anna: Any, sales: Any) -> None:
        reader = granted("own")
        mine = self.make(owner=reader, department=sales, at=JOINED)
        other = self.make(owner=anna, department=sales, at=JOINED)
        visible = set(type(mine).objects.visible_to(reader).values_list("pk", flat=True))
        assert mine.pk in visible and other.pk not in visible
        self._shows(client_of(reader), mine, other)

    def test_department_rows_only(
        self, client_of: Any, granted: Any, anna: Any, operator: Any, sales: Any, support: Any
    ) -> None:
        reader = granted("department")
        mine = self.make(owner=anna, department=sales, at=JOINED)
        other = self.make(owner=operator, department=support, at=JOINED)
        self._shows(client_of(reader), mine, other)

    def test_all_rows(self, client_of: Any, granted: Any, anna: Any, operator: Any, sales: Any, support: Any) -> None:
        reader = granted("all")
        things = [
            self.make(owner=anna, department=sales, at=JOINED),
            self.make(owner=operator, department=support, at=JOINED),
        ]
        assert type(things[0]).objects.visible_to(reader).filter(pk__in=[t.pk for t in things]).count() == 2
        client = client_of(reader)
        assert [self._open(client, thing).status_code for thing in things if self.detail_url] == [
            200 for _ in things if self.detail_url
        ]

    def test_pages_cost_a_known_number_of_queries(
        self, client_of: Any, granted: Any, anna: Any, sales: Any, django_assert_max_num_queries: Any
    ) -> None:
        client = client_of(granted("all"))
        things = [self.make(owner=anna, department=sales, at=JOINED) for _ in range(3)]
        addresses = self._addresses(things[0])
        for address in addresses:
            client.get(address)  # what a process learns once (templates, names) is not the page's price
        for address in addresses:
            most = (
                self.max_list_queries
                if self.list_url and address == reverse(self.list_url)
                else self.max_detail_queries
            )
            with django_assert_max_num_queries(most):
                assert client.get(address).status_code == 200

    def _addresses(self, thing: Any) -> list[str]:
        addresses = [reverse(self.list_url)] if self.list_url else []
        return [*addresses, self.detail(thing)] if self.detail_url else addresses

    def _shows(self, client: Any, mine: Any, other: Any) -> None:
        if self.detail_url:
            assert self._open(client, mine).status_code == 200
            assert self._open(client, other).status_code == 404
        if self.list_url:
            page = client.get(reverse(self.list_url)).content.decode()
            assert self.words(mine) in page
            assert self.words(other) == self.words(mine) or self.words(other) not in page
