"""Why an action on a request is refused; the text is for the person who asked for it."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from perezvon.crm.actions.errors import Refused

from ..models import ChecklistItem


class ReasonNeeded(Refused):
    """A request does not end without a word why."""

    text = _("Say why.")


class AlreadyEnded(Refused):
    """The request is closed already."""

    text = _("This request is closed already.")


class SomethingDue(Refused):
    """A request is closed only when nothing is left to do."""

    text = _("Something is still to be done here: finish the tasks and call the client back first.")


class HasDeal(Refused):
    """One request, one deal."""

    text = _("A deal was made of this request already.")


class NobodyToSell(Refused):
    """A hidden number is nobody yet."""

    text = _("The number was hidden: name the client first.")


class Unticked(Refused):
    """Required items of the checklist are open."""

    def __init__(self, items: Sequence[ChecklistItem]) -> None:
        self.items = list(items)
        super().__init__(_("Tick off first: %(items)s") % {"items": "; ".join(item.text for item in self.items)})
