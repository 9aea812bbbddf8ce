"""Facts become deliveries: for every subscription those that its owner may see and that fit its condition."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from pydantic_core import to_json

from perezvon.journey.actions import wake
from perezvon.journey.kinds import is_among
from perezvon.journey.models import Fact
from perezvon.kit.conditions import Unclear, q, read
from perezvon.staff.fields import circumstances

from ..lower.ledger import seen, told
from ..models import Delivery, Webhook
from ..nouns import Caller, Noun, nouns
from ..telling import tell


def queue(facts: Sequence[Fact], *, at: datetime, only: Webhook | None = None) -> int:
    """Make the deliveries of a batch; one that is there already is left alone. How many were thought of."""
    hooks = [only] if only else list(Webhook.objects.filter(is_enabled=True).select_related("owner__department"))
    made = [one for hook in hooks for one in _of_hook(hook, facts, at)]
    if made:
        Delivery.objects.bulk_create(made, ignore_conflicts=True)
        wake("api.deliveries")
    return len(made)


def _of_hook(hook: Webhook, facts: Sequence[Fact], at: datetime) -> list[Delivery]:
    kinds = tuple(hook.kinds)
    wanted = [fact for fact in facts if fact.recorded_at >= hook.created_at and is_among(fact.kind, kinds)]
    if not wanted or not hook.owner.is_active:
        return []
    caller = Caller(hook.owner, at)
    about = {fact.id: subject(fact) for fact in seen(hook.owner, wanted)}
    objects = _objects(hook, caller, [one for one in about.values() if one is not None])
    made = []
    for fact in wanted:
        if fact.id not in about:
            continue
        one = about[fact.id]
        thing = objects.get((one[0].key, one[1])) if one else None
        if hook.noun and (one is None or one[0].key != hook.noun or thing is None):
            continue
        made.append(_delivery(hook, fact, one, thing, at))
    return made


def subject(fact: Fact) -> tuple[Noun, int] | None:
    """The noun and the row that a fact is about: of several the one whose kinds name it most closely."""
    found = []
    for noun in nouns().values():
        pk = noun.heard.row(fact) if noun.heard else None
        if noun.heard is not None and pk:
            closeness = max(len(kind) for kind in noun.heard.kinds if is_among(fact.kind, (kind,)))
            is_own = fact.kind.startswith(noun.one)
            found.append(((is_own, closeness), noun, pk))
    return max(found, key=lambda one: one[0])[1:] if found else None


def _objects(
    hook: Webhook, caller: Caller, wanted: Sequence[tuple[Noun, int]]
) -> dict[tuple[str, int], dict[str, Any]]:
    """The rows as the owner may read them now; with a condition only those that fit it."""
    by_noun: dict[str, set[int]] = {}
    for noun, pk in wanted:
        by_noun.setdefault(noun.key, set()).add(pk)
    found: dict[tuple[str, int], dict[str, Any]] = {}
    for key, ids in by_noun.items():
        noun = nouns()[key]
        if noun.can(caller.user, noun.view):
            rows = noun.rows(caller.user, noun.view).filter(pk__in=ids).select_related(*noun.related)
            near = list(_fitting(hook, noun, rows, caller))
            found |= {(key, row.pk): one for row, one in zip(near, tell(noun, near, caller), strict=True)}
    return found


def _fitting(hook: Webhook, noun: Noun, rows: Any, caller: Caller) -> Any:
    if hook.noun != noun.key or not hook.where or noun.fields is None:
        return rows
    try:
        tree = read(hook.where, noun.fields.open_to(caller.user))
    except Unclear:  # a field that is gone: nothing fits, rather than everything
        return rows.none()
    return rows.filter(q(tree, circumstances(caller.user, caller.at)))


def _delivery(hook: Webhook, fact: Fact, one: Any, thing: dict[str, Any] | None, at: datetime) -> Delivery:
    body = {
        "event": fact.id, "kind": fact.kind, "at": fact.at, "webhook": hook.pk, "fact": told(fact),
        "noun": one[0].key if one else None, "object": thing,
    }  # fmt: skip
    return Delivery(
        webhook=hook, fact_id=fact.id, kind=fact.kind, key=fact.ordering_key[:40], body=to_json(body).decode(),
        made_at=at, queued_at=at, due_at=at,
    )  # fmt: skip
