"""The files that describe the node itself: folders, modules, manager, web socket, diary, media."""

from ..plan import Plan
from .text import secret, section

MANAGER = "perezvon"
# What needs a configuration or hardware that nobody has here, or would open a door that nobody watches.
NOLOAD = (
    "app_adsiprog", "app_agent_pool", "app_alarmreceiver", "app_amd", "app_festival", "app_getcpeid", "app_jack", "app_minivm",
    "app_voicemail", "app_voicemail_odbc", "cdr_adaptive_odbc", "cdr_custom", "cdr_csv", "cdr_manager", "cdr_odbc", "cdr_pgsql",
    "cdr_radius", "cdr_sqlite3_custom", "cdr_tds", "cel_odbc", "cel_manager", "cel_pgsql", "cel_radius", "cel_sqlite3_custom",
    "cel_tds", "chan_console", "chan_dahdi", "chan_iax2", "chan_motif", "chan_unistim", "chan_websocket", "func_odbc", "pbx_ael",
    "pbx_dundi", "pbx_lua", "pbx_realtime", "pbx_spool", "res_adsi", "res_ael_share", "res_ari", "res_ari_applications",
    "res_ari_asterisk", "res_ari_bridges", "res_ari_channels", "res_ari_device_states", "res_ari_endpoints", "res_ari_events",
    "res_ari_model", "res_ari_playbacks", "res_ari_recordings", "res_ari_sounds", "res_calendar", "res_calendar_caldav",
    "res_calendar_ews", "res_calendar_exchange", "res_calendar_icalendar", "res_config_ldap", "res_config_odbc",
    "res_config_pgsql", "res_config_sqlite3", "res_corosync", "res_fax", "res_fax_spandsp", "res_hep", "res_hep_pjsip",
    "res_hep_rtcp", "res_mwi_devstate", "res_odbc", "res_odbc_transaction", "res_phoneprov", "res_pjsip_phoneprov_provider",
    "res_pjsip_config_wizard", "res_prometheus", "res_rtp_multicast", "res_smdi", "res_snmp", "res_stun_monitor", "res_tonedetect",
    "res_xmpp", "res_websocket_client", "chan_audiosocket", "app_audiosocket", "res_audiosocket", "res_aeap", "res_speech_aeap",
    "app_followme", "app_stasis", "app_stasis_broadcast", "chan_rtp", "res_clialiases", "res_http_media_cache",
    "res_pjsip_notify", "res_stasis_broadcast", "res_statsd", "res_chan_stats", "res_endpoint_stats", "res_stir_shaken", "res_pjsip_stir_shaken", "res_geolocation", "res_pjsip_geolocation", "app_sms", "app_zapateller",
)  # fmt: skip
# Said at every step of the dialplan, read by nobody; cut off at the source.
UNHEARD = (
    "DialState", "DTMFBegin", "DTMFEnd", "HangupHandlerPop", "HangupHandlerPush", "HangupHandlerRun", "MusicOnHoldStart",
    "MusicOnHoldStop", "NewCallerid", "NewConnectedLine", "Newexten", "Newstate", "RTCPReceived", "RTCPSent",
    "SoftHangupRequest", "TestEvent", "VarSet",
)  # fmt: skip
CEL_EVENTS = (
    "CHAN_START", "CHAN_END", "ANSWER", "HANGUP", "BRIDGE_ENTER", "BRIDGE_EXIT", "BLINDTRANSFER", "ATTENDEDTRANSFER", "PICKUP",
    "FORWARD", "LINKEDID_END", "USER_DEFINED", "LOCAL_OPTIMIZE",
)  # fmt: skip
# The order is read by pbx/cel.py. Only CSV_QUOTE, CALLERID and CHANNEL: then Asterisk writes it without evaluating anything.
CEL_FIELDS = (
    "eventtype", "eventtime", "CALLERID(num)", "CALLERID(name)", "CHANNEL(exten)", "CHANNEL(context)", "CHANNEL(channame)",
    "CHANNEL(appname)", "CHANNEL(appdata)", "CHANNEL(uniqueid)", "CHANNEL(linkedid)", "BRIDGEPEER", "userdeftype", "eventextra",
)  # fmt: skip


