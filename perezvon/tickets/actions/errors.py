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


class NotYours(Refused):
    """Only whoever was given a request takes it up."""

    text = _("This request does not wait for you.")


class NotOpen(Refused):
    """Only an open request can wait for the client."""

    text = _("This request is not open any more.")


class WaitsAlready(Refused):
    """One pause at a time."""

    text = _("This request waits for the client already.")


class DoesNotWait(Refused):
    """There is no pause to end."""

    text = _("This request does not wait for anything.")


class TooLate(Refused):
    """A pause ends in the future."""

    text = _("Choose a moment ahead, within a year.")


class NothingRuns(Refused):
    """Nobody is reminded of anything here."""

    text = _("No promise is running out here.")


class NotOneClient(Refused):
    """Requests of different clients do not become one."""

    text = _("These are requests of different clients.")


class MergedAlready(Refused):
    """It leads to another request by now."""

    text = _("One of them was merged already.")


class TwoDeals(Refused):
    """A request has one deal."""

    text = _("Both have a deal: they stay two requests.")


class NothingToSplit(Refused):
    """Some contacts go and some stay."""

    text = _("Choose some of the contacts, but not all of them.")


class ChangedSince(Refused):
    """What was merged has gone on."""

    text = _("The client has another open request meanwhile: close it first.")


class FasterThanYou(Refused):
    """Somebody else has changed the same request since it was read."""

    text = _("Somebody has changed this meanwhile. Look at the new values and save again.")


class FindOutFirst(Refused):
    """A complaint is closed when the client has an answer and we know why it happened."""

    text = _(
        "First answer the client and say what was found out; when he is right, the root cause and the correction too."
    )


class NotDecided(Refused):
    """Money waits for a head."""

    text = _("A compensation still waits for approval.")


class NotYoursToDecide(Refused):
    """Whoever asks does not approve."""

    text = _("Somebody else has to decide on this compensation.")
