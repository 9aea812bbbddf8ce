"""What journeys can be sliced by: the declared dimensions and measures."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Dimension:
    """A column of the journey that can filter and group; ``is_text`` columns hold words, others ids."""

    key: str
    label: Any
    is_text: bool = False


DIMENSIONS = {
    each.key: each
    for each in (
        Dimension("source", _("Source")),
        Dimension("department", _("Department")),
        Dimension("responsible", _("Employee")),
        Dimension("product", _("Product")),
        Dimension("region", _("Region"), is_text=True),
        Dimension("is_new", _("New or returning")),
        Dimension("channel", _("Channel"), is_text=True),
    )
}

#: counted over clients, each at the furthest of his journeys
CLIENT_MEASURES = {"clients": "count(*)"}
#: counted over journeys; money is in kopecks
JOURNEY_MEASURES = {"journeys": "count(*)", "sales": "sum(sales)", "revenue": "sum(revenue)"}
