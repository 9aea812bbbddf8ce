"""extensions.conf: what is done with a call, and the stage said at every node.

A node calls ``stage``, which tells it twice: UserEvent, heard at once through AMI, and a CEL event, which Asterisk itself
writes to its diary. The hangup handler says where the call ended, who hung up and what the queue said. Nothing about a
stage is ever to be guessed. Variables of ours begin with PZ_.
"""

from ..plan import Plan
from . import outside, people, queueing, routes
from .text import Context

ASK_SECONDS = 1
LAST = 100  # added to the penalty of who did not take a call; above every skill
MEMBER = '${IF($["${CHANNEL(channeltype)}" = "PJSIP"]?${CUT(CHANNEL(name),-,1)}:${CUT(CHANNEL(name),-,1-2)})}'
# What a stage and the end of a call are told with; pbx/cel.py reads the same out of the diary.
STAGE_FIELDS = ("Stage", "Node", "Digit", "Status", "Extension", "Client", "DID", "Seq")
ANSWER = ("PZ_BLOCKED", "PZ_OPEN", "PZ_MANAGER", "PZ_PRIORITY")  # pbx/routing.py tells them in this order
END_FIELDS = ("Stage", "Cause", "Src", "QStatus", "Dial", "Record", "DID")


def text(plan: Plan) -> str:
    """The whole dialplan."""
    contexts = [
        *_shared(plan), *routes.contexts(plan), *queueing.contexts(plan), *people.contexts(plan), *outside.contexts(plan),
    ]  # fmt: skip
    return "[general]\nstatic = yes\nwriteprotect = yes\nautofallthrough = yes\n\n" + "\n".join(map(str, contexts))


def _shared(plan: Plan) -> list[Context]:
    return [
        _stage(),
        _ended(),
        _ask(plan),
        _record(plan),
        _phone(),
        _rang(),
        _answered(),
        _client_answered(),
        *_ends(plan),
    ]


def _stage() -> Context:
    """Gosub(stage,s,1(stage,node,digit,status,extension,client)): what is true of the call from now on."""
    given = [*(f"ARG{number}" for number in range(1, 7)), "PZ_DID", "PZ_SEQ"]
    told = ",".join(f"{name}: ${{{value}}}" for name, value in zip(STAGE_FIELDS, given, strict=True))
    values = "|".join(f"${{{value}}}" for value in given)
    return Context("stage", "says where the call is").on(
        "s",
        "Set(PZ_STAGE=${ARG1})",
        "Set(PZ_SEQ=$[0${PZ_SEQ} + 1])",
        f"UserEvent(CallStage,{told})",
        f"CELGenUserEvent(STAGE,{values})",
        "Return()",
    )


def _ended() -> Context:
    """The hangup handler: the last stage, the cause, who hung up, what the queue and the last ring said."""
    parts = ("PZ_STAGE", "HANGUPCAUSE", "CHANNEL(hangupsource)", "QUEUESTATUS", "DIALSTATUS", "PZ_RECORD", "PZ_DID")
    told = ",".join(f"{name}: ${{{part}}}" for name, part in zip(END_FIELDS, parts, strict=True))
    values = "|".join(f"${{{part}}}" for part in parts)
    return Context("ended", "hangup handler").on(
        "s", f"UserEvent(CallEnd,{told})", f"CELGenUserEvent(END,{values})", "Return()"
    )


def _ask(plan: Plan) -> Context:
    """One question to the product, one second at most: blocked, open, the own manager, how urgent.

    The absolute timeout breaks off an answer that does not come, T goes on without it; when nobody listens AGI fails at once.
    """
    address = f"agi://{plan.node.text('agi_host')}:{plan.node.number('agi_port')}/route"
    return (
        Context("ask", "what the product knows of the caller")
        .on(
            "s",
            "Set(PZ_TOLD=)",
            "Set(AGIEXITONHANGUP=yes)",  # the timeout counts as a hang-up, which T then takes back
            f"Set(TIMEOUT(absolute)={ASK_SECONDS})",
            f"AGI({address},${{PZ_DID}},${{CALLERID(num)}},${{CHANNEL(linkedid)}})",
            ("on", "Set(TIMEOUT(absolute)=0)"),
            *(f"Set({name}=${{CUT(PZ_TOLD,/,{number})}})" for number, name in enumerate(ANSWER, 1)),
            "Return()",
        )
        .on("T", "Goto(s,on)")
    )


