"""The funnel from the first ring to the repeat sale."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from perezvon.staff import access
from perezvon.web.respond import page_or_fragment

from ..access import exports_funnel
from ..asked import PERIODS
from ..dimensions import DIMENSIONS
from ..funnel.breakdown import breakdown
from ..funnel.counting import funnels
from ..present import picture
from ..store.balance import balance
from .question import Question, question

FIRST = "source"


@access.required("funnel", "view")
def funnel(request: HttpRequest) -> HttpResponse:
    """The picture, the leaks, the filters; ``?by=source`` adds the table by that dimension."""
    asking = question(request)
    counted = funnels(asking.spec, asking.reading)
    context = {
        "asking": asking,
        "picture": picture(counted[0], counted[1], asking),
        "periods": _periods(asking),
        "filters": _filters(asking),
        "by": _by(asking),
        "lines": _lines(asking, asking.asked.by, counted[0]) if asking.asked.by else None,
        "lines_url": asking.address("analytics:funnel-by", by=FIRST),
        "freshness": asking.reading.freshness,
        "balance": balance(),
        "exports": _exports(request, asking),
        "here": asking.address(by=asking.asked.by),
    }
    return page_or_fragment(request, "analytics/funnel.html", context)


@access.required("funnel", "view")
def lines(request: HttpRequest) -> HttpResponse:
    """The table by one dimension alone, for the place under the picture."""
    asking = question(request)
    by = asking.asked.by or FIRST
    whole = funnels(asking.spec.asking(compared=False), asking.reading)[0]
    context = {"asking": asking, "by": _by(asking, by), "lines": _lines(asking, by, whole)}
    return render(request, "analytics/_lines.html", context)


@access.required("funnel", "view")
def glance(request: HttpRequest) -> HttpResponse:
    """The dearest leaks of the last 30 days, for the start page."""
    asking = question(request)
    counted = funnels(asking.spec, asking.reading)
    context = {"picture": picture(counted[0], counted[1], asking), "url": asking.address()}
    return render(request, "analytics/_glance.html", context)


def _periods(asking: Question) -> list[dict[str, Any]]:
    others = [pair for pair in asking.asked.pairs if pair[0] not in ("period", "from", "to")]
    return [
        {
            "key": key,
            "label": label,
            "active": key == asking.asked.name,
            "url": f"?{urlencode([('period', key), *others])}",
        }
        for key, label in PERIODS.items()
    ]


def _filters(asking: Question) -> list[dict[str, Any]]:
    return [
        {
            "key": key,
            "label": dimension.label,
            "choices": [
                {"text": text, "name": name, "chosen": text in asking.asked.chosen.get(key, ())}
                for text, name in asking.labels.choices(key, asking.spec, asking.reading)
            ],
            "chosen": bool(asking.asked.chosen.get(key)),
        }
        for key, dimension in DIMENSIONS.items()
    ]


def _by(asking: Question, chosen: str = "") -> list[dict[str, Any]]:
    chosen = chosen or asking.asked.by or FIRST
    return [
        {
            "key": key,
            "label": dimension.label,
            "active": key == chosen,
            "url": asking.address(by=key) + "#by",
            "part": asking.address("analytics:funnel-by", by=key),
        }
        for key, dimension in DIMENSIONS.items()
    ]


def _lines(asking: Question, by: str, whole: Any) -> list[dict[str, Any]]:
    found = breakdown(asking.spec, by, whole, asking.reading)
    dearest = max((line.worth.middle for line in found), default=0) or 1
    return [
        {
            "name": asking.labels.label(by, line.value),
            "line": line,
            "bar": f"{line.worth.middle / dearest * 100:.1f}%",
            "url": _narrowed(asking, by, line.value),
        }
        for line in found[:100]
    ]


def _narrowed(asking: Question, by: str, value: Any) -> str:
    others = {key: texts for key, texts in asking.asked.chosen.items() if key != by}
    text = "none" if value is None or value == "" else str(value)
    narrowed = type(asking.asked)(asking.asked.name, asking.asked.period, {**others, by: (text,)})
    return Question(narrowed, asking.spec, asking.labels, asking.reading).address()


def _exports(request: HttpRequest, asking: Question) -> list[dict[str, str]]:
    if not exports_funnel(request.user):
        return []
    by = asking.asked.by or FIRST
    return [
        {"label": form.upper(), "url": asking.address("analytics:funnel-export", form, by=by)}
        for form in ("csv", "xlsx")
    ]
