"""People: the list, the card, adding and changing."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from perezvon.kit import clock
from perezvon.lists.page import list_page
from perezvon.staff import access as rights
from perezvon.web.respond import page_or_fragment

from .. import access, actions, doubles, reads
from ..columns import with_tags
from ..custom.definitions import fields_of
from ..feed import feed
from ..forms import ContactForm, NewPersonForm, NoteForm, PersonForm
from ..listings import PEOPLE
from ..models import Company, Deal, Person, Task
from ..timeline import timeline
from .answers import ask, done, refused


@require_safe
@rights.required("person", "view")
def people(request: HttpRequest) -> HttpResponse:
    """The list of people."""
    return list_page(request, PEOPLE)


@require_safe
@rights.required("person", "view")
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """The card: fields, ways to reach, deals and tasks at the left, one timeline at the right."""
    if kept := Person.objects.filter(pk=pk, merged_into__isnull=False).values_list("merged_into", flat=True).first():
        return HttpResponseRedirect(reverse("crm:person", args=[kept]))
    one, user = access.person(request.user, pk), request.user
    deals = Deal.objects.visible_to(user).filter(person=one).select_related("stage").order_by("-created_at")[:20]
    tasks = Task.objects.visible_to(user).open().filter(person=one).select_related("responsible").order_by("deadline")
    with_tags("person")([one], user)
    context = {
        "person": one, "own": fields_of("person"), "owners": owners_of(one), "deals": deals, "tasks": tasks[:20],
        "can_edit": may_edit(user, "person", one), **feed(request, PEOPLE, one, "person"),
    }  # fmt: skip
    return render(request, "crm/person.html", context)


def owners_of(party: Person | Company) -> list[Any]:
    """Present contact points of a card, the primary first."""
    rows = party.contact_owners.filter(until=None).select_related("point")  # type: ignore[union-attr]
    return list(rows.order_by("point__kind", "-is_primary", "id"))


def may_edit(user: Any, noun: str, thing: Any) -> bool:
    """Whether the card shows its buttons."""
    return rights.allows(user, noun, "edit", owner_id=thing.responsible_id, department_id=thing.department_id)


@require_safe
@rights.required("person", "view")
def person_timeline(request: HttpRequest, pk: int) -> HttpResponse:
    """A piece of the timeline: what is new, or what is older than ``before``."""
    access.person(request.user, pk)
    chunk = timeline(request.user, request.GET.get("show", ""), request.GET.get("before", ""), person_id=pk)
    context = {"chunk": chunk, "show": request.GET.get("show", ""), "timeline_url": request.path}
    return page_or_fragment(request, "crm/timeline.html", context, "crm/_timeline.html")


@require_http_methods(["GET", "HEAD", "POST"])
@rights.required("person", "add")
def add(request: HttpRequest) -> HttpResponse:
    """A new person; a number or an address that is known already is said before a double is made."""
    form = NewPersonForm(request.POST if request.method == "POST" else None, user=request.user)
    known: list[doubles.Known] = []
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        known = doubles.known(request.user, values["phone"], values["email"], values["name"])
        into = next((each.pk for each in known if each.may_join and str(each.pk) == request.POST.get("into")), None)
        if into:
            return _join(request, access.person(request.user, into, to="edit"), form)
        if request.POST.get("sure") or not any(each.is_sure for each in known):
            one = actions.add_person(**_fields(form, request.user), by=request.user, at=clock.now())
            return done(request, reverse("crm:person", args=[one.pk]), _("The client is added."))
    form.initial.update({name: request.GET.get(name, "") for name in ("name", "phone", "email")})
    return ask(
        request,
        form,
        _("New client"),
        submit=_("Add"),
        back=reverse("crm:people"),
        parts="crm/_new_person.html",
        known=known,
    )


def _join(request: HttpRequest, person: Person, form: NewPersonForm) -> HttpResponse:
    """It is a client whom we know: what was typed goes to his card."""
    values = _fields(form, request.user)
    told = {name: value for name, value in values.items() if name not in ("responsible", "department_id")}
    actions.fill_in(person, **told, by=request.user, at=clock.now())
    return done(request, reverse("crm:person", args=[person.pk]), _("Added to the card that was there."))


def _fields(form: NewPersonForm, user: Any) -> dict[str, Any]:
    values = form.changes()
    responsible_id = values.pop("responsible_id", user.pk)
    values.setdefault("department_id", user.department_id)
    phone, email, company = values.pop("phone"), values.pop("email"), values.pop("company")
    values["company_id"] = actions.company_called(company, by=user, at=clock.now())
    responsible = user if responsible_id == user.pk else doubles.colleague(responsible_id)
    return {**values, "phones": [phone], "emails": [email], "responsible": responsible}


@require_safe
@rights.required("person", "view")
def known(request: HttpRequest) -> HttpResponse:
    """Who has this phone or e-mail already, while a form is being typed."""
    asked = request.GET
    found = doubles.known(request.user, asked.get("phone", ""), asked.get("email", ""), asked.get("name", ""))
    return render(request, "crm/_known.html", {"known": found, "can_join": True})


@require_http_methods(["GET", "HEAD", "POST"])
@rights.required("person", "edit")
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the card."""
    one = access.person(request.user, pk, to="edit")
    form = PersonForm(request.POST or None, user=request.user, person=one)
    address = reverse("crm:person", args=[pk])
    if request.method == "POST" and form.is_valid():
        changes = form.changes()
        changes["company_id"] = actions.company_called(changes.pop("company"), by=request.user, at=clock.now())
        try:
            version = form.cleaned_data["version"]
            doubles.saved(request.user, lambda: actions.change_person(
                one, changes, version=version, by=request.user, at=clock.now()
            ))  # fmt: skip
        except actions.Refused as error:
            refused(form, error)
        else:
            return done(request, address, _("Saved."))
    return ask(request, form, _("Change the card"), submit=_("Save"), back=address)