def files(plan: Plan) -> dict[str, str]:
    """File name -> text."""
    node = plan.node
    return {
        "asterisk.conf": _asterisk(plan),
        "modules.conf": "[modules]\nautoload = yes\n" + "".join(f"noload = {name}.so\n" for name in sorted(NOLOAD)),
        "logger.conf": section("general", [("dateformat", "%F %T.%3q"), ("queue_log", False)])
        + section("logfiles", [("messages.log", "notice,warning,error")]),
        "manager.conf": _manager(plan),
        "http.conf": section("general", [
            ("enabled", True), ("servername", "Perezvon"), ("bindaddr", node.text("http_bind")),
            ("bindport", node.number("http_port")), ("sessionlimit", 1000), ("enable_static", False), ("enable_status", False),
        ]),
        "rtp.conf": section("general", [
            ("rtpstart", node.number("rtp_from")), ("rtpend", node.number("rtp_to")), ("strictrtp", True), ("icesupport", True),
        ]),
        "cel.conf": section("general", [("enable", True), ("events", ",".join(CEL_EVENTS))]),
        "cel_custom.conf": "[mappings]\ncel.csv => " + ",".join(f"${{CSV_QUOTE(${{{name}}})}}" for name in CEL_FIELDS) + "\n",
        "cdr.conf": section("general", [("enable", False)]),
        "features.conf": _features(),
        "ccss.conf": section("general", []),
        "acl.conf": "; None: who may call is told by the trunks.\n",
        "udptl.conf": section("general", [("udptlstart", node.number("rtp_to") + 1), ("udptlend", node.number("rtp_to") + 20)]),
        "res_parking.conf": section("general", [("parkeddynamic", False)]),
        "confbridge.conf": section("general", []),
        "agents.conf": section("general", []),
        "pjproject.conf": "; Defaults.\n",
        "queuerules.conf": "; None.\n",
        "indications.conf": _indications(),
    }  # fmt: skip


def _asterisk(plan: Plan) -> str:
    node = plan.node
    var = node.folder / "var"
    folders = [
        ("astetcdir", node.etc), ("astmoddir", node.modules), ("astvarlibdir", var), ("astdbdir", var / "db"), ("astkeydir", var),
        ("astdatadir", node.data), ("astagidir", var), ("astcachedir", var),
        ("astspooldir", node.folder / "spool"), ("astrundir", node.run), ("astlogdir", node.log),
    ]  # fmt: skip
    options = [
        ("systemname", node.text("node")), ("defaultlanguage", node.text("language")), ("documentation_language", "en_US"),
        ("verbose", 0), ("nocolor", True), ("transmit_silence", True), ("live_dangerously", False), ("hideconnect", True),
    ]  # fmt: skip
    return section("directories", folders) + "\n" + section("options", options)


def _manager(plan: Plan) -> str:
    """One user, on this machine only; test builds of Asterisk chatter, that is cut off at the source."""
    general = [
        ("enabled", True), ("webenabled", False), ("bindaddr", plan.node.text("host")), ("port", plan.node.number("port")),
        ("timestampevents", True), ("allowmultiplelogin", True), ("displayconnects", False),
    ]  # fmt: skip
    user = [
        ("secret", secret("ami")), ("deny", "0.0.0.0/0.0.0.0"), ("permit", "127.0.0.1/255.0.0.0"),
        ("permit", plan.node.text("ami_from")), ("read", "system,call,agent,user,dialplan,dtmf"),
        ("write", "system,call,agent,user,config,command,originate,reporting"), ("writetimeout", 10_000),
    ]  # fmt: skip
    lines = "".join(f"eventfilter(action(exclude),name({name})) =\n" for name in UNHEARD)
    return section("general", general) + "\n" + section(MANAGER, user) + lines


def _features() -> str:
    """What a telephone on the desk does with keys: *1 transfers at once, *2 after asking, *0 hangs up."""
    keys = [("blindxfer", "*1"), ("atxfer", "*2"), ("disconnect", "*0")]
    return section(
        "general", [("featuredigittimeout", 1500), ("atxfernoanswertimeout", 20), ("pickupexten", "*8")]
    ) + section("featuremap", keys)


def _indications() -> str:
    """Russian call progress tones (425 Hz)."""
    tones = [
        ("description", "Russian Federation"), ("ringcadence", "1000,4000"), ("dial", "425"), ("busy", "425/350,0/350"),
        ("ring", "425/1000,0/4000"), ("congestion", "425/175,0/175"), ("callwaiting", "425/200,0/5000"),
    ]  # fmt: skip
    return section("general", [("country", "ru")]) + section("ru", tones)
