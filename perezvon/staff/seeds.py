"""What every installation starts with: the standard roles and the main calendar."""

from typing import Any

from .holidays import exceptions
from .vocabulary import STANDARD_ROLES

MAIN_WEEK = {str(day): [["09:00", "18:00"]] for day in range(5)}


def seed_roles(role_model: Any, grant_model: Any) -> None:
    """Add the standard roles that are missing; those that exist keep what the company made of them."""
    for key, rights in STANDARD_ROLES.items():
        role, made = role_model.objects.get_or_create(key=key)
        if made:
            grant_model.objects.bulk_create(
                grant_model(role=role, noun=noun, verb=verb, scope=scope) for noun, verb, scope in rights
            )


def seed_rights(role_model: Any, grant_model: Any, *asked: tuple[str, str]) -> None:
    """Give rights that are new in the product, as (noun, verb), to the standard roles that have them from now on."""
    roles = {role.key: role for role in role_model.objects.filter(key__in=STANDARD_ROLES)}
    grant_model.objects.bulk_create(
        (
            grant_model(role=roles[key], noun=noun, verb=verb, scope=scope)
            for key, rights in STANDARD_ROLES.items()
            for noun, verb, scope in rights
            if key in roles and (noun, verb) in asked
        ),
        ignore_conflicts=True,
    )


def seed_calendar(calendar_model: Any, holiday_model: Any) -> None:
    """Add the main calendar (Monday to Friday, 9 to 18, Moscow) with public holidays when there is none."""
    if calendar_model.objects.filter(is_default=True).exists():
        return
    calendar = calendar_model.objects.create(weekly=MAIN_WEEK, is_default=True)
    holiday_model.objects.bulk_create(
        holiday_model(calendar=calendar, day=day, name=name, intervals=hours)
        for day, name, hours in exceptions(MAIN_WEEK)
    )
