"""The funnel as a page shows it: rows with ready widths, addresses and words."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from perezvon.kit.money import roubles
from perezvon.tickets.stages import Loss
from perezvon.web import words
from perezvon.web.parts import Stat

from .funnel.counting import Funnel, Leak, Step, is_comparable
from .funnel.money import ENOUGH, EVERYBODY, Worth

if TYPE_CHECKING:
    from .views.question import Question

SHOWN_LEAKS = 4
WEEK = 7
RECOVERY_WORDS = ("by_us", "by_client", "sold")


@dataclass(slots=True)
class Hole:
    """A leak with its address and its definition; ``share`` is of all who contacted us."""

    leak: Leak
    title: str
    url: str
    share: float | None
    definition: str
    weekly: Worth


@dataclass(slots=True)
class Row:
    """A row of the picture; widths are percent of all who contacted us, as text for a style."""

    step: Step
    url: str
    lost_url: str
    here_url: str
    saved_url: str
    passed_width: str
    here_width: str
    out_width: str
    lost_width: str
    of_previous: float | None
    of_first: float | None
    before: int | None
    holes: list[Hole] = field(default_factory=list)


@dataclass(slots=True)
class Picture:
    """Everything of the main page that comes from the counts."""

    funnel: Funnel
    before: Funnel
    rows: list[Row]
    holes: list[Hole]
    stats: list[Stat]
    weeks: float

    @property
    def is_empty(self) -> bool:
        return not self.funnel.clients


def picture(funnel: Funnel, before: Funnel, asking: "Question") -> Picture:
    """Dress the figures of a period (and of the one before it) for the page."""
    weeks = asking.asked.period.days / WEEK
    holes = {id(leak): _hole(leak, funnel, asking, weeks) for leak in funnel.leaks}
    rows = []
    previous = None
    for step, old in zip(funnel.steps, before.steps, strict=True):
        rows.append(_row(step, old, previous, asking, holes, is_comparable(funnel, before)))
        previous = step
    dearest = [holes[id(leak)] for leak in funnel.leaks][:SHOWN_LEAKS]
    return Picture(funnel, before, rows, dearest, _stats(funnel, before, asking, weeks), weeks)


def _row(
    step: Step, old: Step, previous: Step | None, asking: "Question", holes: dict[int, Hole], compared: bool
) -> Row:
    def width(count: int) -> str:
        return f"{count / step.first * 100:.2f}%" if step.first else "0%"

    def url(what: str) -> str:
        return asking.address("analytics:funnel-rows", step=step.rung.key, what=what)

    ordered = sorted(step.leaks.values(), key=lambda leak: (-leak.worth.middle, -leak.clients))
    return Row(
        step=step,
        url=url("came" if step.rung.is_stage else "passed"),
        lost_url=url("lost"),
        here_url=url("here"),
        saved_url=url("recovered"),
        passed_width=width(step.passed),
        here_width=width(step.here),
        out_width=width(step.out),
        lost_width=width(step.lost),
        of_previous=step.reached / previous.reached if previous and previous.reached else None,
        of_first=step.share_of_first,
        before=old.reached if compared else None,
        holes=[holes[id(leak)] for leak in ordered if leak.clients],
    )


def _hole(leak: Leak, funnel: Funnel, asking: "Question", weeks: float) -> Hole:
    return Hole(
        leak=leak,
        title=title_of(leak),
        url=asking.address("analytics:funnel-rows", step=leak.rung.key, what="lost", loss=leak.code),
        share=leak.clients / funnel.clients if funnel.clients else None,
        definition=definition(leak, funnel),
        weekly=leak.worth.times(1 / weeks),
    )


def title_of(leak: Leak) -> str:
    """The leak by itself, away from the row it belongs to: the cause, and the stage of a deal."""
    cause = str(leak.name)
    if not leak.rung.is_stage:
        return cause
    if leak.code == Loss.LOST_DEAL:
        return _("deal lost at the stage “%(stage)s”") % {"stage": leak.rung.name}
    return _("%(cause)s, at the stage “%(stage)s”") % {"cause": cause, "stage": leak.rung.name}


def definition(leak: Leak, funnel: Funnel) -> str:
    """How the money of a leak was counted, with the base it was really counted from."""
    base = funnel.base.passed(leak.rung.key, EVERYBODY)
    bought = funnel.base.bought(leak.rung.key, EVERYBODY)
    cheque = funnel.base.cheque(EVERYBODY)
    lines = [
        _(
            "Clients lost here and not won back, each counted once, times what one of them would have brought: the share of buyers among clients of the same source, product and kind (new or returning) who passed this step, times their average sale."
        )
    ]
    if cheque is None or not base:
        lines.append(_("Nobody who passed this step has bought yet, so there is no price for a lost client."))
        return "\n\n".join(lines)
    lines.append(
        _(
            "The base: %(base)s clients passed this step, %(bought)s of them bought (%(share)s); the average sale is %(cheque)s; %(lost)s clients are lost here."
        )
        % {
            "base": words.number(base),
            "bought": words.number(bought),
            "share": words.percent(bought / base),
            "cheque": roubles(cheque),  # type: ignore[arg-type]
            "lost": words.number(leak.clients),
        }
    )
    if leak.worth.point is None:
        lines.append(
            _("Fewer than %(enough)d clients passed, so this is an interval (Wilson's, 95%%) and not a point.")
            % {"enough": ENOUGH}
        )
    else:
        lines.append(
            _(
                "Where fewer than %(enough)d such clients passed, a wider group is taken: the same source, then all new or all returning, then all."
            )
            % {"enough": ENOUGH}
        )
    lines.append(
        _(
            "The percentage is of all clients who contacted us in the period (%(clients)s), not of those who came to this step."
        )
        % {"clients": words.number(funnel.clients)}
    )
    return "\n\n".join(lines)


def money(worth: Worth) -> str:
    """A worth as text: "80 000 ₽", "40 000 ₽ – 120 000 ₽", or that there is no base yet."""
    if worth.point is not None:
        return roubles(worth.point)
    if not worth.is_known and not worth.high:
        return _("no base yet")
    span = f"{roubles(worth.low)} – {roubles(worth.high)}"
    return span if worth.is_known else _("%(span)s or more") % {"span": span}


def _stats(funnel: Funnel, before: Funnel, asking: "Question", weeks: float) -> list[Stat]:
    """The figures at the head of the page; ``before`` is left out when it cannot be compared."""
    old = before if is_comparable(funnel, before) else None
    return [*_people(funnel, old, asking), *_losses(funnel, old, weeks)]


def _people(funnel: Funnel, old: Funnel | None, asking: "Question") -> list[Stat]:
    share = words.percent(funnel.buyers / funnel.clients if funnel.clients else None)
    return [
        Stat(
            _("Clients contacted us"),
            words.number(funnel.clients),
            funnel.clients,
            old and old.clients,
            icon="users",
            definition=_(
                "Everybody who called, also those who got no answer, or wrote; each client is counted once in the period, at the furthest he got. A hidden number is a client of its own."
            ),
            url=_rows_url(asking, "dialled", "passed"),
        ),
        Stat(
            _("Clients bought"),
            words.number(funnel.buyers),
            funnel.buyers,
            old and old.buyers,
            icon="shopping-cart",
            hint=_("%(share)s of all") % {"share": share},
            url=_rows_url(asking, "won", "passed"),
        ),
        Stat(
            _("Sold for"),
            roubles(funnel.revenue),
            funnel.revenue,
            old and old.revenue,
            icon="coins",
            definition=_("The sales of the requests that began in the period, whenever they were sold."),
            hint=_("%(cheque)s a sale") % {"cheque": roubles(funnel.revenue / funnel.sales)} if funnel.sales else "",
        ),
    ]


def _losses(funnel: Funnel, old: Funnel | None, weeks: float) -> list[Stat]:
    saved = ngettext("%(count)s won back", "%(count)s won back", funnel.saved) % {"count": words.number(funnel.saved)}
    worth = funnel.worth
    return [
        Stat(
            _("Clients lost"),
            words.number(funnel.lost),
            funnel.lost,
            old and old.lost,
            icon="user-minus",
            tone="danger",
            falling_is_good=True,
            hint=saved,
        ),
        Stat(
            _("Money lost"),
            money(worth),
            worth.middle,
            old and old.worth.middle,
            icon="coin-off",
            tone="danger",
            falling_is_good=True,
            hint=_("%(money)s a week") % {"money": money(worth.times(1 / weeks))},
            definition=_(
                "The sum over all steps of what lost clients would have brought. Each step has its own definition and base: see the question marks below."
            ),
        ),
    ]


def _rows_url(asking: "Question", step: str, what: str) -> str:
    return asking.address("analytics:funnel-rows", step=step, what=what)
