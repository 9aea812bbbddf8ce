"""What rights are about: nouns, verbs, scopes, and what the standard roles may do."""

from collections.abc import Iterator

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

VERBS: dict[str, str | Promise] = {
    "view": pgettext_lazy("right", "see"),
    "add": pgettext_lazy("right", "add"),
    "edit": pgettext_lazy("right", "change"),
    "assign": pgettext_lazy("right", "hand over"),
    "close": pgettext_lazy("right", "close"),
    "approve": pgettext_lazy("right", "approve"),
    "export": pgettext_lazy("right", "export"),
    "import": pgettext_lazy("right", "load from files"),
    "listen": pgettext_lazy("right", "listen"),
    "score": pgettext_lazy("right", "judge"),
    "supervise": pgettext_lazy("right", "supervise"),
    "delete": pgettext_lazy("right", "delete"),
    "administer": pgettext_lazy("right", "administer"),
}
NOUNS: dict[str, str | Promise] = {
    "person": _("Clients"),
    "company": _("Companies"),
    "deal": _("Deals"),
    "task": _("Tasks"),
    "ticket": _("Requests"),
    "complaint": _("Complaints"),
    "call": _("Calls"),
    "phone": _("Full phone numbers"),
    "payment": _("Payments"),
    "funnel": _("Funnel"),
    "source": _("Sources"),
    "form": _("Site forms"),
    "number": _("Phone lines"),
    "provider": _("Telephony connections"),
    "webhook": _("Webhooks"),
    "staff": _("Staff"),
    "journal": _("Journal"),
    "settings": _("Settings"),
}
# The verbs that a screen or an address really asks about; the matrix of roles shows only these.
ASKED: dict[str, tuple[str, ...]] = {
    "person": ("view", "add", "edit", "assign", "export", "import"),
    "company": ("view", "add", "edit", "assign", "export"),
    "deal": ("view", "add", "edit", "assign", "close", "export"),
    "task": ("view", "add", "edit", "assign", "close"),
    "ticket": ("view", "add", "edit", "assign", "close", "export"),
    "complaint": ("view", "add", "edit", "assign", "close", "approve"),
    "call": ("view", "export", "listen", "score", "supervise", "delete"),
    "phone": ("view",),
    "payment": ("view", "add", "edit", "export"),
    "funnel": ("view", "export"),
    "source": ("view", "add", "edit"),
    "form": ("view", "add", "edit"),
    "number": ("view", "edit"),
    "provider": ("view", "administer"),
    "webhook": ("view", "add", "edit"),
    "staff": ("view", "administer"),
    "journal": ("view",),
    "settings": ("view", "administer"),
}
# From the narrowest to the widest, in the short words of the matrix.
SCOPE_WORDS: dict[str, str | Promise] = {
    "own": pgettext_lazy("scope", "own"),
    "department": pgettext_lazy("scope", "dept."),
    "subtree": pgettext_lazy("scope", "branch"),
    "all": pgettext_lazy("scope", "all"),
}
SCOPES = tuple(SCOPE_WORDS)
Right = tuple[str, str, str]


def wider(one: str, other: str) -> str:
    """The wider of two scopes."""
    return max(one, other, key=SCOPES.index)


def _rights(text: str) -> Iterator[Right]:
    """Read "deal.view,edit:own" pieces separated by spaces."""
    for piece in text.split():
        what, scope = piece.split(":")
        noun, verbs = what.split(".")
        for verb in verbs.split(","):
            yield noun, verb, scope


_EVERYTHING = [(noun, verb, "all") for noun in NOUNS for verb in VERBS]

STANDARD_ROLES: dict[str, list[Right]] = {
    "administrator": _EVERYTHING,
    "owner": [
        right for right in _EVERYTHING if right[:2] not in {("provider", "administer"), ("settings", "administer")}
    ],
    "head_of_sales": list(
        _rights(
            "person.view,add,edit,assign,export:subtree person.import:own company.view,add,edit,assign,export:subtree"
            " deal.view,add,edit,assign,close,export:subtree task.view,add,edit,assign,close:subtree"
            " ticket.view,add,edit,assign,close,export:subtree complaint.view,add,edit,assign,close,approve:subtree call.view,export,listen,score,supervise:subtree phone.view:all"
            " payment.view,add,edit,export:subtree funnel.view,export:subtree source.view:all form.view:all"
            " number.view:all staff.view:subtree journal.view:subtree"
        )
    ),
    "seller": list(
        _rights(
            "person.view,add,edit:own company.view,add,edit:own deal.view,add,edit,close:own"
            " task.view,add,edit,close:own ticket.view,add,edit,close:own complaint.view,add,edit:own call.view,listen:own phone.view:all"
            " payment.view,add:own"
        )
    ),
    "operator": list(
        _rights(
            "person.view,add,edit:all company.view,add:all deal.view:all deal.add:own"
            " task.view,add,edit,close:department ticket.view,add,edit,assign,close:department complaint.view,add,edit:department"
            " call.view:department call.listen:own phone.view:all source.view:all"
        )
    ),
    "supervisor": list(
        _rights(
            "person.view,add,edit,assign:all company.view:all deal.view:all task.view,add,edit,assign,close:all"
            " ticket.view,add,edit,assign,close,export:all complaint.view,add,edit,assign,close,approve:all call.view,export,listen,score,supervise:all phone.view:all"
            " funnel.view,export:all source.view:all number.view:all staff.view:all journal.view:all"
        )
    ),
    "marketer": list(
        _rights(
            "person.view:all deal.view:all ticket.view:all call.view,listen:all funnel.view,export:all"
            " source.view,add,edit:all form.view,add,edit:all number.view,edit:all"
        )
    ),
    "accountant": list(_rights("payment.view,add,edit,export:all deal.view:all")),
}
