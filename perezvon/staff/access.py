"""Who may do what to which rows: the only place that answers it.

Rights are (noun, verb, scope); a person's are the widest ones of all his roles, kept on the user object
and remembered by the process for ``SECONDS``; the staff's own actions make it forget at once, another
process follows after that time. A superuser may do everything.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import wraps
from time import monotonic
from typing import Any, TypeVar

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Model, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase

from .models import Department, User
from .vocabulary import wider

M = TypeVar("M", bound=Model)
View = TypeVar("View", bound=Callable[..., HttpResponseBase])


class OutOfSight(PermissionDenied):
    """After the change the thing would be invisible to the one who changes it."""


@dataclass(slots=True)
class Rights:
    """Everything one person may do, and where in the tree he stands."""

    user_id: int | None = None
    everything: bool = False
    scopes: dict[tuple[str, str], str] = field(default_factory=dict)
    department_id: int | None = None
    path: str = ""
    _below: tuple[int, ...] | None = None

    def scope(self, noun: str, verb: str) -> str:
        """own, department, subtree or all; "" = no right."""
        return "all" if self.everything else self.scopes.get((noun, verb), "")

    @property
    def below(self) -> tuple[int, ...]:
        """Ids of the person's department and all below it."""
        if self._below is None:
            found = Department.objects.filter(path__startswith=self.path) if self.path else Department.objects.none()
            self._below = tuple(found.values_list("pk", flat=True))
        return self._below

    def departments(self, scope: str) -> tuple[int, ...]:
        """The departments whose rows a scope opens besides the person's own rows."""
        if scope == "subtree":
            return self.below
        return (self.department_id,) if scope == "department" and self.department_id else ()

    def allows(self, noun: str, verb: str, owner_id: int | None, department_id: int | None) -> bool:
        """The same question as ``limit`` for one row that is already at hand."""
        scope = self.scope(noun, verb)
        if not scope or scope == "all":
            return bool(scope)
        mine = owner_id is not None and owner_id == self.user_id
        return mine or (department_id is not None and department_id in self.departments(scope))


_NOTHING = Rights()
SECONDS = 5.0
_remembered: dict[int, tuple[float, Rights]] = {}


def rights_of(user: Any) -> Rights:
    """The rights of a person; loaded once and kept on the object. Nobody and leavers have none."""
    known = getattr(user, "_rights", None)
    if known is None:
        if not getattr(user, "is_active", False) or user.pk is None:
            return _NOTHING
        known = user._rights = _recalled(user)
    return known


def _recalled(user: Any) -> Rights:
    until, rights = _remembered.get(user.pk, (0.0, _NOTHING))
    if monotonic() >= until or rights.everything != user.is_superuser:
        rights = _load([user])[user.pk]
        _remembered[user.pk] = (monotonic() + SECONDS, rights)
    return rights


def forget(user: Any) -> None:
    """Read the rights again at the next question (after roles have changed)."""
    user.__dict__.pop("_rights", None)
    _remembered.pop(user.pk, None)


def forget_everybody() -> None:
    """Read everybody's rights again."""
    _remembered.clear()


def foresee(users: Iterable[Any]) -> None:
    """Read the rights of several people with one query, before each of them is asked about."""
    new = [user for user in users if user.is_active and user.pk is not None and not hasattr(user, "_rights")]
    found = _load(new) if new else {}
    for user in new:
        user._rights = found[user.pk]


def _load(users: Iterable[Any]) -> dict[int, Rights]:
    columns = ("pk", "department__path", "roles__grants__noun", "roles__grants__verb", "roles__grants__scope")
    found = {user.pk: Rights(user.pk, user.is_superuser, department_id=user.department_id) for user in users}
    for pk, path, noun, verb, scope in User.objects.filter(pk__in=found).values_list(*columns).order_by():
        rights = found[pk]
        rights.path = path or ""
        if noun:
            rights.scopes[noun, verb] = wider(scope, rights.scopes.get((noun, verb), "own"))
    return found


