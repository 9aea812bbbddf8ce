"""Voice menus."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from perezvon.kit import clock
from perezvon.staff import access as rights
from perezvon.staff.views.answers import told_in

from ... import actions
from ...destinations import Book, url_of, uses_of
from ...forms.menus import MenuForm
from ...models import Menu, Provider, Way
from .common import answer, done, of_exchange, removed, row_of


@require_safe
@of_exchange()
def menus(request: HttpRequest, exchange: Provider) -> HttpResponse:
    """All menus with what their keys do."""
    book = Book(exchange.pk)
    rows = Menu.objects.filter(provider=exchange).select_related("prompt").prefetch_related("keys")
    found = [{"this": one, "ways": _ways(one, book)} for one in rows]
    may_edit = rights.can(request.user, "provider", "administer")
    return render(request, "telephony/pbx/menus.html", {"exchange": exchange, "menus": found, "may_edit": may_edit})


def _ways(menu: Menu, book: Book) -> list[dict[str, Any]]:
    """What every key and silence lead to, in words."""
    pairs = [(key.digit, key.label, key.destination) for key in menu.keys.all()]
    pairs += [(word, "", to) for word, to in ((_("silence"), menu.on_silence), (_("wrong key"), menu.on_wrong)) if to]
    return [{"key": key, "label": label, "name": book.name(to), "url": url_of(to)} for key, label, to in pairs]


@require_http_methods(["GET", "POST"])
@of_exchange("administer")
def menu_add(request: HttpRequest, exchange: Provider) -> HttpResponse:
    """Add a menu with its keys."""
    form = MenuForm(request.POST or None, book=Book(exchange.pk))
    if request.method == "POST" and form.is_valid():
        with told_in(form):
            made = actions.add_menu(exchange, keys=form.keys(), by=request.user, at=clock.now(), **form.columns())
            return done(request, _("The menu is added."), "telephony:menu", made.pk)
    return answer(request, "telephony/pbx/menu.html", {"form": form, "exchange": exchange})


@require_http_methods(["GET", "POST"])
@rights.required("provider", "administer")
def menu(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a menu and its keys."""
    this: Any = row_of(Menu, request.user, pk, "administer", "provider", "prompt")
    form = MenuForm(request.POST if request.method == "POST" else None, book=Book(this.provider_id), menu=this)
    if request.method == "POST" and form.is_valid():
        with told_in(form):
            actions.change_menu(this, keys=form.keys(), by=request.user, at=clock.now(), **form.columns())
            return done(request, _("Saved."), "telephony:menu", pk)
    context = {"form": form, "menu": this, "exchange": this.provider, "uses": uses_of(f"{Way.MENU}:{pk}")}
    return answer(request, "telephony/pbx/menu.html", context)


@require_POST
@rights.required("provider", "administer")
def menu_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a menu away."""
    this: Any = row_of(Menu, request.user, pk, "administer", "provider")
    remove = lambda: actions.remove_menu(this, by=request.user, at=clock.now())  # noqa: E731
    return removed(request, remove, _("The menu is removed."), ["telephony:menus"], ["telephony:menu", pk])
