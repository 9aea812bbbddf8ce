"""What is done with subscriptions."""

from .webhooks import (
    WebhookRefused,
    add_webhook,
    change_webhook,
    remove_webhook,
    renew_secret,
    replay,
    replay_period,
    switch,
    test_webhook,
)

__all__ = [
    "WebhookRefused", "add_webhook", "change_webhook", "remove_webhook", "renew_secret", "replay", "replay_period", "switch",
    "test_webhook",
]  # fmt: skip
