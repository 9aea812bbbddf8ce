"""Nobody listened while calls came, or died in the middle of them: they are the same calls afterwards."""

from typing import Any

import pytest

from perezvon.telephony.models import Call, DiaryMark, RawEvent
from perezvon.telephony.testing_pbx.sipp import Bye, Digit, Listen, Talk

pytestmark = [pytest.mark.pbx, pytest.mark.xdist_group("pbx")]

OFF, MENU, PROMISE, EMPLOYEE = "+74951112201", "+74951112202", "+74951112203", "+74951112204"
