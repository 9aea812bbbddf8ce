"""`python -m tests.faults.founding JSON` founds an exchange of our own in the installation whose environment it runs in.

JSON holds the settings of its node and the carrier's port.
"""

import json
import sys
from collections.abc import Mapping
from typing import Any


def found(given: Mapping[str, Any]) -> dict[str, Any]:
    """The provider, four employees and the lines; applied. Runs inside the installation."""
    from perezvon.kit import clock
    from perezvon.staff.actions import add_department, add_user
    from perezvon.telephony.actions.exchange import add_own_exchange, apply_now
    from perezvon.telephony.testing_pbx.kinds import furnish

    at = clock.now()
    own = add_own_exchange("Own", at=at, **given["settings"])
    desk = add_department("Calls", at=at)
    people = [
        add_user(
            name=f"Employee {n}", email=f"e{n}@load.example", roles=("operator",), department=desk, password="", at=at
        )
        for n in range(1, 5)
    ]
    furnish(own, people, given["carrier"])
    version = apply_now(own, at=at)
    return {"id": own.pk, "state": version.state, "error": version.error, "secret": own.secrets["secret"]}


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(found(json.loads(sys.argv[1]))))
