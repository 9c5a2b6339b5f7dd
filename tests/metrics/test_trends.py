"""How the growing figures stood at the ends of the last months."""

from __future__ import annotations

from datetime import date

from flask import Flask

from crm.core.db import unit_of_work
from crm.deals.models import DealStatus
from crm.metrics.definitions import FIGURES, METRICS
from crm.metrics.pictures import over_column, over_time_chart
from crm.metrics.queries import value_of
from crm.metrics.trends import trends
from tests.conftest import Work
from tests.factories import WAN, a_deal, a_service, an_institution

DAY = date(2026, 3, 10)
ENDS = [
    *(date(2025, month, last) for month, last in zip(range(4, 13), (30, 31, 30, 31, 31, 30, 31, 30, 31), strict=True)),
    date(2026, 1, 31),
    date(2026, 2, 28),
    DAY,
]


def test_each_trend_is_the_figure_at_the_ends_of_the_months(work: Work) -> None:
    for joined in (date(2020, 1, 1), date(2025, 3, 31), date(2025, 4, 1), date(2025, 12, 31), DAY, date(2026, 3, 11)):
        an_institution(joined_on=joined)
    a_service()
    guest = an_institution(joined_on=None)
    a_deal(None, guest, "a", "signed", date(2025, 11, 5), signed=300 * WAN)
    a_deal(
        None, guest, "b", "funded", date(2026, 3, 1), signed=200 * WAN, received=100 * WAN, status=DealStatus.COMPLETED
    )
    with work():
        found = trends(DAY)
        assert found["institutions_attracted"] == [3] * 8 + [4] * 3 + [5]
        assert found["amount_signed_to_date"] == [0] * 7 + [300 * WAN] * 4 + [500 * WAN]
        assert found == {name: [value_of(METRICS[name], end) for end in ENDS] for name in FIGURES}


def test_amounts_over_neighbouring_columns_leave_room_for_each_other(app: Flask) -> None:
    with app.test_request_context(headers={"Accept-Language": "zh-CN"}), unit_of_work(write=False):
        chart = over_time_chart(METRICS["fund_matrix_net"], [(date(2026, 1, 31), 116_480_000_000 * 100)])
        assert [one.text for one in chart.bars] == ["1,165亿"]
        assert over_column(2_480_000_000 * 100) == "24.8亿"
