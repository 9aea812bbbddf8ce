"""Why an action is refused; the text is for the person who asked for it."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from perezvon.lists.listing import Refused as RefusedByRow


class Refused(RefusedByRow):
    """An action that cannot be done as asked; ``str()`` is a translated sentence."""

    text = _("This cannot be done.")

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else str(self.text)


class ChangedMeanwhile(Refused):
    """Somebody else has saved the same card since it was read."""

    text = _("Somebody has changed this meanwhile. Look at the new values and save again.")


class OutcomeNeeded(Refused):
    """A deal does not fall into a won or lost stage by a plain move."""

    text = _("Winning needs an amount, losing needs a reason and a comment.")


class FieldsNeeded(Refused):
    """A stage asks for what the deal does not have yet; ``fields`` are codes of ``Stage.Need``."""

    text = _("The stage needs more to be filled in.")

    def __init__(self, fields: "list[str]") -> None:
        super().__init__()
        self.fields = fields


class ResultNeeded(Refused):
    """A task is not done without a result."""

    text = _("Say what came out of it.")


class AmountOfLines(Refused):
    """The amount follows the lines."""

    text = _("The amount is the sum of the lines of the deal: change them.")


class CommentNeeded(Refused):
    """This result asks for a word beside it."""

    text = _("Add in words what happened: this result asks for it.")


class ChecksNeeded(Refused):
    """A stage asks for things to be ticked off first; ``items`` are the ``StageCheck`` that are not."""

    text = _("The stage has a checklist: tick it off first.")

    def __init__(self, items: "list[Any]") -> None:
        super().__init__()
        self.items = items


class NextNeeded(Refused):
    """An open deal is not left without anything planned."""

    text = _("The deal is open and nothing else is planned: choose the next step, let it wait, or close it.")


class AlreadyDone(Refused):
    """The task was done before."""

    text = _("This task is done already.")


class HardDeadline(Refused):
    """A hard deadline is not put off by just anybody."""

    text = _("The deadline is hard: only who set it, or who may hand tasks over, puts it off.")


class NotALength(Refused):
    """A slot ends after it begins and lasts at most a week."""

    text = _("It must end after it begins, and last a week at most.")


class Taken(Refused):
    """A task for whoever is first was taken by another."""

    text = _("Somebody has taken this task already.")


class NotAPhone(Refused):
    """The text is not a telephone number or an address of mail."""

    text = _("This does not look like a telephone number or an e-mail.")
