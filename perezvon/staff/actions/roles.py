"""Who has which role, and what a role may do."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from perezvon.journey.actions import record

from .. import access, facts, reads
from ..models import Grant, Role, User
from ..vocabulary import NOUNS, SCOPES, VERBS


@transaction.atomic
def set_roles(user: User, roles: Iterable[str | Role], *, by: User | None = None, at: datetime) -> User:
    """Give a person exactly these roles (roles or their keys). LookupError for an unknown key.

    ValidationError when that would leave nobody who may administer the staff.
    """
    before = {role.pk for role in user.roles.all()}
    with keeping_an_administrator():
        after = put_roles(user, roles)
    if {role.pk for role in after} != before:
        titles = ", ".join(role.name or role.key for role in after)
        record(facts.ROLE_CHANGED, at=at, by=by, owner_id=user.pk, name=user.name, roles=titles)
        reads.forget()
    return user


def put_roles(user: User, roles: Iterable[str | Role]) -> list[Role]:
    """Write the roles of a person without telling anybody (part of a bigger action)."""
    keys = [role if isinstance(role, str) else role.key for role in roles]
    found = list(Role.objects.filter(key__in=keys))
    missing = set(keys) - {role.key for role in found}
    if missing:
        raise LookupError(f"no such role: {sorted(missing)}")
    user.roles.set(found)
    access.forget(user)
    return found


@transaction.atomic
def add_role(name: str, *, like: Role | None = None, by: User | None = None, at: datetime) -> Role:
    """Add a role of the company's own, with the rights of ``like`` or none."""
    role = Role.objects.create(key="", name=name.strip())
    role.key = f"role-{role.pk}"
    role.save(update_fields=["key"])
    if like is not None:
        Grant.objects.bulk_create(
            Grant(role=role, noun=grant.noun, verb=grant.verb, scope=grant.scope) for grant in like.grants.all()
        )
    record(facts.GRANTS_CHANGED, at=at, by=by, role=role.name)
    return role


@transaction.atomic
def set_grants(role: Role, scopes: Mapping[tuple[str, str], str], *, by: User | None = None, at: datetime) -> Role:
    """Set what a role may do: (noun, verb) -> scope, "" takes the right away; pairs not named stay.

    ValueError for an unknown noun, verb or scope; ValidationError when nobody could administer any more.
    """
    for (noun, verb), scope in scopes.items():
        if noun not in NOUNS or verb not in VERBS or scope not in ("", *SCOPES):
            raise ValueError(f"no such right: {noun}.{verb}:{scope}")
    Role.objects.select_for_update().get(pk=role.pk)
    known = {(grant.noun, grant.verb): grant for grant in role.grants.all()}
    changed = [pair for pair, scope in scopes.items() if scope != getattr(known.get(pair), "scope", "")]
    if not changed:
        return role
    with keeping_an_administrator():
        Grant.objects.filter(pk__in=[known[pair].pk for pair in changed if pair in known]).delete()
        Grant.objects.bulk_create(
            Grant(role=role, noun=noun, verb=verb, scope=scopes[noun, verb])
            for noun, verb in changed
            if scopes[noun, verb]
        )
    rights = [f"{noun}.{verb}:{scopes[noun, verb] or '-'}" for noun, verb in changed]
    access.forget_everybody()
    record(facts.GRANTS_CHANGED, at=at, by=by, role=role.name or role.key, rights=rights)
    return role


@contextmanager
def keeping_an_administrator() -> Iterator[None]:
    """ValidationError when the block takes the last one who may administer the staff away."""
    there_was = has_administrator()
    yield
    if there_was and not has_administrator():
        raise ValidationError(_("Somebody must be left who may administer the staff."))


def has_administrator() -> bool:
    """Whether anybody who works here may administer the staff."""
    by_role = Q(roles__grants__noun="staff", roles__grants__verb="administer")
    return User.objects.working().filter(by_role | Q(is_superuser=True)).exists()
