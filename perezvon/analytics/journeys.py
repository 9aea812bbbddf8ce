"""The row of a journey as analytics sees it, read from PostgreSQL: one SELECT for every purpose.

The pouring, the rows changed since, the balance and the slices that run on PostgreSQL itself all use
this text, so they cannot differ in what a column means. ``client`` is the person; a journey with a
hidden number is a client of its own (minus the number of the request). ``opened`` is in seconds since
1970, ``revenue`` in kopecks.
"""

from .places import ALIVE, CLOSED, ID_LIMIT, OUT, PARTS

TABLE = "tickets_ticket"

#: name -> type, the same word in DuckDB and (with BIGINT for BOOLEAN arithmetic) in PostgreSQL
COLUMNS = {
    "ticket": "BIGINT",
    "client": "BIGINT",
    "opened": "BIGINT",
    "place": "BIGINT",
    "sales": "SMALLINT",
    "revenue": "BIGINT",
    "source": "INTEGER",
    "product": "INTEGER",
    "department": "INTEGER",
    "responsible": "INTEGER",
    "is_new": "SMALLINT",
    "region": "VARCHAR",
    "channel": "VARCHAR",
}

_LOSS_NUMBER = "coalesce(nullif(substr({column}, 2), '')::bigint, 0)"
_STANDING = (
    f"CASE WHEN state = 'out' OR loss = 'L12' THEN {OUT} WHEN loss <> '' THEN {_LOSS_NUMBER.format(column='loss')} "
    f"WHEN state = 'closed' AND rank < 2000 THEN {CLOSED} ELSE {ALIVE} END"
)
_RECOVERY = "CASE recovery WHEN 'by_us' THEN 1 WHEN 'by_client' THEN 2 WHEN 'sold' THEN 3 ELSE 0 END"
_VALUES = {
    "rank": "rank::bigint",
    "standing": f"({_STANDING})::bigint",
    "healed": _LOSS_NUMBER.format(column="healed"),
    "recovery": f"({_RECOVERY})::bigint",
    "cell_new": "is_new::int::bigint",
    "cell_source": f"(coalesce(source_id, 0) & {ID_LIMIT - 1})",
    "cell_product": f"(coalesce(product_id, 0) & {ID_LIMIT - 1})",
    "short": "is_short::int::bigint",
}
PLACE = " | ".join(f"({_VALUES[name]} << {part.shift})" for name, part in PARTS.items())

_SELECT = f"""SELECT id AS ticket, coalesce(person_id, -id) AS client,
  floor(extract(epoch FROM opened_at))::bigint AS opened, ({PLACE}) AS place,
  (rank >= 2000)::int AS sales, CASE WHEN rank >= 2000 THEN (amount * 100)::bigint ELSE 0 END AS revenue,
  source_id::int AS source, product_id::int AS product, department_id::int AS department,
  responsible_id::int AS responsible, is_new::int AS is_new, region, channel
FROM {TABLE}"""


def select(where: str = "TRUE", order: str = "") -> str:
    """The journeys' rows as SQL of PostgreSQL; ``where`` speaks of the columns of the request itself."""
    return f"{_SELECT} WHERE {where}" + (f" ORDER BY {order}" if order else "")
