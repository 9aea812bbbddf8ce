"""How long the company waits, on one page."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from perezvon.kit import clock
from perezvon.staff import access as rights
from perezvon.web.asking import ask, done

from ..actions.settings import change_settings
from ..forms import SettingsForm
from ..models import TicketSettings


@require_http_methods(["GET", "HEAD", "POST"])
@rights.required("settings", "administer")
def settings(request: HttpRequest) -> HttpResponse:
    """Windows and deadlines of requests."""
    row = TicketSettings.objects.order_by("pk").first() or TicketSettings()
    form = SettingsForm(request.POST if request.method == "POST" else None, instance=row)
    if request.method == "POST" and form.is_valid():
        change_settings(form.cleaned_data, by=request.user, at=clock.now())
        return done(request, reverse("tickets:settings"), _("Saved."))
    return ask(request, form, _("Settings of requests"), submit=_("Save"), back=reverse("tickets:inbox"))
