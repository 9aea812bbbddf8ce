"""Exchanges: the list, connecting one, its page, changing it, building its calls again."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from perezvon.kit import clock
from perezvon.kit.periods import Period
from perezvon.staff import access as rights

from .. import access, actions
from ..actions.intake import account_of
from ..actions.providers import address_of
from ..forms.balances import BalanceForm
from ..forms.exchanges import ExtensionForm, KindForm, ProviderForm, QueueForm, ReplayForm, form_of
from ..models import Balance, Extension, Provider, Queue, RawEvent
from ..providers import ExchangeError, adapter

UNPROCESSABLE = 422
_REJECTED_SHOWN = 50
_BALANCES_SHOWN = 14
_DIFFERENCES_SHOWN = 200


@require_safe
@rights.required("provider", "view")
def exchanges(request: HttpRequest) -> HttpResponse:
    """All connected exchanges with their last sign of life."""
    rows = list(Provider.objects.visible_to(request.user).select_related("department"))
    rejected = RawEvent.objects.filter(state=RawEvent.State.REJECTED).values_list("provider")
    counts = dict(rejected.annotate(Count("pk")).order_by())
    shown = [(row, adapter(row.kind).label, counts.get(row.pk, 0)) for row in rows]
    return render(request, "telephony/exchanges.html", {"exchanges": shown})


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@rights.required("provider", "administer")
def add(request: HttpRequest) -> HttpResponse:
    """Choose the kind, fill in the form, see the addresses and secrets once."""
    kind = request.GET.get("kind", "")
    if not kind:
        return render(request, "telephony/kind.html", {"form": KindForm()})
    form = _form(kind, request.POST or None)
    if request.method == "POST" and form.is_valid():
        values = {**form.settings(), **form.part(form.exchange.secret_names)}
        given = form.cleaned_data
        answer = actions.add_provider(
            kind, given["name"], by=request.user, at=clock.now(), department=given["department"], **values
        )
        base = answer["addresses"].get("webhook", "")
        shown = {
            "answer": answer, "secrets": _named(form, answer["secrets"]), "addresses": _addresses(answer["addresses"]),
            "steps": form.exchange.steps, "templates": form.exchange.templates(base),
        }  # fmt: skip
        return render(request, "telephony/connected.html", shown)
    status = UNPROCESSABLE if request.method == "POST" else 200
    context: dict[str, Any] = {
        "form": form, "title": _("Connect: %(kind)s") % {"kind": form.exchange.label}, "submit": _("Connect"),
        "steps": form.exchange.steps,
    }  # fmt: skip
    return render(request, "telephony/form.html", context, status=status)


def _addresses(addresses: dict[str, str]) -> list[tuple[object, str]]:
    """What each address is for, and the address."""
    words = {"route": _("Address for routing")}
    return [(words.get(name, _("Address for events")), address) for name, address in addresses.items()]


def _form(kind: str, *args: Any, **kwargs: Any) -> ProviderForm:
    try:
        return form_of(kind, *args, **kwargs)
    except ExchangeError:
        raise Http404 from None


def _named(form: ProviderForm, secrets: dict[str, str]) -> list[tuple[Any, str]]:
    return [(label, secrets[key]) for key, label in form.exchange.secret_names if secrets.get(key)]


@require_safe
@rights.required("provider", "view")
def exchange(request: HttpRequest, pk: int) -> HttpResponse:
    """One exchange: addresses, counters, rejected events, extensions, queues."""
    return _page(request, access.provider(request.user, pk))


def _page(request: HttpRequest, provider: Provider, **more: Any) -> HttpResponse:
    events, kind = RawEvent.objects.filter(provider=provider), adapter(provider.kind)
    may_edit = rights.can(request.user, "provider", "administer")
    rejected = events.filter(state=RawEvent.State.REJECTED).order_by("-id")
    context = {
        "exchange": provider, "kind": kind, "waiting": events.filter(state="new").count(),
        "addresses": _addresses(kind.addresses(address_of(provider))) if may_edit else [],
        "templates": kind.templates(address_of(provider)) if may_edit else (), "rejected": rejected[:_REJECTED_SHOWN],
        "balances": Balance.objects.filter(provider=provider)[:_BALANCES_SHOWN] if kind.statistics else None,
        "can_ask": kind.can_ask(account_of(provider)), "balance_form": BalanceForm.of_yesterday(),
        "rejected_count": rejected.count(), "queues": provider.queues.select_related("department").order_by("name"),
        "extensions": provider.extensions.select_related("user").order_by("number"),
        "queue_form": QueueForm(auto_id="queue_%s"), "extension_form": ExtensionForm(auto_id="extension_%s"),
        "replay_form": ReplayForm.of_today(), "may_edit": may_edit, **more,
    }  # fmt: skip
    return render(request, "telephony/exchange.html", context, status=more.get("status", 200))


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@rights.required("provider", "administer")
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Name, department, settings; secrets that are left empty stay as they are."""
    provider = access.provider(request.user, pk, to="administer")
    form = _form(provider.kind, request.POST or None, provider=provider)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        actions.change_provider(
            provider, by=request.user, at=clock.now(), name=given["name"], is_enabled=given["is_enabled"],
            department=given["department"], new_settings=form.settings(),
            new_secrets=form.part(form.exchange.secret_names),
        )  # fmt: skip
        return _back(request, provider, _("Saved."))
    context = {"form": form, "title": provider.name, "submit": _("Save"), "exchange": provider}
    return render(request, "telephony/form.html", context, status=UNPROCESSABLE if form.errors else 200)


