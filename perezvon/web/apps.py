"""The web room as a Django application."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class WebConfig(AppConfig):
    """Find what the rooms plug in, and check that the front end is built."""

    name = "perezvon.web"
    label = "web"

    def ready(self) -> None:
        """Import ``plugs.py`` of every room: models are loaded by then."""
        from perezvon.web import checks  # noqa: F401  (registers itself)

        autodiscover_modules("plugs")
