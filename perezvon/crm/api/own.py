"""Fields and tags of the company's own; their values go in and out with the cards."""

from typing import Annotated

from django.utils.translation import gettext_lazy as _

from perezvon.api.nouns import Caller, Noun, register
from perezvon.api.schemas import Field, In, Out

from ..actions import tags as tag_actions
from ..models import CustomField, Tag
from .pipelines import KEEPER


class CustomFieldOut(Out):
    """A field that the company made itself."""

    id: int
    key: str = Field(description=_("Its name in “custom”, in filters and orders."))
    noun: CustomField.Noun
    kind: CustomField.Kind
    label: str
    hint: str
    is_needed: bool
    order: int
    is_archived: bool


register(Noun(
    "custom-fields", "custom_field", _("Own fields"), CustomFieldOut, lambda user, verb: CustomField.objects.all(),
    narrow={"noun": "noun", "kind": "kind"},
    about=_("The choices of a field are told in the vocabulary of its noun."),
))  # fmt: skip


class TagOut(Out):
    """A word that clients, companies and deals are marked with."""

    id: int
    name: str


class TagChange(In):
    """Another name; one that another tag has makes one of the two."""

    name: Annotated[str, Field(min_length=1, max_length=40)]


TAGS = register(Noun("tags", "tag", _("Tags"), TagOut, lambda user, verb: Tag.objects.all(), narrow={"name": "name"}))


@TAGS.verb("rename", _("Tags: rename everywhere"), TagChange, right=KEEPER, is_silent=True)
def rename(caller: Caller, tag: Tag, body: TagChange) -> None:
    """The same word everywhere."""
    tag_actions.rename_tag(tag, body.name, by=caller.user, at=caller.at)


@TAGS.removes(right=KEEPER)
def remove(caller: Caller, tag: Tag) -> None:
    """Off everything."""
    tag_actions.remove_tag(tag, by=caller.user, at=caller.at)
