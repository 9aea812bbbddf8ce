"""Phrases and music on hold: uploaded, or spoken by a program of this machine."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from perezvon.journey.actions import record

from .. import facts
from ..destinations import Use
from ..models import Line, Menu, PbxVersion, Prompt, Queue
from ..sounds import audio, files, speech
from ..sounds.audio import Sound
from . import checks
from .changes import change

MOST_SECONDS = {Prompt.Use.PHRASE: 180, Prompt.Use.MUSIC: 900}
KEPT_FOR = timedelta(days=30)  # a file that nothing names any more


def heard(upload: bytes, use: str) -> Sound:
    """An uploaded file as a sound for the telephone. ValidationError of ``upload`` in words."""
    try:
        return audio.for_telephone(upload, MOST_SECONDS[Prompt.Use(use)])
    except audio.BadSound as error:
        raise ValidationError({"upload": _why(error.code, use)}) from None


def said(text: str, language: str, use: str = Prompt.Use.PHRASE) -> Sound:
    """A text as a sound. ValidationError of ``text`` when nothing here can speak, or when it would last too long."""
    if not text.strip():
        raise ValidationError({"text": _("Write what is to be said.")})
    try:
        return speech.say(text, language, MOST_SECONDS[Prompt.Use(use)])
    except speech.CannotSpeak as error:
        if speech.speakers():
            raise ValidationError({"text": _("It could not be spoken: %(why)s") % {"why": error}}) from None
        raise ValidationError({"text": _("No speech program is installed here.")}) from None
    except audio.BadSound as error:
        raise ValidationError({"text": _why(error.code, use)}) from None


def _why(code: str, use: str) -> str:
    most = MOST_SECONDS[Prompt.Use(use)] // 60
    words = {
        "too_big": _("The file is larger than %(most)s MB.") % {"most": audio.MOST_BYTES // 1024 // 1024},
        "not_audio": _("This is not a sound file."),
        "kind": _("This kind of file cannot be read here. Taken are: %(formats)s.") % {"formats": audio.formats()},
        "silent": _("There is nothing to hear in it: silence."),
        "too_short": _("It is too short to be heard."),
        "too_long": _("It is longer than %(most)s minutes.") % {"most": most},
    }
    return words[code]


@transaction.atomic
def add_prompt(name: str, sound: Sound, *, by: Any = None, at: datetime, **values: Any) -> Prompt:
    """Keep a phrase or a piece of music; ``values`` are columns of Prompt (kind, use, text, language)."""
    checks.one_line({"name": name}, "name")
    prompt = Prompt(name=name.strip(), seconds=round(sound.seconds, 2), changed_at=at, **values)
    prompt.file = files.keep(sound.wav, prompt.use)
    prompt.save()
    record(facts.PROMPT_ADDED, at=at, by=by, name=prompt.name)
    return prompt


@transaction.atomic
def change_prompt(prompt: Prompt, *, sound: Sound | None = None, by: Any = None, at: datetime, **values: Any) -> Prompt:
    """Change the words or the sound of a prompt; the earlier file stays for earlier versions of the exchange."""
    checks.one_line(values, "name")
    if sound is not None:
        use = values.get("use", prompt.use)
        values |= {"file": files.keep(sound.wav, use), "seconds": round(sound.seconds, 2)}
    changes = change(prompt, values)
    if changes:
        change(prompt, {"changed_at": at})
        record(facts.PROMPT_CHANGED, at=at, by=by, name=prompt.name, changes=changes)
    return prompt


@transaction.atomic
def remove_prompt(prompt: Prompt, *, by: Any = None, at: datetime) -> None:
    """Take a prompt away. ValidationError when something still plays it."""
    used = [use.name for use in uses_of_prompt(prompt)]
    if used:
        raise ValidationError(_("It is still played by: %(places)s.") % {"places": ", ".join(used)})
    record(facts.PROMPT_REMOVED, at=at, by=by, name=prompt.name)
    prompt.delete()


def uses_of_prompt(prompt: Prompt) -> list[Use]:
    """Everything that plays it."""
    return list(_uses(prompt))


def _uses(prompt: Prompt) -> Iterator[Use]:
    from django.urls import reverse

    for menu in Menu.objects.filter(prompt=prompt):
        yield Use(_("menu “%(name)s”") % {"name": menu.name}, reverse("telephony:menu", args=[menu.pk]))
    for queue in Queue.objects.filter(music=prompt) | Queue.objects.filter(callback_offer=prompt):
        yield Use(_("queue “%(name)s”") % {"name": queue.name}, reverse("telephony:pbx_queue", args=[queue.pk]))
    for line in Line.objects.filter(notice=prompt):
        yield Use(_("line %(name)s") % {"name": line}, reverse("telephony:line", args=[line.pk]))


def tidy_sounds(at: datetime) -> int:
    """Remove files that neither a prompt nor a version of the exchange names, a month after; how many."""
    old = [name for name, changed in files.names() if changed < (at - KEPT_FOR).timestamp()]
    if not old:
        return 0
    named = set(Prompt.objects.filter(file__in=old).values_list("file", flat=True))
    kept = " ".join(str(snapshot) for snapshot in PbxVersion.objects.values_list("snapshot", flat=True).iterator())
    gone = [name for name in old if name not in named and name not in kept]
    for name in gone:
        files.remove(name)
    return len(gone)
