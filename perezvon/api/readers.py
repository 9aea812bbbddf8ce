"""What this room does when its time comes."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from perezvon.journey.models import Fact
from perezvon.journey.registry import PROGRAMS, loop, reader, schedule
from perezvon.kit import clock

from .models import Answer, Delivery

# Declarations of nouns are read when the first event comes, not at the start of every process.

ANSWERS_KEPT = timedelta(days=1)
DELIVERIES_KEPT = timedelta(days=30)
_PIECE = 5_000


@reader("api.webhooks", kinds=("*",), lane=PROGRAMS, acts=True)
def queue_events(facts: Sequence[Fact]) -> None:
    """Every fact, for every subscription that may and wants to hear of it."""
    from .webhooks import queueing

    queueing.queue(facts, at=clock.now())


@loop("api.deliveries", lane=PROGRAMS)
def deliver() -> int:
    """What is due is sent."""
    from .webhooks import sending

    return sending.work(clock.now())


@schedule("api.tidy", every=3600)
def tidy(at: datetime) -> None:
    """Kept answers go after a day, the log of deliveries after a month."""
    Answer.objects.filter(at__lt=at - ANSWERS_KEPT).delete()
    old = Delivery.objects.filter(made_at__lt=at - DELIVERIES_KEPT).exclude(state=Delivery.State.WAITING)
    Delivery.objects.filter(pk__in=list(old.values_list("pk", flat=True)[:_PIECE])).delete()
