"""kamailio before several nodes: what it needs to know is in the database, so its files are written from it.

A call keeps to the node that took it (Record-Route). Nodes are asked every two seconds whether they are there (OPTIONS); a new call
goes to the first one that answers, and to the next one when that one does not take it within two seconds. Carriers and telephones
see one address only. Source of the words: kamailio 5.6 and 6, modules tm, rr, dispatcher.
"""

from collections.abc import Sequence

from .generate.text import HEADER
from .node import Node

SET = 1
ASK_SECONDS, FAIL_MS, RING_MS = 2, 2_000, 120_000
_MODULES = ("kex", "corex", "tm", "sl", "rr", "pv", "maxfwd", "textops", "siputils", "dispatcher")
_ROUTES = """
request_route {
  if (!mf_process_maxfwd_header("10")) { sl_send_reply("483", "Too Many Hops"); exit; }
  if (is_method("CANCEL")) { if (t_check_trans()) t_relay(); exit; }
  if (has_totag()) {
    if (loose_route()) { t_relay(); }
    else if (is_method("ACK")) { if (t_check_trans()) t_relay(); }
    else { sl_send_reply("404", "Not here"); }
    exit;
  }
  if (is_method("OPTIONS")) { sl_send_reply("200", "OK"); exit; }
  if (!is_method("INVITE")) { sl_send_reply("405", "Method Not Allowed"); exit; }
  t_check_trans();
  record_route();
  if (!ds_select_dst("1", "ALGORITHM")) { sl_send_reply("503", "No node answers"); exit; }
  t_on_failure("NEXT");
  t_relay();
}

failure_route[NEXT] {
  if (t_is_canceled()) exit;
  if (t_check_status("50[0-9]") || (t_branch_timeout() && !t_branch_replied())) {
    ds_mark_dst("ip");
    if (ds_next_dst()) { t_on_failure("NEXT"); t_relay(); }
  }
}
"""


def files(
    address: str, port: int, nodes: Sequence[Node], folder: str, modules: str, *, spreads: bool = False
) -> dict[str, str]:
    """kamailio.cfg and dispatcher.list for these nodes, the preferred first; ``folder`` is where they will lie.

    A queue lives in one node: by default calls go to the first node that is there. ``spreads`` sends them to all in turn: for
    companies whose lines lead to people and not to queues.
    """
    config = [
        "#!KAMAILIO", HEADER.replace(";", "#", 1).rstrip(), "debug=1", "log_stderror=yes", "fork=yes", "children=4", "disable_tcp=yes",
        "auto_aliases=no", f"listen=udp:{address}:{port}", f'mpath="{modules}"', *(f'loadmodule "{name}.so"' for name in _MODULES),
        f'modparam("dispatcher", "list_file", "{folder}/dispatcher.list")',
        'modparam("dispatcher", "flags", 2)',
        f'modparam("dispatcher", "ds_ping_interval", {ASK_SECONDS})',
        'modparam("dispatcher", "ds_probing_mode", 1)',
        'modparam("dispatcher", "ds_probing_threshold", 1)',
        'modparam("dispatcher", "ds_inactive_threshold", 1)',
        f'modparam("dispatcher", "ds_ping_from", "sip:balancer@{address}")',
        'modparam("dispatcher", "xavp_dst", "_dsdst_")',
        'modparam("dispatcher", "xavp_ctx", "_dsctx_")',
        f'modparam("tm", "fr_timer", {FAIL_MS})',
        f'modparam("tm", "fr_inv_timer", {RING_MS})',
    ]  # fmt: skip
    known = [
        f"{SET} sip:{_address(node)}:{node.number('sip_port')} 0 {len(nodes) - place} duid={node.text('node')}"
        for place, node in enumerate(nodes)
    ]
    routes = _ROUTES.replace("ALGORITHM", "4" if spreads else "8")
    return {"kamailio.cfg": "\n".join(config) + "\n" + routes, "dispatcher.list": "\n".join(known) + "\n"}


def _address(node: Node) -> str:
    """Where the node listens for SIP: its own address, or that of its manager when it listens on all."""
    bind = node.text("bind")
    return node.text("host") if bind in ("0.0.0.0", "::") else bind  # noqa: S104 - it is asked, not bound
