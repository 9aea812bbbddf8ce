"""Actions on many rows: what is chosen, the question with numbers, progress, taking back, the log."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from perezvon.kit import clock
from perezvon.staff import access as rights
from perezvon.web.asking import UNPROCESSABLE, done
from perezvon.web.paging import cursor_page
from perezvon.web.respond import page_or_fragment

from .. import access, actions, hooks
from ..listing import Action, Listing
from ..models import Bulk, BulkRow
from ..page import home
from ..rows import ids_of, rows_of
from ..state import State, of_text

MOST_CHOSEN = 500
MOST_CALLS = 2000
SHOWN = 200


@require_POST
@login_required
def choose(request: HttpRequest, key: str) -> HttpResponse:
    """What the bar under a list sends: the chosen rows (``id``) or all found (``all``), and what to do with them."""
    listing = access.listing(request.user, key)
    state = of_text(listing, request.user, request.POST.get("query", ""), clock.now())
    word = request.POST.get("action", "")
    if word == "call":
        return _call(request, state)
    action = listing.actions.get(word)
    if action is None or not rights.can(request.user, listing.noun, action.verb) or not action.may(request.user):
        raise Http404
    is_sent = request.POST.get("sure") == "1"
    form = action.form(request.user, request.POST if is_sent else None)
    chosen = _chosen(request, state, action.verb)
    if is_sent and form.is_valid():
        try:
            bulk = _start(request, listing, action, chosen, form)
        except actions.Refused as error:
            form.add_error(None, str(error))
        else:
            return HttpResponseRedirect(reverse("lists:bulk", args=[bulk.pk]))
    return _asked(request, state, action, form, chosen, UNPROCESSABLE if is_sent else 200)


def _chosen(request: HttpRequest, state: State, verb: str) -> Any:
    """The rows that are meant, in reach of the right that the action needs."""
    if request.POST.get("all"):
        return rows_of(state, verb)
    ids = [int(text) for text in request.POST.getlist("id")[:MOST_CHOSEN] if text.isdigit() and len(text) < 18]
    return state.listing.rows(state.user, verb).filter(pk__in=ids)


def _start(request: HttpRequest, listing: Listing, action: Action, chosen: Any, form: Any) -> Bulk:
    at, values = clock.now(), action.values(form)
    said = f"{listing.title}: {action.label}{_in_words(form)}"
    bulk = actions.start_bulk(listing, action, chosen, values, said=said, by=request.user, at=at)
    actions.work_on(bulk.pk, at)
    if bulk.total <= actions.bulks.PIECE:
        actions.work_on(bulk.pk, at)  # nothing is left: this writes the end down
    return bulk


def _in_words(form: Any) -> str:
    """The answers of a form in one line."""
    parts = []
    for bound in form:
        value = form.cleaned_data.get(bound.name)
        if value in (None, "", False, []):
            continue
        choices = dict(getattr(bound.field, "choices", None) or ())
        parts.append(f"{choices.get(value, value)}")
    return f" ({', '.join(parts)})" if parts else ""


def _asked(request: HttpRequest, state: State, action: Action, form: Any, chosen: Any, status: int) -> HttpResponse:
    wanted = _chosen(request, state, "view").count() if action.verb != "view" else None
    context = {
        "action": action, "form": form, "listing": state.listing, "count": chosen.count(), "wanted": wanted,
        "ids": [] if request.POST.get("all") else request.POST.getlist("id")[:MOST_CHOSEN], "all": bool(request.POST.get("all")),
        "query": request.POST.get("query", ""), "back": home(state.listing, state.address), "url": request.path,
        "most": actions.bulks.MOST,
    }  # fmt: skip
    return page_or_fragment(request, "lists/do.html", context, "lists/_do.html", status)


def _call(request: HttpRequest, state: State) -> HttpResponse:
    """Hand the people of the rows over to be called one after another."""
    listing = state.listing
    if not listing.client or not hooks.can_call(request.user):
        raise Http404
    if request.POST.get("all"):
        ids = ids_of(state, MOST_CALLS)
    else:
        wanted = {int(text) for text in request.POST.getlist("id")[:MOST_CHOSEN] if text.isdigit() and len(text) < 18}
        ids = [pk for pk in ids_of(state, 100_000) if pk in wanted]
    whose = dict(listing.rows(request.user).filter(pk__in=ids).values_list("pk", listing.client))
    people = list(dict.fromkeys(whose[pk] for pk in ids if whose.get(pk)))
    name = state.view.name if state.view else str(listing.title)
    url = hooks.call_through(request.user, name, people) if people else ""
    if not url:
        messages.warning(request, _("There is nobody to call in these rows."))
    return HttpResponseRedirect(url or home(listing, state.address))


@require_safe
@login_required
def bulk(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a job has come, and what became of each row that was not changed."""
    one = access.bulk(request.user, pk)
    left = one.rows.filter(state__in=(BulkRow.State.REFUSED, BulkRow.State.KEPT)).order_by("pk")[:SHOWN]
    action = actions.action_of(one)
    context = {
        "bulk": one, "left": left, "percent": round(100 * one.looked_at / one.of) if one.of else 100,
        "can_undo": one.state == Bulk.State.DONE and one.changed and action is not None and action.restore is not None
        and one.by_id == request.user.pk,
        "home": home(access.listing(request.user, one.listing)), "rows": left_rows(request.user, one, left),
    }  # fmt: skip
    return page_or_fragment(request, "lists/bulk.html", context, "lists/_bulk.html")


def left_rows(user: Any, one: Bulk, left: Any) -> list[dict[str, Any]]:
    """The rows that were left out, by name when they may be seen."""
    listing = access.listing(user, one.listing)
    ids = [row.row_id for row in left]
    names = {thing.pk: str(thing) for thing in listing.rows(user).filter(pk__in=ids)}
    return [
        {
            "name": names.get(row.row_id, f"№ {row.row_id}"), "why": row.why or row.get_state_display(),
            "url": reverse(listing.card, args=[row.row_id]) if listing.card and row.row_id in names else "",
        }
        for row in left
    ]  # fmt: skip


@require_POST
@login_required
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a whole job back."""
    one, at = access.bulk(request.user, pk), clock.now()
    if one.by_id != request.user.pk:
        raise Http404
    try:
        actions.undo_bulk(one, by=request.user, at=at)
    except actions.Refused as error:
        messages.error(request, str(error))
    else:
        actions.work_on(one.pk, at)
        if one.changed <= actions.bulks.PIECE:
            actions.work_on(one.pk, at)
    return done(request, reverse("lists:bulk", args=[one.pk]))


@require_safe
@login_required
def log(request: HttpRequest) -> HttpResponse:
    """What was done to many rows, by whom, the newest first."""
    rows = Bulk.objects.visible_to(request.user).select_related("by")
    context = {"page": cursor_page(rows, ("-at", "-id"), request.GET.get("cursor")), "tab": "bulk"}
    return page_or_fragment(request, "lists/log.html", context)
