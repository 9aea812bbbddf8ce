"""Settings from the environment, and what never reaches a log."""

import os

import pytest

from perezvon.config import env
from perezvon.config.logs import clean, shown_path


def test_defaults_listen_on_this_machine_only() -> None:
    settings = env.read({})
    assert (settings.host, settings.port, settings.time_zone, settings.language) == (
        "127.0.0.1",
        8000,
        "Europe/Moscow",
        "ru",
    )
    assert settings.is_embedded and settings.address == "http://127.0.0.1:8000"


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(env.BadEnvironment) as told:
        env.read({"PORT": "eighty", "PEREZVON_TIME_ZONE": "Moscow", "DATABASE_URL": "mysql://x", "LOG_LEVEL": "LOUD"})
    assert all(name in str(told.value) for name in ("PORT", "PEREZVON_TIME_ZONE", "DATABASE_URL", "LOG_LEVEL"))


def test_public_address_makes_cookies_secure() -> None:
    settings = env.read({"PEREZVON_PUBLIC_URL": "https://crm.example.ru/"})
    assert (
        settings.secure_cookies
        and settings.address == "https://crm.example.ru"
        and "crm.example.ru" in settings.own_names
    )


def test_a_secret_is_made_once_and_is_private(tmp_path) -> None:
    first = env.kept_secret(tmp_path / "deep" / "key")
    assert env.kept_secret(tmp_path / "deep" / "key") == first and len(first) > 40
    assert os.stat(tmp_path / "deep" / "key").st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("call from +79161234567 lost", "call from +79***67 lost"),
        ("postgresql://boss:hunter2@db/x", "postgresql://boss:***@db/x"),
        ("token=abcdef&page=2", "token=***&page=2"),
        ('{"api_key": "abc"}', '{"api_key": "***"}'),
        ("took 1234 ms at 10:20:30.123456", "took 1234 ms at 10:20:30.123456"),
    ],
)
def test_logs_hide_secrets_and_numbers(text: str, shown: str) -> None:
    assert clean(text) == shown


def test_a_bucket_needs_its_keys() -> None:
    with pytest.raises(env.BadEnvironment, match="PEREZVON_S3_KEY"):
        env.read({"PEREZVON_S3_BUCKET": "talks"})
    with pytest.raises(env.BadEnvironment, match="ENDPOINT"):
        env.read(
            {
                "PEREZVON_S3_BUCKET": "t",
                "PEREZVON_S3_KEY": "k",
                "PEREZVON_S3_SECRET": "s",
                "PEREZVON_S3_ENDPOINT": "storage",
            }  # fmt: skip
        )
    assert env.read({}).s3 is None


def test_hosts_of_ones_own_network_are_named_with_their_ports() -> None:
    assert env.read({"PEREZVON_PRIVATE_HOSTS": "pbx.lan:8080, 10.0.0.5:443"}).private_hosts == {
        "pbx.lan:8080",
        "10.0.0.5:443",
    }
    for wrong in ("pbx.lan", "pbx.lan:x", ":80", "pbx.lan:99999"):
        with pytest.raises(env.BadEnvironment, match="PEREZVON_PRIVATE_HOSTS"):
            env.read({"PEREZVON_PRIVATE_HOSTS": wrong})


def test_the_address_of_an_exchange_is_not_written_down() -> None:
    assert shown_path("/hooks/mango-abc/events/call", "telephony:hook") == "/hooks/…"
    assert shown_path("/calls/", "telephony:calls") == "/calls/"