def can(user: Any, noun: str, verb: str) -> bool:
    """Whether the person may do it to at least something; for menus and buttons."""
    return bool(rights_of(user).scope(noun, verb))


def scope(user: Any, noun: str, verb: str = "view") -> str:
    """How far a right reaches: own, department, subtree, all; "" = no right."""
    return rights_of(user).scope(noun, verb)


def allows(user: Any, noun: str, verb: str, *, owner_id: int | None = None, department_id: int | None = None) -> bool:
    """Whether the person may do it to one row with this owner and department."""
    return rights_of(user).allows(noun, verb, owner_id, department_id)


def limit(
    queryset: QuerySet[M],
    user: Any,
    noun: str,
    verb: str = "view",
    owner: str | Iterable[str] | None = "responsible",
    department: str | None = "department",
) -> Any:
    """The rows of ``queryset`` to which ``user`` may do ``verb``.

    ``owner`` names the field (or several, any of which counts) that holds the person's id,
    ``department`` the one with the department; None = the noun has no such thing.
    """
    rights = rights_of(user)
    reach = rights.scope(noun, verb)
    if reach == "all":
        return queryset
    if not reach:
        return queryset.none()
    condition = Q()
    for name in (owner,) if isinstance(owner, str) else owner or ():
        condition |= Q(**{name: rights.user_id})
    ids = rights.departments(reach)
    if department and ids:
        condition |= Q(**{f"{department}__in": ids})
    return queryset.filter(condition) if condition else queryset.none()


def above(user: Any) -> list[int]:
    """Ids of the departments that a person stands in: his own and all above it."""
    return [int(step) for step in rights_of(user).path.split("/") if step]


def sees_phones(user: Any) -> bool:
    """Whether phone numbers are shown in full; otherwise masked everywhere."""
    return can(user, "phone", "view")


def is_administrator(user: Any) -> bool:
    """Whether the person keeps the product itself in order."""
    return can(user, "settings", "administer")


def required(noun: str, verb: str = "view") -> Callable[[View], View]:
    """A view for those who have the right: others go to the sign-in (anonymous) or see 404."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not can(request.user, noun, verb):
                raise Http404
            return view(request, *args, **kwargs)

        return guarded  # type: ignore[return-value]

    return decorate


def recheck(thing: Model, user: Any, verb: str = "view") -> None:
    """Call inside the transaction after saving: OutOfSight when ``user`` would no longer see the thing.

    The error rolls the change back, so nobody can push a row out of his own sight by mistake or
    pull another department's row in.
    """
    visible = type(thing)._default_manager.visible_to(user, verb)  # type: ignore[attr-defined]
    if not visible.filter(pk=thing.pk).exists():
        raise OutOfSight


# The live stream carries kinds of facts; most begin with the noun they are about.
_NOUN_OF_KIND = {
    "note": "person",
    "form": "ticket",
    "presence": "staff",
    "alert": "call",
    "recording": "call",
    "absence": "staff",
}
_PRIVATE = ("notice", "snooze")  # heard by their owner only, whatever the rights


def audience(user: Any) -> Callable[[dict[str, Any]], bool]:
    """Which entries of the live stream the person may hear, as a predicate that asks no database."""
    rights = rights_of(user)
    if any(reach == "subtree" for reach in rights.scopes.values()):
        rights.below  # noqa: B018  read the tree now, not in the stream

    def hears(entry: dict[str, Any]) -> bool:
        prefix = str(entry.get("k", "")).partition(".")[0]
        if prefix == "presence" and entry.get("o") == rights.user_id:
            return True  # one's own state in one's other windows
        if prefix in _PRIVATE:
            return entry.get("o") == rights.user_id
        return rights.allows(_NOUN_OF_KIND.get(prefix, prefix), "view", entry.get("o"), entry.get("d"))

    return hears
