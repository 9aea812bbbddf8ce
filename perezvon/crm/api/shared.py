"""What several declarations of this room share: who a thing may be given to."""

from collections.abc import Mapping
from typing import Annotated, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from perezvon.api.ids import named
from perezvon.api.nouns import Caller
from perezvon.api.problems import wrong
from perezvon.api.schemas import Field
from perezvon.staff import reads as staff
from perezvon.staff.models import User

from .. import hooks
from ..custom import values
from ..forms.fields import sellers_for
from ..models import Company

Own = dict[str, str | int | float | bool | list[int] | None]
OWN_WORDS = gettext_lazy("Fields of the company's own by their keys; “vocabulary” names them, null takes a value away.")
Tags = Annotated[list[Annotated[str, Field(min_length=1, max_length=40)]], Field(max_length=30)]


def somebody(caller: Caller, noun: str, pk: int | None, *, is_new: bool = False) -> User | None:
    """Who the thing is given to: oneself when it is new, else those whom the right to hand over reaches."""
    if pk is None or (is_new and pk == caller.user.pk):
        return None if pk is None else caller.user
    if pk not in {one for one, _name in sellers_for(caller.user, noun)}:
        raise wrong("body.responsible_id", _("This cannot be given to that person by you."), "unknown_id")
    found: User = User.objects.get(pk=pk)
    return found


def party_columns(caller: Caller, noun: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The sent fields as columns of the card: ids checked, the department with the responsible."""
    columns = {name: value for name, value in given.items() if name not in ("version", "phones", "emails")}
    if "responsible_id" in columns:
        somebody(caller, noun, columns["responsible_id"])
        columns["department_id"] = staff.department_of(columns["responsible_id"])
    if columns.get("company_id") is not None:
        named(Company.objects.visible_to(caller.user), columns["company_id"], "company_id")
    check_source(columns.get("source_id"))
    if "custom" in columns:
        columns["custom"] = checked_own(noun, columns["custom"])
    return columns


def checked_own(noun: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Values of own fields as they are kept. ApiProblem 422 for a key that is none, or a value that makes no sense."""
    try:
        return values.kept_all(noun, given)
    except values.NotSuch as error:
        raise wrong("body.custom", str(error), "not_such") from None


def check_source(pk: int | None) -> None:
    """ApiProblem 422 when there is no such source."""
    if pk is not None and pk not in dict(hooks.sources()):
        raise wrong("body.source_id", _("There is no such row, or it is not for you."), "unknown_id")
