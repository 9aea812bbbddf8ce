"""Mango Office disconnect codes in canonical causes.

Source: "API ВАТС", list of disconnect reasons. A code that is not listed means what its class means
(2219 -> 2210 -> 2200 -> 2000).
"""

from ...stages import Cause

CAUSES = {
    1000: Cause.NORMAL,
    1100: Cause.NORMAL,
    1111: Cause.NO_ANSWER,
    1121: Cause.BUSY,
    1122: Cause.REJECTED,
    1123: Cause.DND,
    1124: Cause.DND,
    1130: Cause.UNAVAILABLE,
    1133: Cause.INVALID_NUMBER,
    1134: Cause.UNAVAILABLE,
    1135: Cause.UNAVAILABLE,
    1140: Cause.BARRED,
    1150: Cause.BARRED,
    1160: Cause.NO_AGENTS,
    1161: Cause.NORMAL,
    1162: Cause.QUEUE_FULL,
    1163: Cause.QUEUE_TIMEOUT,
    1164: Cause.NO_AGENTS,
    1170: Cause.IVR_ENDED,
    1171: Cause.NETWORK_ERROR,
    1180: Cause.ANSWERED_ELSEWHERE,
    1181: Cause.NORMAL,
    1190: Cause.OFF_HOURS,
    1193: Cause.BUSY,
    1310: Cause.MACHINE,
    2000: Cause.BILLING,
    2210: Cause.BILLING,
    2220: Cause.LINES_EXHAUSTED,
    3000: Cause.INVALID_NUMBER,
    4000: Cause.NETWORK_ERROR,
    4200: Cause.UNAVAILABLE,
    4500: Cause.BARRED,
    5000: Cause.NETWORK_ERROR,
    5001: Cause.LINES_EXHAUSTED,
}
BY_CALLER, BY_CALLEE = 1110, 1120


def cause_of(code: int, *, incoming: bool) -> str:
    """The canonical cause of a code; 1110 and 1120 say which side hung up. 0 = not told: normal."""
    for size in (1, 10, 100, 1000):
        family = code // size * size
        if family in CAUSES:
            return CAUSES[family].value
        if family in (BY_CALLER, BY_CALLEE):
            client = (family == BY_CALLER) == incoming
            return Cause.CALLER_HANGUP.value if client else Cause.AGENT_HANGUP.value
    return Cause.NORMAL.value
