"""Ready pieces for a site: the HTML of a form and an example of a JSON post."""

import json

from django.utils.html import format_html

from .entries import HONEYPOT
from .models import Form

EXAMPLE = {
    "name": "Anna Petrova",
    "phone": "+7 495 021-00-00",
    "email": "anna@mail.example",
    "message": "Two adults, a week in June",
    "utm_source": "yandex",
    "utm_medium": "cpc",
    "utm_campaign": "tours",
    "landing_page": "https://site.example/tours?utm_source=yandex",
    "referrer": "https://search.example/",
}


def html_of(form: Form, address: str, script: str, words: dict[str, str]) -> str:
    """The HTML to paste; ``words`` are the visible ones: name, phone, email, message, send.

    The first-touch script fills the hidden fields with the tags of this visit and of the very first one.
    """
    piece = format_html(
        '<form action="{address}" method="post" accept-charset="utf-8" data-perezvon>\n'
        '  <input name="name" autocomplete="name" placeholder="{name}">\n'
        '  <input name="phone" type="tel" autocomplete="tel" placeholder="{phone}" required>\n'
        '  <input name="email" type="email" autocomplete="email" placeholder="{email}">\n'
        '  <textarea name="message" placeholder="{message}"></textarea>\n'
        '  <input name="{honeypot}" tabindex="-1" autocomplete="off" style="display:none" aria-hidden="true">\n'
        "  <button>{send}</button>\n"
        "</form>\n"
        '<script src="{script}" defer></script>',
        address=address,
        script=script,
        honeypot=HONEYPOT,
        **words,
    )
    return piece + ""  # plain text: the page that shows it escapes it


def json_of(address: str) -> str:
    """An example of a post from a script or a server, for the command line."""
    body = json.dumps(EXAMPLE, ensure_ascii=False, indent=2)
    return (
        f"curl -X POST '{address}' \\\n"
        "  -H 'Content-Type: application/json' \\\n"
        "  -H 'Idempotency-Key: order-10024' \\\n"
        f"  -d '{body}'"
    )
