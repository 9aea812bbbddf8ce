from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import RequestFactory

from perezvon.staff import access, tokens
from perezvon.staff.actions import dismiss, issue_token, revoke_token
from perezvon.staff.models import ApiToken
from perezvon.staff.testing import JOINED

LATER = JOINED + timedelta(days=1)


def holder(text: str) -> Any:
    return tokens.owner_of(text, at=LATER)


def of_request(request: Any) -> Any:
    found = tokens.holder_of(request, at=LATER)
    return found.user if found else None


def test_a_token_is_its_person(anna: Any) -> None:
    _token, text = issue_token(anna, "screen pop", at=JOINED)
    assert holder(text).user == anna
    assert ApiToken.objects.get().last_used_at == LATER


@pytest.mark.parametrize("wrong", ["", "pzv_", "pzv_x_y", "Bearer", "x" * 10_000, "pzv_é_ё", "pzv_%s_wrong", "\x00"])
def test_what_is_no_token(anna: Any, wrong: str) -> None:
    token, _text = issue_token(anna, "screen pop", at=JOINED)
    assert tokens.owner_of(wrong.replace("%s", token.prefix), at=LATER) is None


def test_a_known_token_asks_no_database(anna: Any, django_assert_num_queries: Any) -> None:
    _token, text = issue_token(anna, "screen pop", at=JOINED)
    tokens.owner_of(text, at=LATER)
    with django_assert_num_queries(0):
        assert access.can(holder(text).user, "person", "view")


def test_last_use_is_written_rarely(anna: Any, django_assert_num_queries: Any) -> None:
    _token, text = issue_token(anna, "screen pop", at=JOINED)
    tokens.owner_of(text, at=LATER)
    tokens.forget()
    with django_assert_num_queries(1):  # the token with its person, and his rights
        tokens.owner_of(text, at=LATER + timedelta(minutes=5))


def test_a_token_ends(anna: Any, boris: Any, admin: Any) -> None:
    token, text = issue_token(anna, "one", at=JOINED)
    revoke_token(token, by=anna, at=LATER)
    assert tokens.owner_of(text, at=LATER) is None
    _token, other = issue_token(boris, "two", at=JOINED)
    dismiss(boris, by=admin, at=LATER)
    assert tokens.owner_of(other, at=LATER) is None


def test_a_request_brings_a_token_or_a_session(anna: Any) -> None:
    _token, text = issue_token(anna, "one", at=JOINED)
    factory = RequestFactory()
    with_token = factory.get("/", headers={"Authorization": f"Bearer {text}"})
    with_token.user = AnonymousUser()
    assert of_request(with_token) == anna
    wrong = factory.get("/", headers={"Authorization": "Bearer nonsense"})
    wrong.user = anna  # a wrong token is not helped out by the session
    assert of_request(wrong) is None
    signed_in = factory.get("/")
    signed_in.user = anna
    assert of_request(signed_in) == anna
    stranger = factory.get("/")
    stranger.user = AnonymousUser()
    assert of_request(stranger) is None


def test_a_token_may_end_by_itself(anna: Any) -> None:
    token, text = issue_token(anna, "one", at=JOINED, days=30, reads_only=True, nouns=["people"])
    assert (token.reads_only, token.nouns) == (True, ["people"])
    assert tokens.owner_of(text, at=JOINED + timedelta(days=29)) is not None
    assert tokens.owner_of(text, at=JOINED + timedelta(days=30)) is None  # also the one that is remembered