@require_POST
@rights.required("person", "edit")
def note(request: HttpRequest, pk: int) -> HttpResponse:
    """A note on the person."""
    one, form = access.person(request.user, pk), NoteForm(request.POST)
    address = reverse("crm:person", args=[pk])
    if form.is_valid():
        actions.add_note(one, form.cleaned_data["text"], by=request.user, at=clock.now())
        return done(request, address)
    return ask(request, form, _("Note"), back=address)


@require_http_methods(["GET", "HEAD", "POST"])
@rights.required("person", "edit")
def contact(request: HttpRequest, pk: int) -> HttpResponse:
    """One more phone or address."""
    one, form = access.person(request.user, pk, to="edit"), ContactForm(request.POST or None)
    address, known = reverse("crm:person", args=[pk]), list[doubles.Known]()
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        known = doubles.known(request.user, values["text"], values["text"], but=pk)
        if not known or request.POST.get("sure"):
            actions.add_contact(one, values["kind"], values["text"], by=request.user, at=clock.now())
            return done(request, address, _("Saved."))
    title, more = _("One more phone or address"), {"known": known, "about": one, "merge_url": "crm:merge"}
    return ask(request, form, title, submit=_("Add"), back=address, parts="crm/_new_contact.html", **more)


@require_safe
@rights.required("person", "view")
def by_phone(request: HttpRequest) -> JsonResponse:
    """The people behind a number as typed (``?phone=``), for a screen that pops up on a call."""
    found = reads.by_phone(request.GET.get("phone", ""), request.user)
    sees = rights.sees_phones(request.user)
    return JsonResponse({"people": [
        {
            "id": card.id, "name": card.name, "company": card.company, "region": card.region,
            "responsible": card.responsible, "phone": doubles.shown(card.phone, sees),
            "url": reverse("crm:person", args=[card.id]),
        }
        for card in found
    ]})  # fmt: skip
