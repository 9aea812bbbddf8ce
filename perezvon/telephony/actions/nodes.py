"""What a node needs before it runs: its files, from what was applied, with the paths of today's machine."""

from datetime import datetime

from ..models import Provider
from ..pbx import instance
from ..pbx.checks import Refused
from ..pbx.generate import filled, generate
from ..pbx.node import Node
from ..pbx.nodes import node_for
from ..pbx.plan import plan_of
from ..pbx.program import PbxError, Program
from ..pbx.snapshot import secrets_of
from ..pbx.versions import applied
from .exchange import apply_now


def prepare_node(provider: Provider, program: Program, *, at: datetime) -> Node:
    """Write the files of the applied settings; a new exchange gets its first version applied. PbxError says what is wrong.

    The files are made anew of the stored rows: the home may have moved, and the generator may know more than it did.
    """
    version = applied(provider)
    node = node_for(provider, program)
    if version is None:
        _first(provider, at)
        return node
    try:
        files = generate(plan_of(version.snapshot, node))
    except (ValueError, KeyError) as error:
        raise PbxError(f"the applied settings make no configuration: {error}") from error
    secrets = secrets_of(provider)
    instance.write(node, {name: filled(text, secrets) for name, text in files.items()})
    return node


def _first(provider: Provider, at: datetime) -> None:
    try:
        version = apply_now(provider, at=at)
    except Refused as error:
        raise PbxError(f"the settings cannot be applied:\n{error}") from error
    if version.state != version.State.APPLIED:
        raise PbxError(version.error)
