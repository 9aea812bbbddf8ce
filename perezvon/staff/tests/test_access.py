from typing import Any

import pytest
from django.http import Http404, HttpResponse
from django.test import RequestFactory

from perezvon.staff import access
from perezvon.staff.actions import add_department, add_role, set_grants, set_roles
from perezvon.staff.models import Department, Role, User
from perezvon.staff.testing import JOINED, person


def test_standard_roles_say_who_may_what(anna: Any, boris: Any, vera: Any, gleb: Any, admin: Any) -> None:
    assert access.scope(anna, "deal", "edit") == "own"
    assert access.scope(boris, "deal", "edit") == "subtree"
    assert access.scope(vera, "payment", "add") == "all"
    assert access.can(vera, "deal", "view") and not access.can(vera, "deal", "edit")
    assert not access.can(gleb, "deal", "view")
    assert access.can(admin, "settings", "administer") and access.can(admin, "deal", "listen")


def test_rights_are_asked_once_per_person(boris: Any, django_assert_num_queries: Any) -> None:
    user = User.objects.get(pk=boris.pk)
    with django_assert_num_queries(1):
        for _ in range(3):
            access.can(user, "deal", "edit")
            access.can(user, "person", "view")


def test_the_widest_scope_of_all_roles_counts(anna: Any) -> None:
    set_roles(anna, ["seller", "accountant"], at=JOINED)
    assert access.scope(anna, "deal", "view") == "all"
    assert access.scope(anna, "deal", "edit") == "own"


def test_subtree_reaches_below_but_not_beside(boris: Any, sales: Any, support: Any, anna: Any) -> None:
    tours = add_department("Tours", parent=sales, at=JOINED)
    assert access.allows(boris, "deal", "edit", owner_id=anna.pk, department_id=sales.pk)
    assert access.allows(boris, "deal", "edit", owner_id=anna.pk, department_id=tours.pk)
    assert not access.allows(boris, "deal", "edit", owner_id=anna.pk, department_id=support.pk)
    assert not access.allows(boris, "deal", "edit", owner_id=None, department_id=None)


def test_limit_and_allows_agree(anna: Any, boris: Any, operator: Any, gleb: Any, admin: Any) -> None:
    everyone = list(User.objects.all())
    for noun in ("deal", "ticket", "staff", "call"):
        for reader in everyone:
            listed = set(access.limit(User.objects.all(), reader, noun, owner="pk"))
            allowed = {
                one
                for one in everyone
                if access.allows(reader, noun, "view", owner_id=one.pk, department_id=one.department_id)
            }
            assert listed == allowed, (noun, reader)


def test_a_superuser_may_do_everything(gleb: Any) -> None:
    gleb.is_superuser = True
    access.forget(gleb)
    assert access.can(gleb, "provider", "administer")
    assert access.limit(Department.objects.all(), gleb, "deal").count() == 2


def test_who_left_may_do_nothing(anna: Any) -> None:
    anna.is_active = False
    assert not access.can(anna, "deal", "view")
    assert access.limit(User.objects.all(), anna, "deal", owner="pk").count() == 0


def test_a_view_asks_for_the_right(anna: Any, gleb: Any) -> None:
    @access.required("deal", "edit")
    def view(request: Any) -> HttpResponse:
        return HttpResponse("here")

    request = RequestFactory().get("/deals/?a=1")
    request.user = anna
    assert view(request).content == b"here"
    request.user = gleb
    with pytest.raises(Http404):
        view(request)
    from django.contrib.auth.models import AnonymousUser

    request.user = AnonymousUser()
    assert view(request).status_code == 302


def test_recheck_refuses_what_leaves_ones_sight(admin: Any, anna: Any, operator: Any) -> None:
    role = add_role("Local", at=JOINED)
    set_grants(role, {("staff", "view"): "department"}, at=JOINED)
    clerk = person("Clerk Clerk", role.key, department=anna.department)
    access.recheck(anna, clerk)
    with pytest.raises(access.OutOfSight):
        access.recheck(operator, clerk)


def test_live_entries_follow_the_rights(
    anna: Any, boris: Any, gleb: Any, support: Any, django_assert_num_queries: Any
) -> None:
    mine = {"k": "ticket.opened", "o": anna.pk, "d": anna.department_id}
    foreign = {"k": "ticket.opened", "o": gleb.pk, "d": support.pk}
    hears = {user: access.audience(user) for user in (anna, boris, gleb)}
    with django_assert_num_queries(0):
        assert [hears[user](mine) for user in (anna, boris, gleb)] == [True, True, False]
        assert [hears[user](foreign) for user in (anna, boris, gleb)] == [False, False, False]
        assert not hears[anna]({"k": "payment.received"})


def test_phones_are_masked_without_the_right(anna: Any, vera: Any) -> None:
    from perezvon.staff.templatetags.rights import can, phone_for

    assert phone_for("+79161234567", anna) == "+7 916 123-45-67"
    assert "123" not in phone_for("+79161234567", vera)
    assert phone_for("", vera) == ""
    assert can(anna, "deal.edit") and not can(vera, "deal.edit")


def test_every_standard_right_is_known_and_has_a_verb_on_screen(db: Any) -> None:
    from perezvon.staff.vocabulary import ASKED, NOUNS, STANDARD_ROLES, VERBS

    assert set(ASKED) == set(NOUNS)
    for key, rights in STANDARD_ROLES.items():
        assert Role.objects.get(key=key).grants.count() == len({right[:2] for right in rights})
        for noun, verb, _scope in rights:
            assert noun in NOUNS and verb in VERBS
