"""People of the staff come, change and leave."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from perezvon.journey.actions import record

from .. import access, facts, reads
from ..models import ApiToken, Department, Role, User
from .presence import end_presence
from .roles import keeping_an_administrator, put_roles, set_roles

CHANGEABLE = frozenset({"email", "name", "position", "department", "extension", "language", "time_zone"})


@transaction.atomic
def add_user(
    *,
    email: str,
    name: str,
    department: Department | None = None,
    roles: Iterable[str | Role] = (),
    password: str | None = None,
    by: User | None = None,
    at: datetime,
    **fields: Any,
) -> User:
    """Take a person on; ``roles`` are roles or their keys. Without a password he cannot sign in yet.

    ValidationError when somebody has this e-mail, LookupError for an unknown role.
    """
    _refuse_same_email(email)
    user = User.objects.create_user(email, password, name=name.strip(), department=department, **fields)
    User.objects.filter(pk=user.pk).update(joined_at=at)
    user.joined_at = at
    put_roles(user, roles)
    record(facts.STAFF_ADDED, at=at, by=by, owner_id=user.pk, department_id=user.department_id, name=user.name)
    reads.forget()
    return user


@transaction.atomic
def change_user(user: User, changes: dict[str, Any], *, by: User | None = None, at: datetime) -> User:
    """Change what stands on the card; only names of ``CHANGEABLE``. ValidationError for a taken e-mail."""
    unknown = changes.keys() - CHANGEABLE
    if unknown:
        raise TypeError(f"not for changing: {sorted(unknown)}")
    if "email" in changes:
        changes = {**changes, "email": changes["email"].strip().lower()}
        _refuse_same_email(changes["email"], but=user)
    changed = [name for name, value in changes.items() if getattr(user, name) != value]
    if not changed:
        return user
    for name in changed:
        setattr(user, name, changes[name])
    user.save(update_fields=changed)
    _record(facts.STAFF_CHANGED, user, by, at, fields=sorted(changed))
    return user


@transaction.atomic
def save_card(
    user: User, changes: dict[str, Any], *, roles: Iterable[str | Role], by: User | None = None, at: datetime
) -> User:
    """Change the card and the roles of a person in one go; he stays within the reach of ``by``.

    Raises what ``change_user`` and ``set_roles`` raise, and OutOfSight.
    """
    change_user(user, changes, by=by, at=at)
    set_roles(user, roles, by=by, at=at)
    if by is not None:
        access.recheck(user, by)
    return user


@transaction.atomic
def dismiss(user: User, *, by: User | None = None, at: datetime) -> User:
    """The person leaves: no sign-in, sessions, tokens and passkeys are over; everything he did stays.

    ValidationError for one's own card. Doing it twice changes nothing.
    """
    if by is not None and by.pk == user.pk:
        raise ValidationError(_("Nobody can dismiss himself."))
    user = User.objects.select_for_update().get(pk=user.pk)
    if not user.is_active:
        return user
    with keeping_an_administrator():
        user.is_active, user.left_at = False, at
        user.set_unusable_password()  # every session is signed with the password: all of them end now
        user.save(update_fields=["is_active", "left_at", "password"])
    ApiToken.objects.filter(user=user).delete()
    Authenticator.objects.filter(user=user).delete()
    Department.objects.filter(head=user).update(head=None)
    end_presence(user, at=at)
    _record(facts.STAFF_LEFT, user, by, at)
    return user


@transaction.atomic
def take_back(user: User, *, password: str | None = None, by: User | None = None, at: datetime) -> User:
    """A person who left works here again, with the same roles and a new password."""
    user = User.objects.select_for_update().get(pk=user.pk)
    if user.is_active:
        return user
    user.is_active, user.left_at = True, None
    user.set_password(password)
    user.save(update_fields=["is_active", "left_at", "password"])
    _record(facts.STAFF_RETURNED, user, by, at)
    return user


@transaction.atomic
def set_password(user: User, password: str, *, by: User | None = None, at: datetime) -> None:
    """Give a person a new password; sessions opened with the old one end."""
    user.set_password(password)
    user.save(update_fields=["password"])
    _record(facts.STAFF_CHANGED, user, by, at, fields=["password"])


def choose(user: User, **choice: str) -> None:
    """Keep a person's own taste: ``language`` or ``theme``. Not worth a fact."""
    unknown = choice.keys() - {"language", "theme"}
    if unknown:
        raise TypeError(f"not a choice: {sorted(unknown)}")
    User.objects.filter(pk=user.pk).update(**choice)


def _record(kind: str, user: User, by: User | None, at: datetime, **details: Any) -> None:
    record(kind, at=at, by=by, owner_id=user.pk, department_id=user.department_id, name=user.name, **details)
    reads.forget()


def _refuse_same_email(email: str, but: User | None = None) -> None:
    same = User.objects.filter(email__iexact=email.strip())
    if (same.exclude(pk=but.pk) if but else same).exists():
        raise ValidationError({"email": _("Somebody has this e-mail already.")})
