"""pjsip.conf: transports, carriers, telephones in browsers and on desks."""

from ..plan import BROWSER, Device, Person, Plan, Trunk
from .text import plain, secret, section

CODECS = ("alaw", "ulaw", "g722", "opus", "gsm", "ilbc", "speex", "slin16")
HIDDEN = "client"  # what a telephone is shown instead of a client's number


def text(plan: Plan) -> str:
    """The whole file."""
    parts = [_transports(plan)]
    parts += [_trunk(trunk, plan) for trunk in plan.live_trunks()]
    parts += [_device(device, person, plan) for person in plan.people for device in person.devices]
    return "\n".join(parts)


def _transports(plan: Plan) -> str:
    node = plan.node
    outside: list[tuple[str, object]] = []
    if node.text("public_address"):
        address = node.text("public_address")
        outside = [("external_media_address", address), ("external_signaling_address", address)]
        outside += [("local_net", net) for net in node.text("local_networks").replace(",", " ").split()]
    bind = f"{node.text('bind')}:{node.number('sip_port')}"
    names = {"udp"} | {trunk.transport for trunk in plan.live_trunks()}
    parts = [
        section(
            "global", [("type", "global"), ("user_agent", "Perezvon"), ("endpoint_identifier_order", "username,ip")]
        )
    ]
    for name in sorted(names - {"tls"}):
        parts.append(
            section(f"transport-{name}", [("type", "transport"), ("protocol", name), ("bind", bind), *outside])
        )
    if "tls" in names:
        above = f"{node.text('bind')}:{node.number('sip_port') + 1}"
        parts.append(section("transport-tls", [
            ("type", "transport"), ("protocol", "tls"), ("bind", above), ("method", "tlsv1_2"), ("verify_server", False), *outside,
        ]))  # fmt: skip
    parts.append(section("transport-ws", [("type", "transport"), ("protocol", "ws"), ("bind", node.text("http_bind"))]))
    return "\n".join(parts)


def _trunk(trunk: Trunk, plan: Plan) -> str:
    name, has_account = trunk.endpoint, bool(trunk.username and trunk.has_password)
    address = f"sip:{trunk.host}:{trunk.port}" + ("" if trunk.transport == "udp" else f"\\;transport={trunk.transport}")
    endpoint = [
        ("type", "endpoint"), ("transport", f"transport-{trunk.transport}"), ("context", f"from-{name}"), ("disallow", "all"),
        ("allow", trunk.codecs.replace(" ", "")), ("aors", name), ("outbound_auth", name if has_account else ""),
        ("from_user", trunk.username), ("from_domain", trunk.host if trunk.username else ""), ("direct_media", False),
        ("dtmf_mode", "rfc4733"), ("rtp_symmetric", True), ("force_rport", True), ("rewrite_contact", True),
        ("send_pai", True), ("send_connected_line", False), ("trust_id_inbound", True), ("language", plan.node.text("language")), ("allow_transfer", False),
    ]  # fmt: skip
    contact = address.replace("sip:", f"sip:{trunk.username}@") if trunk.username else address
    parts = [
        section(name, endpoint),
        section(name, [("type", "aor"), ("contact", contact), ("qualify_frequency", plan.node.number("qualify_seconds"))]),
        section(name, [("type", "identify"), ("endpoint", name)] + [("match", one) for one in _calls_from(trunk)]),
    ]  # fmt: skip
    if has_account:
        parts.append(_auth(name, trunk.username, f"trunk-{trunk.id}"))
    if trunk.registers and has_account:
        parts.append(section(name, [
            ("type", "registration"), ("transport", f"transport-{trunk.transport}"), ("outbound_auth", name),
            ("server_uri", address), ("client_uri", contact), ("contact_user", trunk.username), ("retry_interval", 30),
            ("forbidden_retry_interval", 300), ("max_retries", 1_000_000), ("expiration", 600), ("line", True), ("endpoint", name),
        ]))  # fmt: skip
    return f"; {plain(trunk.name)}\n" + "".join(parts)


def _calls_from(trunk: Trunk) -> tuple[str, ...]:
    return trunk.addresses or (trunk.host,)


def _auth(section_name: str, username: str, mark: str) -> str:
    pairs = [("type", "auth"), ("auth_type", "userpass"), ("username", username), ("password", secret(mark))]
    return section(section_name, pairs)


def _device(device: Device, person: Person, plan: Plan) -> str:
    """A telephone. Whoever may not see numbers is shown a word instead, whatever the dialplan says."""
    name = device.endpoint
    endpoint: list[tuple[str, object]] = [
        ("type", "endpoint"), ("context", "from-phones"), ("disallow", "all"), ("aors", name), ("auth", name),
        ("callerid", f"{plain(person.name)} <{person.number}>"), ("direct_media", False), ("language", plan.node.text("language")),
        ("from_user", "" if person.sees_phones else HIDDEN), ("device_state_busy_at", 1), ("set_var", f"PZ_PHONE={person.number}"),
        ("rtp_timeout", 60), ("rtp_timeout_hold", 3600), ("call_group", 1), ("pickup_group", 1),
    ]  # fmt: skip
    if device.kind == BROWSER:
        endpoint += [
            ("webrtc", True),
            ("dtls_auto_generate_cert", True),
            ("allow", "opus,alaw,ulaw"),
            ("transport", "transport-ws"),
        ]
    else:
        endpoint += [
            ("allow", "alaw,ulaw,g722"), ("dtmf_mode", "rfc4733"), ("rtp_symmetric", True), ("force_rport", True),
            ("rewrite_contact", True),
        ]  # fmt: skip
    aor = [
        ("type", "aor"), ("max_contacts", 1), ("remove_existing", True),
        ("remove_unavailable", True), ("qualify_frequency", plan.node.number("qualify_seconds")), ("maximum_expiration", 600),
    ]  # fmt: skip
    auth = _auth(name, name, f"device-{device.id}")
    return f"; {plain(person.name)}\n" + section(name, endpoint) + auth + section(name, aor)
