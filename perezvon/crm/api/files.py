"""Files on clients, companies and deals: what there is, the bytes, and taking one away."""

from datetime import datetime

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext_lazy as _

from perezvon.api.extras import Extra, Nothing, extra
from perezvon.api.nouns import Caller, Expansion, Noun, register
from perezvon.api.schemas import Field, Out

from .. import access
from ..actions import client_files
from ..models import ClientFile
from ..views.about import given_out


class FileOut(Out):
    """A file on one client, company or deal."""

    id: int
    person_id: int | None
    company_id: int | None
    deal_id: int | None
    name: str
    media: str = Field(description=_("What it is by its content."))
    size: int = Field(description=_("Bytes."))
    at: datetime
    by_id: int | None


FILES = register(Noun(
    "files", "file", _("Files"), FileOut, lambda user, verb: ClientFile.objects.visible_to(user, verb),
    narrow={"person": "person_id", "company": "company_id", "deal": "deal_id"}, related=("deal",),
    expand={
        "person": Expansion("people", "person_id"), "company": Expansion("companies", "company_id"),
        "deal": Expansion("deals", "deal_id"),
    },
))  # fmt: skip


@FILES.removes()
def remove(caller: Caller, row: ClientFile) -> None:
    """Taken away; one that proves a consent stays."""
    client_files.remove_file(row, by=caller.user, at=caller.at)


def content(caller: Caller, asked: Nothing, request: HttpRequest, pk: int) -> HttpResponseBase:
    """The bytes."""
    return given_out(request, access.client_file(caller.user, pk))


extra(Extra(
    "files/{int:pk}/content", "file-content", "files", _("Files: the bytes"), None, content, of="files",
    media="application/octet-stream", about=_("Range is understood."),
))  # fmt: skip
