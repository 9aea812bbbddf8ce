"""Checks at start: a page without its front end is a broken page."""

from typing import Any

from django.core.checks import CheckMessage, Warning, register

from perezvon.web import assets


@register()
def front_end_is_built(app_configs: Any, **options: Any) -> list[CheckMessage]:
    """Warn when ``static/dist`` holds no manifest (a wheel cache may skip the build)."""
    if assets.manifest():
        return []
    return [
        Warning(
            "The front end is not built: pages will have no styles.",
            hint="Run `make assets`, or `npm ci && npm run build` in frontend/.",
            id="web.W001",
        )
    ]
