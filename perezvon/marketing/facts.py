"""What the marketing room tells the ledger."""

from django.utils.translation import gettext_lazy as _

from perezvon.journey.kinds import declare

FORM_SUBMITTED = declare("form.submitted", sentence=_("A request came from the form %(form)s"), icon="forms")
SOURCE_ADDED = declare("source.added", sentence=_("%(by)s added the source %(name)s"), icon="target", live=False)
SOURCE_CHANGED = declare("source.changed", sentence=_("%(by)s changed the source %(name)s"), icon="target", live=False)
LINE_ASSIGNED = declare(
    "line.assigned", sentence=_("%(by)s gave the number %(line)s to the source %(name)s"), icon="phone", live=False
)
LINE_FREED = declare(
    "line.freed", sentence=_("%(by)s took the number %(line)s from its source"), icon="phone-off", live=False
)
UTM_RULE_CHANGED = declare(
    "utm_rule.changed", sentence=_("%(by)s changed the UTM rule %(rule)s"), icon="link", live=False
)
FORM_CHANGED = declare(
    "site_form.changed", sentence=_("%(by)s changed the site form %(name)s"), icon="forms", live=False
)
