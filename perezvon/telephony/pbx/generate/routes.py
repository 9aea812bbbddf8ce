"""Lines, business hours and menus."""

from ..plan import Calendar, Line, Menu, Plan, Trunk
from .text import Context, plain
from .ways import place_of


def contexts(plan: Plan) -> list[Context]:
    """From the carrier to the first queue."""
    lines = plan.live_lines()
    used = sorted({line.calendar for line in lines if line.calendar})
    calendars = [one for pk in used if (one := plan.calendar(pk))]
    return [
        *(_from_trunk(trunk) for trunk in plan.live_trunks()),
        _numbers(lines),
        *(_line(line, plan) for line in lines),
        *(context for calendar in calendars for context in _calendar(calendar)),
        *(_menu(menu, plan) for menu in plan.menus),
    ]


def _from_trunk(trunk: Trunk) -> Context:
    """What a carrier may dial. One that registers may send its account instead of the number: then To tells it."""
    context = Context(f"from-{trunk.endpoint}", trunk.name)
    context.on("_+X.", "Goto(${EXTEN:1},1)")
    if trunk.username and not trunk.username.isdecimal():
        context.on(trunk.username, _dialled_number(), "Goto(numbers,${FILTER(0-9,${PZ_TOLD})},1)")
    start = [f"Set(GROUP(trunks)={trunk.endpoint})", "Goto(numbers,${EXTEN},1)"]
    return context.on("_X.", *start).on("s", _dialled_number(), "Goto(numbers,${FILTER(0-9,${PZ_TOLD})},1)")


def _dialled_number() -> str:
    return "Set(PZ_TOLD=${CUT(CUT(PJSIP_HEADER(read,To),@,1),:,2)})"


def _numbers(lines: list[Line]) -> Context:
    """A line under every spelling that carriers use; an unknown number is told apart and refused."""
    context = Context("numbers")
    for line in lines:
        for spelling in spellings(line.number):
            context.on(spelling, f"Goto(line-{line.id},s,1)")
    return context.on(
        "_X.",
        "Set(PZ_DID=${EXTEN})",
        "Set(CHANNEL(hangup_handler_push)=ended,s,1)",
        "Gosub(stage,s,1(unknown,${EXTEN}))",
        "Hangup(1)",
    )


def spellings(number: str) -> list[str]:
    """+74951112233 as 74951112233, 84951112233 and 4951112233; foreign numbers only without the plus."""
    digits = number.removeprefix("+")
    return [digits, "8" + digits[1:], digits[1:]] if len(digits) == 11 and digits[0] == "7" else [digits]


def _line(line: Line, plan: Plan) -> Context:
    closed_hours = f"Gosub(calendar-{line.calendar},s,1)" if plan.calendar(line.calendar) else "Set(PZ_OPEN=1)"
    steps: list[str | tuple[str, str]] = [
        f"Set(PZ_DID={line.number})",
        "Set(__TRANSFER_CONTEXT=transfer)",
        "Set(CHANNEL(hangup_handler_push)=ended,s,1)",
        f"Set(CALLERID(name)={plain(line.name)})",
        "Gosub(stage,s,1(did))",
        "Gosub(ask,s,1)",
        'GotoIf($["${PZ_BLOCKED}" = "1"]?blocked,s,1)',
        f'ExecIf($["${{PZ_OPEN}}" = ""]?{closed_hours})',
        'GotoIf($["${PZ_OPEN}" = "0"]?closed)',
        *_notice(line, plan),
        *_sticky(line, plan),
        ("open", f"Goto({place_of(line.open_to, plan, department=line.department)})"),
        ("closed", "Gosub(stage,s,1(offhours))"),
        f"Goto({place_of(line.closed_to, plan, department=line.department)})",
    ]
    return Context(f"line-{line.id}", f"{line.number} {line.name}").on("s", *steps)


def _notice(line: Line, plan: Plan) -> list[str]:
    said = plan.sound(line.notice)
    return ["Gosub(stage,s,1(notice))", "Answer()", f"Playback({said})"] if said else []


