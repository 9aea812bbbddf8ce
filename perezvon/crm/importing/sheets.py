"""A workbook turned into CSV, run as a process of its own: ``python -m perezvon.crm.importing.sheets FROM TO``.

The first sheet that has rows is taken. Numbers keep their digits (a telephone is no float), dates are ISO.
"""

import csv
import resource
import sys
from datetime import date, datetime, time, timedelta
from typing import Any

MOST_MEMORY = 8 * 2**30


def main(source: str, target: str) -> int:
    """Write the sheet; the exit code is 1 when the workbook cannot be read."""
    import python_calamine as calamine

    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    try:
        book = calamine.load_workbook(source)
        sheets = (book.get_sheet_by_name(name) for name in book.sheet_names)
        sheet = next((one for one in sheets if one.height), None)
        with open(target, "w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            for row in sheet.iter_rows() if sheet is not None else ():
                writer.writerow([_text(value) for value in row])
    except (calamine.CalamineError, MemoryError, OSError, ValueError, RuntimeError) as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)  # noqa: T201 - the parent reads it
        return 1
    return 0


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    if isinstance(value, datetime):
        midnight = (value.hour, value.minute, value.second) == (0, 0, 0)
        return value.date().isoformat() if midnight else value.isoformat(" ", "seconds")
    if isinstance(value, date | time | timedelta):
        return str(value)
    return str(value)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
