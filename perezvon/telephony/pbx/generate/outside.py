"""Calls that leave the house: by hand, by click, as the end of a route."""

from ..plan import Plan, Trunk
from .text import NOT_TAKEN, Context

RING_OUT_SECONDS = 60


def contexts(plan: Plan) -> list[Context]:
    """From employees and routes to the carriers."""
    record = ["Gosub(record,s,1)"] if plan.node.flag("records_direct") else []
    begin = ["Set(__TRANSFER_CONTEXT=transfer)", "Set(CHANNEL(hangup_handler_push)=ended,s,1)"]
    outgoing = Context("outgoing", "dialled on a telephone").on(
        "_X.",
        "Set(PZ_TO=${EXTEN})",
        'ExecIf($[${LEN(${EXTEN})} = 11 & "${EXTEN:0:1}" = "8"]?Set(PZ_TO=7${EXTEN:1}))',
        'ExecIf($[${LEN(${EXTEN})} = 10 & "${REGEX("^[3489]" ${EXTEN})}" = "1"]?Set(PZ_TO=7${EXTEN}))',
        *begin,
        "Gosub(stage,s,1(out,,,,${PZ_PHONE},${PZ_TO}))",
        *record,
        "Gosub(dial-out,${PZ_TO},1)",
        "Hangup(${HANGUPCAUSE})",
    )
    click = Context("click", "the employee has answered, now the client is rung").on(
        "s", *begin, "Gosub(stage,s,1(out,,,,${PZ_PHONE},${PZ_TO}))", *record, "Set(PZ_TONE=r)", "Gosub(dial-out,${PZ_TO},1)",
        "Hangup(${HANGUPCAUSE})",
    )  # fmt: skip
    number = Context("number", "a route that ends outside").on(
        "_X.",
        "Gosub(stage,s,1(outside,${EXTEN}))",
        *record,
        "Set(PZ_SHOW=${PZ_DID})",
        f"Set(PZ_SECONDS={plan.node.number('person_seconds')})",
        "Gosub(dial-out,${EXTEN},1)",
        NOT_TAKEN,
    )
    return [outgoing, click, number, _dial_out(plan)]


def _dial_out(plan: Plan) -> Context:
    """Gosub(dial-out,79161234567,1): one carrier after another, until one takes the call.

    PZ_SHOW is the line to show; PZ_SECONDS how long to ring; PZ_TONE "r" = the employee hears ringing meanwhile.
    """
    steps: list[str | tuple[str, str]] = [
        f'Set(PZ_SECONDS=${{IF($["${{PZ_SECONDS}}" = ""]?{RING_OUT_SECONDS}:${{PZ_SECONDS}})}})',
        "Set(DIALSTATUS=CHANUNAVAIL)",
    ]
    trunks = plan.live_trunks()
    for number, trunk in enumerate(trunks):
        after = f"t{number + 1}" if number + 1 < len(trunks) else "none"
        steps += _by(trunk, f"t{number}", after)
    return Context("dial-out").on("_X.", *steps, ("none", "Return()"))


def _by(trunk: Trunk, label: str, after: str) -> list[str | tuple[str, str]]:
    limit = f"$[${{GROUP_COUNT({trunk.endpoint}@trunks)}} >= {trunk.channels}]" if trunk.channels else "0"
    shown = trunk.caller_id.removeprefix("+")
    mine = f'${{IF($["${{PZ_SHOW}}" != ""]?${{FILTER(0-9,${{PZ_SHOW}})}}:{shown or "${CALLERID(num)}"})}}'
    return [
        (label, f"GotoIf({limit}?{after})"),
        f"Set(OUTBOUND_GROUP={trunk.endpoint}@trunks)",
        f"Set(CALLERID(num)={mine})",
        "Set(CALLERID(name)=)",
        f"Dial(PJSIP/${{EXTEN}}@{trunk.endpoint},${{PZ_SECONDS}},${{PZ_TONE}}TU(client-answered))",
        f'GotoIf($["${{DIALSTATUS}}" = "CHANUNAVAIL" | "${{DIALSTATUS}}" = "CONGESTION"]?{after})',
        "Return()",
    ]
