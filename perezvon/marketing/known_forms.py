"""Forms by key, remembered for a few seconds: a post to a form costs one INSERT and nothing else."""

from time import monotonic

from .models import Form

SECONDS = 5.0
_MOST = 1_000
_known: dict[str, tuple[float, Form | None]] = {}


def form_by_key(key: str) -> Form | None:
    """The form that accepts posts under ``key``; None when there is none or it is switched off."""
    until, form = _known.get(key, (0.0, None))
    if monotonic() < until:
        return form
    form = Form.objects.filter(key=key, is_enabled=True).first() if key.isascii() else None
    if len(_known) >= _MOST:  # somebody tries keys at random
        _known.clear()
    _known[key] = (monotonic() + SECONDS, form)
    return form


def forget() -> None:
    """Drop what this process remembers."""
    _known.clear()
