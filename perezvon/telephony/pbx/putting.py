"""Files into force: written whole, read by the running exchange module by module, put back when it refuses."""

import contextlib
import re
from collections.abc import Mapping

from . import instance
from .ami import Ami, AmiError
from .generate import filled
from .node import Node

# The file, and the modules that read it, in the order in which they must. "" = only a restart reads it.
READERS: dict[str, tuple[str, ...]] = {
    "logger.conf": ("logger",),
    "acl.conf": ("acl",),
    "musiconhold.conf": ("res_musiconhold.so",),
    "features.conf": ("features",),
    "rtp.conf": ("res_rtp_asterisk.so",),
    "pjsip.conf": ("res_pjsip.so", "res_pjsip_endpoint_identifier_ip.so", "res_pjsip_outbound_registration.so"),
    "cel.conf": ("cel",),
    "cel_custom.conf": ("cel_custom.so",),
    "http.conf": ("http",),
    "extensions.conf": ("pbx_config.so",),
    "queues.conf": ("app_queue.so",),
    "manager.conf": ("manager",),
}
TELEPHONES = "pjsip.conf"
RESTART = frozenset({"asterisk.conf", "modules.conf", "udptl.conf", "indications.conf"})
_TRANSPORT = re.compile(r"^\[transport-.*?(?=^\[|\Z)", re.MULTILINE | re.DOTALL)
# What the exchange writes into its log when it does not take a file.
_COMPLAINT = re.compile(
    r"^\[[^\]]*\]\s*(ERROR|WARNING)\[\d+\]\S*\s+(config|pbx_config|pbx|app_queue|manager|http|features_config|res_musiconhold"
    r"|res_sorcery_config|res_pjsip\S*|config_options|pjsip_\w+|cel|sorcery)\.c:"
)


class CannotPut(Exception):
    """The exchange refused or does not answer; the text is in its own words. The old files are back."""


def put(node: Node, files: Mapping[str, str], secrets: Mapping[str, str], before: Mapping[str, str]) -> None:
    """Write ``files`` (with marks) and let the node read those that differ from ``before``. CannotPut.

    A node that does not run reads them when it starts.
    """
    old = instance.written(node)
    new = {name: filled(text, secrets) for name, text in files.items()}
    try:
        instance.write(node, new)
    except OSError as error:
        raise CannotPut(f"The files could not be written: {error}") from error
    if not instance.is_up(node):
        return
    changed = [name for name in READERS if old.get(name) != new.get(name)]
    try:
        _read_in(node, changed, secrets)
    except AmiError as error:
        if old:
            instance.write(node, old)
            with contextlib.suppress(AmiError):
                _read_in(node, changed, secrets)
        raise CannotPut(str(error)) from error


def put_passwords(node: Node, telephones: str, secrets: Mapping[str, str]) -> bool:
    """Bring the passwords of ``telephones`` (pjsip.conf with marks, as applied) into force; whether they differed. CannotPut.

    Nothing else of the configuration is touched; talks and registrations go on, the next one asks for the new password.
    """
    old = instance.written(node)
    text = filled(telephones, secrets)
    if not old or old.get(TELEPHONES) == text:
        return False
    try:
        instance.write(node, {**old, TELEPHONES: text})
        if instance.is_up(node):
            _read_in(node, [TELEPHONES], secrets)
    except (AmiError, OSError) as error:
        raise CannotPut(str(error)) from error
    return True


def needs_restart(before: Mapping[str, str], after: Mapping[str, str]) -> bool:
    """Whether something changed that a running Asterisk does not read anew: folders, modules, addresses, ports."""
    if any(before.get(name) != after.get(name) for name in RESTART):
        return bool(before)
    return _TRANSPORT.findall(before.get("pjsip.conf", "")) != _TRANSPORT.findall(after.get("pjsip.conf", ""))


def _read_in(node: Node, changed: list[str], secrets: Mapping[str, str]) -> None:
    if not changed:
        return
    mark = _log_size(node)
    with Ami(node, secrets["ami"], timeout=10.0) as ami:
        for name in changed:
            for module in READERS[name]:
                ami.action("Reload", Module=module)
        ami.action("Ping")
    complaints = _complaints(node, mark)
    if complaints:
        raise AmiError("\n".join(complaints[:10]))


def _log_size(node: Node) -> int:
    try:
        return (node.log / "messages.log").stat().st_size
    except OSError:
        return 0


def _complaints(node: Node, since: int) -> list[str]:
    try:
        with open(node.log / "messages.log", "rb") as log:
            log.seek(since)
            lines = log.read(200_000).decode(errors="replace").splitlines()
    except OSError:
        return []
    return [line for line in lines if _COMPLAINT.match(line)]
