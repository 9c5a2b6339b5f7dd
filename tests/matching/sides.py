"""The two sides of a match that tests change one thing of."""

from __future__ import annotations

from datetime import date

from crm.deals.models import DealStatus
from crm.matching.sides import Backer, Record, Seeker, Told
from crm.matrix.sides import Need, Offer
from tests.factories import WAN, YI

DAY = date(2026, 6, 12)
FUND = Offer(
    fund_id=1,
    name="临渚二期",
    stages=("early", "growth"),
    layers=("compute",),
    verticals=(),
    excluded_layers=(),
    excluded_verticals=(),
    begins_on=None,
    ends_on=DAY,
    investable=2 * YI,
    ticket=500 * WAN,
    ticket_high=1000 * WAN,
)
BACKER = Backer(
    institution_id=7,
    name="临渚创投",
    offer=FUND,
    role="lead",
    structures=("domestic",),
    regions=("上海",),
    thesis="关注推理芯片与端侧模型",
)
ROUND = Need(3, 5, "衡汐智能", "a", "early", "compute", "health", 8000 * WAN)
SEEKER = Seeker(ROUND, "domestic", "91310104MA1FL0XX0X", "面向医疗的推理芯片")


HELD = Told(7, 90, 9, "澜沧智算", "compute", "health", "funded", DealStatus.COMPLETED, None, DAY, DAY)


def told(**changed: object) -> Told:
    """A deal of the institution with another startup: money came in, unless something else is said."""
    return HELD._replace(**changed)


NOTHING_KNOWN = Record()