def _back(request: HttpRequest, provider: Provider, word: str) -> HttpResponseRedirect:
    messages.success(request, word)
    return redirect("telephony:exchange", provider.pk)


@require_POST
@rights.required("provider", "administer")
def replay(request: HttpRequest, pk: int) -> HttpResponse:
    """Build the calls of some days again and show what came out differently."""
    provider = access.provider(request.user, pk, to="administer")
    form = ReplayForm(request.POST)
    if not form.is_valid():
        return _page(request, provider, replay_form=form, status=UNPROCESSABLE)
    given = form.cleaned_data
    days = Period.of_days(given["since"], given["until"], timezone.get_current_timezone())
    report = actions.replay(provider, days.start, days.end)
    return _page(request, provider, report=report, differences=report.differences[:_DIFFERENCES_SHOWN])


@require_POST
@rights.required("provider", "administer")
def queue(request: HttpRequest, pk: int) -> HttpResponse:
    """Name a queue and say whose it is."""
    provider = access.provider(request.user, pk, to="administer")
    form = QueueForm(request.POST, auto_id="queue_%s")
    if not form.is_valid():
        return _page(request, provider, queue_form=form, status=UNPROCESSABLE)
    given = form.cleaned_data
    who: dict[str, Any] = {"by": request.user, "at": clock.now()}
    actions.set_queue(provider, given["key"], name=given["name"], department=given["department"], **who)
    return _back(request, provider, _("Saved."))


@require_POST
@rights.required("provider", "administer")
def extension(request: HttpRequest, pk: int) -> HttpResponse:
    """Say whose internal number it is."""
    provider = access.provider(request.user, pk, to="administer")
    form = ExtensionForm(request.POST, auto_id="extension_%s")
    if not form.is_valid():
        return _page(request, provider, extension_form=form, status=UNPROCESSABLE)
    given = form.cleaned_data
    actions.set_extension(provider, given["number"], user=given["user"], by=request.user, at=clock.now())
    return _back(request, provider, _("Saved."))


@require_POST
@rights.required("provider", "administer")
def forget(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a queue's name or an extension off the map (``queue=`` or ``extension=`` id)."""
    provider = access.provider(request.user, pk, to="administer")
    verbs = ((Queue, "queue", actions.remove_queue), (Extension, "extension", actions.take_extension))
    try:
        for model, name, remove in verbs:
            wanted = request.POST.get(name, "")
            if wanted.isdecimal() and len(wanted) < 18:
                rows: Any = model.objects  # type: ignore[attr-defined]
                for row in rows.filter(provider=provider, pk=int(wanted)):
                    remove(row, by=request.user, at=clock.now())
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("telephony:exchange", provider.pk)
    return _back(request, provider, _("Removed."))
