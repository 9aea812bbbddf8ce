"""What /metrics tells: request times of all web processes, and figures read from the database when asked."""

from __future__ import annotations

import os
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector

registry = CollectorRegistry()

requests = Histogram(
    "perezvon_request_seconds",
    "Time to answer a request, seconds",
    ("view", "method", "status"),
    registry=registry,
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)

INTAKE = """
    select p.slug, e.state, count(*) from telephony_rawevent e join telephony_provider p on p.id = e.provider_id
    where e.received_at > now() - interval '1 hour' group by 1, 2
"""


class FromDatabase:
    """Collector of figures that all processes share."""

    def collect(self) -> Iterator[Metric]:
        yield from self._ledger()
        yield from self._telephony()

    def _ledger(self) -> Iterator[Metric]:
        from perezvon.journey.models import Parked
        from perezvon.journey.reading import backlogs

        lag = GaugeMetricFamily(
            "perezvon_reader_lag_facts", "Facts that a reader has not been given yet", labels=["reader"]
        )
        for name, count in backlogs().items():
            lag.add_metric([name], count)
        yield lag
        yield GaugeMetricFamily(
            "perezvon_parked_facts", "Facts that a reader could not take", value=Parked.objects.count()
        )

    def _telephony(self) -> Iterator[Metric]:
        from django.apps import apps
        from django.db import connection

        provider = apps.get_model("telephony", "Provider")
        refused = GaugeMetricFamily(
            "perezvon_intake_refused", "Requests refused for their signature", labels=["provider"]
        )
        for slug, count in provider.objects.values_list("slug", "refused"):
            refused.add_metric([slug], count)
        yield refused
        intake = GaugeMetricFamily(
            "perezvon_intake_last_hour", "Events received in the last hour", labels=["provider", "outcome"]
        )
        with connection.cursor() as cursor:
            cursor.execute(INTAKE)
            for slug, state, count in cursor.fetchall():
                intake.add_metric([slug, state], count)
        yield intake


def text() -> bytes:
    """Everything in Prometheus' text format."""
    shared = CollectorRegistry()
    if os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        MultiProcessCollector(shared)
    else:
        shared = registry
    figures = CollectorRegistry()
    figures.register(FromDatabase())  # type: ignore[arg-type]
    return generate_latest(shared) + generate_latest(figures)
