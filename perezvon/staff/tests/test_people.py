from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.urls import reverse

from perezvon.journey.models import Fact
from perezvon.journey.reads import sentence
from perezvon.staff import reads
from perezvon.staff.actions import (
    add_user,
    change_user,
    dismiss,
    issue_token,
    set_presence,
    set_roles,
    take_back,
)
from perezvon.staff.models import ApiToken, Presence, User
from perezvon.staff.testing import JOINED, PASSWORD, person

LATER = JOINED + timedelta(hours=3)


def kinds() -> list[str]:
    return list(Fact.objects.order_by("id").values_list("kind", flat=True))


def test_a_person_comes(sales: Any, admin: Any) -> None:
    user = add_user(
        email=" New@Veter.Example ", name="New Person", department=sales, roles=["seller"], by=admin, at=JOINED
    )
    assert user.email == "new@veter.example"
    assert user.joined_at == JOINED
    assert [role.key for role in user.roles.all()] == ["seller"]
    assert not user.has_usable_password()
    fact = Fact.objects.get(kind="staff.added", owner_id=user.pk)
    assert (fact.by_id, fact.department_id) == (admin.pk, sales.pk)
    assert "New Person" in sentence(fact, reads.name_of)


def test_an_email_belongs_to_one_person(anna: Any) -> None:
    with pytest.raises(ValidationError):
        person("Anna Second", email="ANNA@veter.example")


def test_an_unknown_role_is_refused(db: Any) -> None:
    with pytest.raises(LookupError):
        person("Some Body", "wizard")
    assert not User.objects.filter(name="Some Body").exists()


def test_the_card_changes_and_only_the_card(anna: Any, admin: Any) -> None:
    change_user(anna, {"name": "Anna Orlova", "extension": "207"}, by=admin, at=LATER)
    assert User.objects.get(pk=anna.pk).extension == "207"
    assert Fact.objects.get(kind="staff.changed").details["fields"] == ["extension", "name"]
    change_user(anna, {"name": "Anna Orlova"}, by=admin, at=LATER)
    assert kinds().count("staff.changed") == 1
    with pytest.raises(TypeError):
        change_user(anna, {"is_superuser": True}, at=LATER)


def test_who_leaves_is_out_at_once(anna: Any, admin: Any, client_of: Any) -> None:
    browser = client_of(anna)
    assert browser.get(reverse("staff:profile")).status_code == 200
    issue_token(anna, "screen pop", at=JOINED)
    set_presence(anna, "available", at=JOINED)
    dismiss(anna, by=admin, at=LATER)
    assert browser.get(reverse("staff:profile")).status_code == 302
    assert not ApiToken.objects.filter(user=anna).exists()
    assert not Presence.objects.filter(user=anna, until=None).exists()
    left = User.objects.get(pk=anna.pk)
    assert (left.is_active, left.left_at) == (False, LATER)
    assert not left.check_password(PASSWORD)
    dismiss(anna, by=admin, at=LATER)
    assert kinds().count("staff.left") == 1


def test_nobody_dismisses_himself_or_the_last_administrator(admin: Any, anna: Any) -> None:
    for by in (admin, anna):
        with pytest.raises(ValidationError):
            dismiss(admin, by=by, at=LATER)
    assert User.objects.get(pk=admin.pk).is_active


def test_who_left_may_come_back(anna: Any, admin: Any) -> None:
    dismiss(anna, by=admin, at=LATER)
    back = take_back(anna, password="another-horse-1", by=admin, at=LATER)
    assert back.is_active and back.left_at is None and back.check_password("another-horse-1")
    assert [role.key for role in back.roles.all()] == ["seller"]


def test_roles_change_with_a_fact(anna: Any, admin: Any) -> None:
    set_roles(anna, ["seller", "operator"], by=admin, at=LATER)
    set_roles(anna, ["operator", "seller"], by=admin, at=LATER)
    fact = Fact.objects.get(kind="staff.role_changed")
    assert fact.details["roles"] == "seller, operator"
    with pytest.raises(ValidationError):
        set_roles(admin, [], by=admin, at=LATER)


def test_presence_is_a_row_of_stretches(anna: Any) -> None:
    set_presence(anna, "available", by=anna, at=JOINED)
    set_presence(anna, "available", by=anna, at=JOINED + timedelta(minutes=1))
    set_presence(anna, "break", reason="lunch", by=anna, at=LATER)
    first, second = Presence.objects.filter(user=anna).order_by("since")
    assert (first.since, first.until, first.state) == (JOINED, LATER, "available")
    assert (second.until, second.reason) == (None, "lunch")
    facts = Fact.objects.filter(kind="presence.changed").order_by("id")
    assert [(fact.details["state"], fact.seconds) for fact in facts] == [("available", None), ("break", 3 * 3600)]
    assert reads.presence_of([anna.pk])[anna.pk].state == "break"
    with pytest.raises(ValueError, match="asleep"):
        set_presence(anna, "asleep", at=LATER)


def test_names_and_sellers(
    anna: Any, boris: Any, operator: Any, admin: Any, sales: Any, company: Any, support: Any
) -> None:
    assert reads.name_of(anna.pk) == "Anna Petrova"
    assert reads.name_of(None) == reads.name_of(999_999) == ""
    assert reads.names_of([anna.pk, None, 999_999]) == {anna.pk: "Anna Petrova"}
    assert reads.sellers(company.pk) == reads.sellers(None) == reads.sellers(sales.pk) == [anna]
    assert reads.sellers(support.pk) == []
    assert set(reads.colleagues(sales.pk)) == {anna, boris}


def test_the_history_of_states_cannot_be_rewritten(anna: Any) -> None:
    first = set_presence(anna, "available", by=anna, at=JOINED)
    set_presence(anna, "break", reason="lunch", by=anna, at=LATER)
    anna.refresh_from_db()
    assert (anna.presence, anna.presence_reason, anna.presence_since) == ("break", "lunch", LATER)
    for spoil in (
        lambda: Presence.objects.filter(pk=first.pk).update(until=LATER + timedelta(hours=1)),
        lambda: Presence.objects.filter(user=anna, until=None).update(reason="work"),
        lambda: Presence.objects.filter(pk=first.pk).delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            spoil()
