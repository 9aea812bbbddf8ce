"""The rows of the table, in the order in which they are measured."""

from bench.rows.api import api_list, api_write
from bench.rows.board import board, board_8
from bench.rows.card import card
from bench.rows.form import form_intake
from bench.rows.funnel import funnel
from bench.rows.importing import import_rows
from bench.rows.lists import list_page
from bench.rows.live import event_to_browser
from bench.rows.merging import merge
from bench.rows.phone import client_by_phone
from bench.rows.search import search
from bench.rows.segments import segments
from bench.rows.wallboard import wallboard
from bench.rows.webhook import webhook_intake

# What only reads comes first: the rows after it add to the data.
ROWS = {
    "client_by_phone": client_by_phone,
    "board": board,
    "board_8": board_8,
    "funnel": funnel,
    "list_page": list_page,
    "api_list": api_list,
    "search": search,
    "card": card,
    "merge": merge,
    "segments": segments,
    "event_to_browser": event_to_browser,
    "wallboard": wallboard,
    "api_write": api_write,
    "form_intake": form_intake,
    "webhook_intake": webhook_intake,
    "import_rows": import_rows,
}

__all__ = ["ROWS"]
