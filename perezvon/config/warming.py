"""What a web process does before it accepts: the work that would make the first visitor of each page wait.

Routes with everything they import, both languages, compiled templates, the sign-in page, phone metadata. Takes a
second or two of the start; a page that cannot be warmed is logged and served cold.
"""

import logging
from collections.abc import Callable
from wsgiref.util import setup_testing_defaults

log = logging.getLogger("perezvon.warming")


def warm() -> None:
    """Do it all; never raises."""
    for step in (_routes, _templates, _phones, _first_page):
        _surely(step)


def _surely(step: Callable[[], None]) -> None:
    try:
        step()
    except Exception:
        log.warning("cold start of a part", exc_info=True, extra={"part": step.__name__.strip("_")})


def _routes() -> None:
    from django.conf import settings
    from django.urls import get_resolver, reverse
    from django.utils import translation

    len(get_resolver().url_patterns)
    for language, _name in settings.LANGUAGES:
        with translation.override(language):  # reads the catalogues too
            reverse(settings.LOGIN_URL)


def _templates() -> None:
    """Compiled once and kept by Django's cached loader."""
    from django.template import TemplateDoesNotExist, TemplateSyntaxError
    from django.template.loader import get_template

    from perezvon.config import rooms

    for room in rooms.ROOMS:
        folder = rooms.PACKAGE / room / "templates"
        for path in sorted(folder.rglob("*.html")):
            try:
                get_template(path.relative_to(folder).as_posix())
            except (TemplateDoesNotExist, TemplateSyntaxError) as error:
                log.warning("template: %s", error)


def _phones() -> None:
    from django.conf import settings

    from perezvon.kit import phones

    number = phones.normalise("84950210001")
    phones.region_of(number, settings.LANGUAGE_CODE)
    phones.operator_of(number)


def _first_page() -> None:
    """The sign-in page through the whole chain; its connection belongs to this thread, which serves nobody."""
    from django.conf import settings
    from django.core.wsgi import get_wsgi_application
    from django.db import connections
    from django.urls import reverse

    environ = {"PATH_INFO": reverse(settings.LOGIN_URL), "HTTP_HOST": "localhost"}
    setup_testing_defaults(environ)
    answer = get_wsgi_application()(environ, _begin)
    try:
        b"".join(answer)
    finally:
        answer.close()  # type: ignore[attr-defined]
        connections.close_all()


def _begin(status: str, _headers: object, _failure: object = None) -> Callable[[bytes], object]:
    if not status.startswith("200"):
        log.warning("the sign-in page answers %s", status)
    return bytes
