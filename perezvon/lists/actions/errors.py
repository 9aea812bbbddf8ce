"""Why an action is refused; the text is for the person who asked for it."""

from django.utils.translation import gettext_lazy as _

from ..listing import Refused


class NameTaken(Refused):
    """The person has a thing of this name in this list already."""

    def __str__(self) -> str:
        return str(_("You have one with this name already."))


class TooMany(Refused):
    """More rows than may be taken at once."""


class NothingToDo(Refused):
    """No row is chosen, or the job is over."""

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else str(_("There is nothing to do."))
