"""How the storage of recordings is doing: how many, how big, what could not be fetched, what nobody knows."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from perezvon.kit import clock
from perezvon.staff import access as rights

from ..actions.recordings import SPOOLED, unknown_files
from ..models import Provider, Recording, RecordingHold

_SHOWN = 100
_DAY = timedelta(days=1)


@require_safe
@rights.required("provider", "administer")
def storage(request: HttpRequest) -> HttpResponse:
    """Counts by state, sizes, failures with their reasons, files in the spool that belong to no call."""
    at = clock.now()
    counted = Recording.objects.order_by().values_list("state").annotate(Count("pk"), Sum("bytes"), Sum("seconds"))
    states = {state: (number, size or 0, seconds or 0) for state, number, size, seconds in counted}
    failed = Recording.objects.filter(state=Recording.State.FAILED).select_related("call", "provider")
    waiting = Recording.objects.filter(state=Recording.State.WAITING, made_at__lt=at - _DAY / 24)
    context: dict[str, Any] = {
        "ready": states.get("ready", (0, 0, 0)),
        "states": [(Recording.State(state).label, row[0]) for state, row in sorted(states.items()) if state != "ready"],
        "held": RecordingHold.objects.count(),
        "due": Recording.objects.ready().filter(keep_until__lt=at + 30 * _DAY, hold=None).count(),
        "failed": list(failed.order_by("-made_at")[:_SHOWN]),
        "late": list(waiting.select_related("call", "provider").order_by("made_at")[:_SHOWN]),
        "unknown": [(one, unknown_files(one, at=at)[:_SHOWN]) for one in Provider.objects.filter(kind=SPOOLED)],
        "place": getattr(settings, "STORAGES", {})["recordings"]["OPTIONS"].get("bucket_name")
        or settings.RECORDINGS_ROOT,
    }
    return render(request, "telephony/recordings.html", context)
