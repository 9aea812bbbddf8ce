"""Probes and the doctor, on the test base."""

import json

import pytest
from django.test import Client

from perezvon.config import doctor, health


@pytest.mark.django_db
def test_the_process_is_alive_without_a_session(client: Client) -> None:
    answer = client.get("/healthz", headers={"host": "anything.example"})
    assert answer.status_code == 200 and not answer.cookies


@pytest.mark.django_db
def test_not_ready_without_a_worker(client: Client) -> None:
    answer = client.get("/readyz")
    body = json.loads(answer.content)
    assert answer.status_code == 503 and not body["ready"]
    worker = body["checks"][-1]
    assert worker["name"] == "worker" and "perezvon worker" in worker["mend"]


@pytest.mark.django_db
def test_metrics_speak_prometheus(client: Client) -> None:
    text = client.get("/metrics").content.decode()
    assert "perezvon_parked_facts 0.0" in text and "perezvon_reader_lag_facts" in text


@pytest.mark.django_db
def test_the_doctor_says_how_to_mend() -> None:
    checks = {check.name: check for check in doctor.examine()}
    assert checks["database"].ok and checks["cyrillic"].ok and checks["clock"].ok and checks["migrations"].ok
    assert not checks["worker"].ok and checks["worker"].mend


@pytest.mark.django_db
def test_a_base_that_does_not_answer_is_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import OperationalError

    class Gone:
        def cursor(self) -> None:
            raise OperationalError("connection refused")

    monkeypatch.setattr(health, "connection", Gone())
    found = health.readiness()
    assert [check.name for check in found] == ["database"] and not found[0].ok
