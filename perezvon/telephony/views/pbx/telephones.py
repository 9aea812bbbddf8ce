"""People's internal numbers and telephones."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from perezvon.kit import clock
from perezvon.staff import access as rights
from perezvon.staff.views.answers import told_in

from ... import actions
from ...forms.telephones import GiveForm
from ...models import Device, Extension, Provider, QueueMember
from .common import answer, done, of_exchange, removed, row_of


@require_safe
@of_exchange()
def telephones(request: HttpRequest, exchange: Provider) -> HttpResponse:
    """Who has which number, on what telephones, in which queues."""
    rows = Extension.objects.filter(provider=exchange).select_related("user__department").prefetch_related("devices")
    queues: dict[int, list[str]] = {}
    members = QueueMember.objects.filter(queue__provider=exchange).order_by("queue__name")
    for user_id, name in members.values_list("user_id", "queue__name"):
        queues.setdefault(user_id, []).append(name)
    found: list[dict[str, Any]] = [
        {"this": one, "devices": _devices(one), "queues": queues.get(one.user_id, [])} for one in rows
    ]
    found.sort(key=lambda one: (len(one["this"].number), one["this"].number))
    context = {
        "exchange": exchange, "rows": found, "may_edit": rights.can(request.user, "provider", "administer"),
        "waiting": _without(exchange),
    }  # fmt: skip
    return render(request, "telephony/pbx/telephones.html", context)


def _devices(extension: Extension) -> list[tuple[Device.Kind, Device | None]]:
    known = {device.kind: device for device in extension.devices.all()}  # type: ignore[attr-defined]
    return [(kind, known.get(kind.value)) for kind in Device.Kind]


def _without(exchange: Provider) -> list[Any]:
    """People with a number on their card and none at the exchange: what is most likely wanted next."""
    from perezvon.staff.models import User

    having = exchange.extensions.values("user")
    return list(User.objects.working().exclude(extension="").exclude(pk__in=having).order_by("extension")[:12])


@require_http_methods(["GET", "POST"])
@of_exchange("administer")
def extension_give(request: HttpRequest, exchange: Provider) -> HttpResponse:
    """Give somebody an internal number."""
    form = GiveForm(request.POST or None, exchange=exchange, user=request.GET.get("user", ""))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        with told_in(form):
            at = clock.now()
            made = actions.give_extension(exchange, given["user"], given["number"], by=request.user, at=at)
            if given["browser"]:
                actions.add_device(made, Device.Kind.BROWSER, by=request.user, at=at)
            return done(request, _("The number is given."), "telephony:telephones")
    return answer(request, "telephony/pbx/extension.html", {"form": form, "exchange": exchange})


@require_POST
@rights.required("provider", "administer")
def extension_take(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an internal number away."""
    this: Any = row_of(Extension, request.user, pk, "administer", "user", "provider")
    remove = lambda: actions.take_extension(this, by=request.user, at=clock.now())  # noqa: E731
    here = ["telephony:telephones"]
    return removed(request, remove, _("The number is taken away."), here, here)


@require_POST
@rights.required("provider", "administer")
def device_add(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a telephone; the settings of one on the desk are shown this once."""
    this: Any = row_of(Extension, request.user, pk, "administer", "user", "provider")
    kind = request.POST.get("kind", "")
    if kind not in Device.Kind.values:
        return redirect("telephony:telephones")
    device = actions.add_device(this, kind, by=request.user, at=clock.now())
    return _made(request, device)


@require_POST
@rights.required("provider", "administer")
def device_renew(request: HttpRequest, pk: int) -> HttpResponse:
    """A new password, shown this once."""
    device = _device(request, pk)
    actions.renew_device(device, by=request.user, at=clock.now())
    return _made(request, device)


@never_cache
def _made(request: HttpRequest, device: Device) -> HttpResponse:
    if device.kind == Device.Kind.BROWSER:
        messages.success(request, _("The telephone in the browser is ready."))
        return redirect("telephony:telephones")
    provider = device.extension.provider
    host = str(provider.settings.get("public_address") or request.get_host().partition(":")[0])
    port = str(provider.settings.get("sip_port") or 5060)
    context = {"device": device, "host": host, "port": port}
    return render(request, "telephony/pbx/device.html", context)


@require_POST
@rights.required("provider", "administer")
def device_revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a telephone away."""
    actions.revoke_device(_device(request, pk), by=request.user, at=clock.now())
    return done(request, _("The telephone is taken away."), "telephony:telephones")


def _device(request: HttpRequest, pk: int) -> Device:
    found: Device = row_of(Device, request.user, pk, "administer", "extension__user", "extension__provider")
    return found
