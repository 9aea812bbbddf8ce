"""Epochs: how readers keep their place when the ledger moves to another database cluster."""

from datetime import datetime

from django.db import connection, transaction

from ..models import Epoch

_CLUSTER = "SELECT system_identifier::text FROM pg_control_system()"
_LOCK = 7_261_001


def cluster_id() -> str:
    """The identity of the PostgreSQL cluster we are in; "" where the server does not tell it."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_CLUSTER)
            row = cursor.fetchone()
    except Exception:  # noqa: BLE001 - a managed server may refuse it in its own way
        return ""
    return row[0] if row else ""


@transaction.atomic
def start_epoch(*, at: datetime) -> int:
    """Begin a new epoch when the cluster is not the one of the last epoch; the current epoch's id.

    A restore brings old facts with transaction numbers of another cluster; new facts of the new
    epoch sort after all of them.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    here, last = cluster_id(), Epoch.objects.order_by("-id").first()
    if last is not None and (last.cluster == here or not here):
        return last.pk
    return Epoch.objects.create(started_at=at, cluster=here).pk
