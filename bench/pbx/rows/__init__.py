"""The rows of `make bench-pbx`."""

from bench.pbx.rows.calls import pbx_calls
from bench.pbx.rows.card import ring_to_card
from bench.pbx.rows.ledger import ami_to_ledger
from bench.pbx.rows.recorded import pbx_recorded, pbx_share
from bench.pbx.rows.route import route_answer

ROWS = {
    "route_answer": route_answer,
    "ami_to_ledger": ami_to_ledger,
    "ring_to_card": ring_to_card,
    "pbx_calls": pbx_calls,
    "pbx_recorded": pbx_recorded,
    "pbx_share": pbx_share,
}
