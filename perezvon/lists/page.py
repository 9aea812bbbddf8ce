"""One page of any list, for the view of a room: the same way for all of them."""

from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from perezvon.kit import clock
from perezvon.kit.conditions import EVERYTHING, Group, Node, sentence
from perezvon.staff import access as rights
from perezvon.web.parts import Chip
from perezvon.web.respond import page_or_fragment

from . import hooks
from .draw import body
from .listing import Listing
from .models import View
from .rows import heads_of, neighbours, page_of
from .state import State, of_text, state_of

TEMPLATE = "lists/list.html"


def list_page(request: HttpRequest, listing: Listing, template: str = TEMPLATE, **more: Any) -> HttpResponse:
    """Answer with the list as the address asks for it. ``more`` goes to a room's own template."""
    part = request.GET.get("part")
    request.GET = request.GET.copy()  # type: ignore[assignment]  # links on the page must not ask for a part of it
    request.GET.pop("part", None)
    state = state_of(request, listing, clock.now())
    is_part = part == "list"  # the rows under a head: without the bar, which stands on a page once
    content = _content(state, request, picks=not is_part)
    context = {"listing": listing, "state": state, **(_NO_FRAME if is_part else _frame(state)), **content, **more}
    fragment = "lists/_list.html" if is_part else None
    answer = page_or_fragment(request, template, context, fragment)
    if request.GET.getlist("columns"):
        state.table.remember(answer)
    return answer


_NO_FRAME: dict[str, Any] = {"actions": [], "can_call": False}


def _content(state: State, request: HttpRequest, picks: bool) -> dict[str, Any]:
    if state.group is not None and not state.problem:
        return {"heads": heads_of(state), "page": None}
    page = page_of(state, request.GET.get("cursor"))
    return {"page": page, "body": body(state, page.items, picks and bool(_actions(state)), request)}


def _frame(state: State) -> dict[str, Any]:
    listing, user = state.listing, state.user
    return {
        "chips": _chips(state), "conditions": _conditions(state), "boxes": _boxes(state), "groups": _groups(state),
        "views": list(View.objects.visible_to(user).filter(listing=listing.key)), "actions": _actions(state),
        "can_export": rights.can(user, listing.noun, "export"), "can_call": bool(listing.client) and hooks.can_call(user),
        "buttons": [button for button in listing.buttons if not button.noun or rights.can(user, button.noun, button.verb)],
        "is_own": state.view is not None and (state.view.owner_id == user.pk or rights.is_administrator(user)),
    }  # fmt: skip


def _actions(state: State) -> list[Any]:
    """What may be done to many rows here."""
    noun = state.listing.noun
    return [
        action
        for action in state.listing.actions.values()
        if rights.can(state.user, noun, action.verb) and action.may(state.user)
    ]


def _chips(state: State) -> list[Chip]:
    shows = state.listing.shows()
    if not shows:
        return []
    counts = state.listing.counts(state.user, state.at)
    active = state.show.key if state.show else None
    return [
        Chip(show.label, f"?show={show.key}" if show.key else "?", counts.get(show.key), show.key == active and state.view is None,
             show.tone if counts.get(show.key) != 0 else "", key=show.key or "all")
        for show in shows
    ]  # fmt: skip


def _conditions(state: State) -> list[tuple[str, str]]:
    """(words, the query string without it) of every piece of the condition."""
    tree = state.where
    pieces: tuple[Node, ...] = tree.nodes if isinstance(tree, Group) and tree.word == "all" else (tree,)
    if tree == EVERYTHING:
        return []
    return [
        (sentence(piece), state.with_where(Group("all", tuple(each for each in pieces if each is not piece))))
        for piece in pieces
    ]


def _boxes(state: State) -> list[dict[str, Any]]:
    """The select boxes over the list."""
    found = []
    fields = state.listing.fields.open_to(state.user)
    for key in state.listing.quick:
        field = fields.field(key)
        if field is not None:
            chosen, own = state.quick.get(key, ""), field.pairs
            if not own and not field.words and not chosen:
                continue  # nothing to choose from yet
            pairs = [
                ("none", _("nobody") if "me" in field.words else _("not filled in")),
                *field.words.items(),
                *own,
            ]
            options = [(str(value), label, str(value) == chosen) for value, label in pairs if value != ""]
            found.append({"key": key, "label": field.label, "options": options, "chosen": chosen})
    return found


def _groups(state: State) -> list[tuple[str, Any, bool]]:
    """(key, label, is chosen) of the fields whose values can be heads."""
    fields = state.listing.fields.open_to(state.user)
    known = [fields.field(key) for key in state.listing.every_group]
    return [(field.key, field.label, field == state.group) for field in known if field is not None]


def home(listing: Listing, query: str = "") -> str:
    """The address of a list."""
    return f"{reverse(listing.url_name)}?{query}" if query else reverse(listing.url_name)


def walk(request: HttpRequest, listing: Listing, row: Any) -> dict[str, str]:
    """The way through the list that a card was opened from (``?list=``): addresses of the list, the row before, the next.

    Empty when the card was opened by itself. Inputs of ``lists/_neighbours.html``.
    """
    query = request.GET.get("list", "")
    if not query:
        return {}
    address = "" if query == "all" else query
    before, after = neighbours(of_text(listing, request.user, address, clock.now()), row)

    def url(pk: int | None) -> str:
        return f"{reverse(listing.card, args=[pk])}?list={quote(query)}" if pk else ""

    return {"list_url": home(listing, address), "before": url(before), "after": url(after)}
