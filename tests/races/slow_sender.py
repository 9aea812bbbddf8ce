"""A process that sends deliveries and stops between the answer of the other side and writing it down."""

import os
import sys
from datetime import datetime


def main(at: datetime) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "perezvon.config.settings")
    import django

    django.setup()
    from perezvon.api.webhooks import sending

    write_down = sending.note

    def slowly(result: sending.Result, *, at: datetime) -> None:
        print("answered", flush=True)
        sys.stdin.readline()
        write_down(result, at=at)

    sending.note = slowly
    sending.work(at)


if __name__ == "__main__":
    main(datetime.fromisoformat(sys.argv[1]))
