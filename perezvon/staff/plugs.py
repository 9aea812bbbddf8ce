"""What the staff room plugs into the shared surface, and what it answers to it."""

from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from perezvon.web import hooks
from perezvon.web.live import audience
from perezvon.web.surface import Hit, command, navigation, search_source, tool

from . import access, reads
from .actions import choose
from .views.notices import bell
from .views.presence import switch


def administers(user: Any) -> bool:
    """Whether the person keeps the staff in order."""
    return access.can(user, "staff", "administer")


def sees_staff(user: Any) -> bool:
    """Whether the person may open the list of the staff."""
    return access.can(user, "staff", "view")


def sees_ledger(user: Any) -> bool:
    """Whether the person may look at the readers of the ledger."""
    return access.can(user, "journal", "view")


def found(user: Any, text: str, limit: int) -> list[Hit]:
    """People of the staff for the search."""
    return [
        Hit(one.name, str(one.department or one.email), reverse("staff:person", args=[one.pk]), "user-circle")
        for one in reads.find_people(text, limit)
    ]


navigation("staff", _("Staff"), "staff:people", "users-group", order=800, can=administers, group=_("Settings"))
navigation("ledger", _("Ledger"), "staff:ledger", "book-2", order=890, can=administers, group=_("Settings"))
command("staff.profile", _("My profile"), "staff:profile", "user-circle")
command("staff.notices", _("Notices"), "staff:notices", "bell")
command("staff.notice_ways", _("Which notices come to me, and how"), "staff:notice-ways", "bell-cog")
command("staff.add", _("Add a person to the staff"), "staff:person-add", "user-plus", can=administers)
command("staff.roles", _("Roles and rights"), "staff:roles", "key", can=administers)
command("staff.calendars", _("Working calendars"), "staff:calendars", "calendar-cog", can=administers)
command("staff.reasons", _("States and reasons"), "staff:reasons", "user-circle", can=administers)
command("staff.ledger", _("Ledger and its readers"), "staff:ledger", "book-2", can=sees_ledger)
tool("presence", switch, order=10)
search_source("staff", _("Staff"), found, order=800, can=administers)


def menu(request: Any) -> str:
    """The way to one's own page, for the person's menu."""
    return render_to_string("staff/_person_menu.html", {}, request)


tool("bell", bell, order=900)
audience.answer(access.audience)
hooks.person_menu.answer(menu)
hooks.is_administrator.answer(access.is_administrator)
hooks.language_chosen.answer(lambda user, code: choose(user, language=code))
hooks.theme_chosen.answer(lambda user, theme: choose(user, theme=theme))
