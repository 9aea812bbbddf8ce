"""Comments at a moment of a talk."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from perezvon.crm.actions.errors import Refused
from perezvon.journey.actions import record_many

from .. import facts
from ..models import Recording, Remark
from .recordings import fact


class NothingSaid(Refused):
    """An empty comment says nothing."""

    text = _("Write something.")


@transaction.atomic
def add_remark(recording: Recording, *, second: int, text: str, by: Any, at: datetime) -> Remark:
    """Comment on a moment, in seconds from the beginning. NothingSaid for an empty text."""
    if not text.strip():
        raise NothingSaid
    second = min(max(0, second), int(recording.seconds))
    remark = Remark.objects.create(recording=recording, second=second, text=text.strip()[:1000], by=by, at=at)
    record_many([fact(facts.RECORDING_REMARKED, recording, at, by=by, second=second)])
    return remark


def remove_remark(remark: Remark, *, by: Any) -> bool:
    """Take back a comment of one's own; False when it is somebody else's."""
    gone, _rows = Remark.objects.filter(pk=remark.pk, by=by).delete()
    return bool(gone)
