"""What the marketing room plugs into the shared surface."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from perezvon.crm import hooks
from perezvon.staff import access
from perezvon.telephony import hooks as telephony
from perezvon.web.surface import command, navigation, panel

from . import reads


def sees_sources(user: Any) -> bool:
    """Whether the person may open the sources."""
    return access.can(user, "source", "view")


def adds_forms(user: Any) -> bool:
    """Whether the person may make site forms."""
    return access.can(user, "form", "add")


navigation(
    "sources", _("Sources"), "marketing:sources", "target-arrow", order=600, can=sees_sources, group=_("Settings")
)
command("marketing.form", _("Make a site form"), "marketing:form-add", "forms", can=adds_forms)
command(
    "marketing.numbers",
    _("Numbers of sources"),
    "marketing:numbers",
    "phone",
    can=lambda user: access.can(user, "number", "view"),
)

hooks.sources.answer(lambda: [(source.pk, source.name) for source in reads.sources()])
telephony.line_sources.answer(reads.line_source_names)
panel("telephony.line", "source", _("Source"), "marketing:of-line", can=sees_sources)
