"""What this room plugs into the shared surface."""

from collections.abc import Callable
from typing import Any

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from perezvon.crm.hooks import sounds
from perezvon.kit import clock
from perezvon.staff import access
from perezvon.web import hooks
from perezvon.web.surface import command, navigation, panel, tool

from . import listings, missed, telephones  # noqa: F401  (the list of calls registers itself)
from .models import Call
from .players import sounds_of
from .softphone import buttons, words
from .wallboard import plugs as _wallboard  # noqa: F401  (plugs itself in)


def may(noun: str, verb: str = "view") -> Callable[[Any], bool]:
    """A question for the surface: may this person do it to anything at all."""
    return lambda user: access.can(user, noun, verb)


def live_now(user: Any) -> int:
    """Calls that last now and that the person may see."""
    return Call.objects.visible_to(user).live().count()


def has_telephone(user: Any) -> bool:
    """Whether the person has an internal number from which calls can be placed."""
    return telephones.can_dial(user)


def missed_now(user: Any) -> int:
    """Clients who wait to be called back by the person himself."""
    return missed.count(user, clock.now())


def bar(request: Any) -> str:
    """The telephone in the bar over every page: opens its window, shows its calls, carries the form of call buttons."""
    is_phone = request.path == reverse("telephony:phone")
    context = {
        "telephone": telephones.of(request.user), "is_phone": is_phone, "path": request.get_full_path(),
        "words": {} if is_phone else words.bar(),
    }  # fmt: skip
    return render_to_string("telephony/phone/_bar.html", context, request)


hooks.call_button.answer(buttons.call_button)
tool("telephone", bar, order=20, can=has_telephone)
navigation("calls", _("Calls"), "telephony:calls", "phone", order=30, can=may("call"), count=live_now)
navigation("missed", _("My missed calls"), "telephony:missed", "phone-x", order=31, can=has_telephone, count=missed_now)
navigation(
    "exchanges", _("Exchanges"), "telephony:exchanges", "plug", order=820, can=may("provider"), group=_("Settings")
)
navigation("pbx", _("Own exchange"), "telephony:pbx", "sitemap", order=825, can=may("provider"), group=_("Settings"))
navigation("lines", _("Lines"), "telephony:lines", "phone-incoming", order=830, can=may("number"), group=_("Settings"))
navigation(
    "recordings", _("Recordings"), "telephony:recordings", "microphone", order=840, can=may("provider", "administer"),
    group=_("Settings"),
)  # fmt: skip
navigation(
    "quality", _("Quality of talks"), "telephony:criteria", "star", order=850, can=may("call", "score"),
    group=_("Settings"),
)  # fmt: skip
sounds.answer(sounds_of)
panel("crm.deal", "calls", _("Calls"), "telephony:of_deal", order=30, can=may("call"))
panel("crm.person", "calls", _("Calls"), "telephony:of_person", order=30, can=may("call"))
panel("telephony.call", "result", _("Result of the call"), "telephony:result", order=10, can=may("call"))
panel("crm.day", "live", _("Who is calling now"), "telephony:live", order=10, can=may("call"), live="call")
command(
    "telephony.exchange", _("Connect an exchange"), "telephony:exchange_add", "plug", can=may("provider", "administer")
)
command("telephony.line", _("Add a line"), "telephony:line_add", "phone-plus", can=may("number", "edit"))
command("telephony.phone", _("Telephone"), "telephony:phone", "headset", can=has_telephone)