def _record(plan: Plan) -> Context:
    """Record from the moment two people are connected: mixed, and each side for itself; once per call."""
    return Context("record").on(
        "s",
        'GotoIf($["${PZ_RECORD}" != ""]?done)',
        "Set(PZ_RECORD=${CHANNEL(linkedid)}.wav)",
        f"Set(PZ_FILE={plan.node.recordings}/${{CHANNEL(linkedid)}})",
        "MixMonitor(${PZ_FILE}.wav,br(${PZ_FILE}-rx.wav)t(${PZ_FILE}-tx.wav))",
        ("done", "Return()"),
    )


def _phone() -> Context:
    """Before a telephone rings: it is told which call this is, so that the screen can ask who calls."""
    told = 'ExecIf($["${CHANNEL(channeltype)}" = "PJSIP"]?Set(PJSIP_HEADER(add,X-Perezvon-Call)=${CHANNEL(linkedid)}))'
    return (
        Context("phone", "before a telephone rings")
        .on("s", told, "Return()")
        .on("queue", told, "Set(PZ_RANG=${EPOCH})", "Set(CHANNEL(hangup_handler_push)=rang,s,1)", "Return()")
    )


def _rang() -> Context:
    """When a telephone rung by a queue is hung up: who did not take the call goes behind the others until he takes one.

    Without this a queue rings the same silent telephone again and again, and less skilled people never get a turn.
    """
    member = f"QUEUE_MEMBER(${{PZ_QUEUE}},penalty,{MEMBER})"
    return Context("rang", "after a queue rang a telephone").on(
        "s",
        'GotoIf($["${PZ_TOOK}" = "1" | "${PZ_QUEUE}" = ""]?done)',
        "GotoIf($[${EPOCH} - ${PZ_RANG} >= ${PZ_RING} | ${HANGUPCAUSE} = 17 | ${HANGUPCAUSE} = 21]?late:done)",
        ("late", f"Set({member}=$[${{{member}}} + {LAST}])"),
        ("done", "Return()"),
    )


def _answered() -> Context:
    """Runs on the telephone that has taken the call; the stage belongs to the caller's channel."""
    number = '${IF($["${PZ_PHONE}" != ""]?${PZ_PHONE}:${CUT(CUT(CHANNEL(name),/,2),@,1)})}'
    member = f"QUEUE_MEMBER(${{PZ_QUEUE}},penalty,{MEMBER})"
    return Context("answered", "an employee has taken the call").on(
        "s",
        f"Set(PZ_PHONE={number})",
        "Set(PZ_TOOK=1)",
        'GotoIf($["${PZ_QUEUE}" = ""]?talk)',
        f"Set({member}=$[${{{member}}} % {LAST}])",
        ("talk", "Set(MASTER_CHANNEL(PZ_STAGE)=talk)"),
        "Set(MASTER_CHANNEL(PZ_AGENT)=${PZ_PHONE})",
        "UserEvent(CallStage,Stage: talk,Extension: ${PZ_PHONE})",
        "CELGenUserEvent(STAGE,talk||||${PZ_PHONE}|||)",
        "Return()",
    )


def _client_answered() -> Context:
    return Context("client-answered", "whom we called has answered").on(
        "s", "Set(MASTER_CHANNEL(PZ_STAGE)=talk)", "UserEvent(CallStage,Stage: talk)", "CELGenUserEvent(STAGE,talk||||||)",
        "Return()",
    )  # fmt: skip


def _ends(plan: Plan) -> list[Context]:
    """Where routes end."""
    promise = plan.sound(plan.node.number("promise")) or "queue-thankyou&vm-goodbye"
    return [
        Context("bye").on("s", "Hangup(16)"),
        Context("blocked").on("s", "Gosub(stage,s,1(blocked))", "Hangup(21)"),
        Context("promise", "we shall call back").on(
            "s", "Gosub(stage,s,1(promise))", "Answer()", f"Playback({promise})", "Hangup(16)"
        ),
    ]