def _sticky(line: Line, plan: Plan) -> list[str]:
    """First to the client's own manager, when the product said that he is there."""
    if not line.is_sticky:
        return []
    return [
        'GotoIf($["${PZ_MANAGER}" = ""]?open)',
        "Gosub(stage,s,1(sticky,,,,${PZ_MANAGER}))",
        *(["Gosub(record,s,1)"] if plan.node.flag("records_direct") else []),
        f"GosubIf($[${{DIALPLAN_EXISTS(ring,${{PZ_MANAGER}},1)}}]?ring,${{PZ_MANAGER}},1({line.sticky_seconds or 15}))",
    ]


def _calendar(calendar: Calendar) -> list[Context]:
    """Sets PZ_OPEN by the clock of Asterisk, for when the product does not answer: today's date, else the weekday."""
    name, zone = f"calendar-{calendar.id}", calendar.time_zone
    main = Context(name, calendar.name).on(
        "s",
        "Set(PZ_OPEN=0)",
        f"Set(PZ_NOW=$[1${{STRFTIME(${{EPOCH}},{zone},%H%M)}} - 10000])",
        f"Set(PZ_DAY=${{STRFTIME(${{EPOCH}},{zone},%Y%m%d)}})",
        f"GotoIf($[${{DIALPLAN_EXISTS({name}-days,${{PZ_DAY}},1)}}]?{name}-days,${{PZ_DAY}},1)",
        f"Goto({name}-week,${{STRFTIME(${{EPOCH}},{zone},%w)}},1)",
    )
    days = Context(f"{name}-days", "days with hours of their own")
    for day in sorted(calendar.days):
        days.on(day.replace("-", ""), *_hours(calendar.days[day]))
    week = Context(f"{name}-week")
    for number in range(7):  # %w counts from Sunday, we from Monday
        week.on(str((number + 1) % 7), *_hours(calendar.weekly.get(str(number), [])))
    return [main, days, week]


def _hours(pairs: list[list[str]]) -> list[str]:
    """Steps that open within the intervals; one that ends at 00:00 lasts until midnight."""
    steps = []
    for opens, closes in pairs:
        since, until = _clock(opens), _clock(closes) or 2400
        steps.append(f"ExecIf($[${{PZ_NOW}} >= {since} & ${{PZ_NOW}} < {until}]?Set(PZ_OPEN=1))")
    return [*steps, "Return()"]


def _clock(text: str) -> int:
    return int(text.replace(":", "")[:4])


def _menu(menu: Menu, plan: Plan) -> Context:
    """Says the phrase, waits, counts how often; every key, silence and a wrong key is told."""
    spoken = plan.sound(menu.prompt)
    context = Context(f"menu-{menu.id}", menu.name)
    again, silent = f"menu-{menu.id},s,1", place_of(menu.on_silence, plan)
    context.on(
        "s",
        f"Gosub(stage,s,1(ivr-{menu.key},{menu.key}))",
        "Set(PZ_TRIES=0)",
        "Answer()",
        ("say", "Set(PZ_TRIES=$[${PZ_TRIES} + 1])"),
        f"Background({spoken or 'silence/1'})",
        f"WaitExten({menu.wait_seconds or 1})",
    )
    for key in menu.keys:
        place = place_of(key.destination, plan, again=again)
        context.on(key.digit, f"Gosub(stage,s,1(ivr-choice,{menu.key},{key.digit}))", f"Goto({place})")
    more = f"GotoIf($[${{PZ_TRIES}} < {menu.attempts}]?s,say)"
    context.on("t", more, f"Gosub(stage,s,1(ivr-timeout,{menu.key}))", f"Goto({silent})")
    wrong = [f"Gosub(stage,s,1(ivr-wrong,{menu.key},${{INVALID_EXTEN}}))"]
    if menu.on_wrong in ("", "repeat"):
        wrong += ["Playback(invalid)", more, f"Gosub(stage,s,1(ivr-timeout,{menu.key}))", f"Goto({silent})"]
    else:
        wrong += [f"Goto({place_of(menu.on_wrong, plan, again=again)})"]
    return context.on("i", *wrong)
