"""A session that ended elsewhere ends here within seconds."""

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache

from perezvon.staff.sessions import SECONDS, SessionStore

pytestmark = pytest.mark.django_db


def test_no_session_is_remembered_for_longer_than_seconds(monkeypatch):
    kept: list[float] = []
    plain = type(cache._connections[cache._alias] if hasattr(cache, "_connections") else cache)
    original = plain.set

    def spy(self, key, value, timeout=None, **more):
        kept.append(timeout)
        return original(self, key, value, timeout, **more)

    monkeypatch.setattr(plain, "set", spy)
    session = SessionStore()
    session["x"] = 1
    session.save()
    assert kept and max(kept) <= SECONDS


def test_a_session_ended_by_another_process_is_gone_when_the_memory_is(monkeypatch):
    session = SessionStore()
    session["x"] = 1
    session.save()
    Session.objects.all().delete()
    cache.clear()  # what SECONDS do
    assert SessionStore(session.session_key).get("x") is None


def test_a_page_of_the_account_sees_what_another_process_wrote_a_moment_ago(client, rf):
    from perezvon.staff.middleware import Sessions

    session = SessionStore()
    session["x"] = 1
    session.save()
    other = SessionStore(session.session_key)
    other["x"] = 2
    row = Session.objects.get(pk=session.session_key)
    row.session_data = other.encode({"x": 2})  # as the other process left it: this one's memory does not know
    row.save()
    seen = {}
    for path in ("/day/", "/accounts/2fa/"):
        request = rf.get(path)
        request.COOKIES["sessionid"] = session.session_key
        Sessions(lambda _request: None).process_request(request)
        seen[path] = request.session["x"]
    assert seen == {"/day/": 1, "/accounts/2fa/": 2}
