"""Reports limited to what was confirmed, and how much of the whole that is."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from crm.reports.confirmed import shares_on
from crm.reports.content import Content, Table
from crm.reports.kinds import KINDS
from crm.reports.kinds.kind import Asked
from crm.reports.periods import Period
from crm.web.language import force_locale
from tests.conftest import Work
from tests.factories import WAN, a_deal, a_service, a_startup, an_institution, confirm

YEAR = Period(date(2026, 1, 1), date(2026, 6, 12))


@pytest.fixture
def partner() -> Any:
    """An institution of three services for three startups: one startup confirmed, the institution another."""
    partner = an_institution("临渚（上海）创业投资有限公司")
    services = [
        a_service(a_startup(f"第{number}家科技有限公司"), partners=(partner,), happened_on=date(2026, 5, 1))
        for number in range(3)
    ]
    confirm(services[0], "startup")
    confirm(services[1], "institution")
    return partner


def told(app: Any, kind: str, **asked: Any) -> Content:
    with app.test_request_context(), force_locale("en"):
        question = Asked(YEAR, YEAR.last, options=frozenset({"confirmed"}))
        return KINDS[kind].tell(KINDS[kind].gather(replace(question, **asked)))


def listed(content: Content) -> str:
    return str([row for table in content.tables for _group, row in table.rows])


def test_a_summary_of_what_the_startups_confirmed_says_its_share(app: Any, work: Work, partner: Any) -> None:
    with work():
        content = told(app, "summary")
    assert "confirmed by the startup is told: 1 of 3 completed services (33%)." in content.lead
    assert "第0家" in listed(content)
    assert "第1家" not in listed(content)


def test_in_its_own_summary_it_is_the_institution_that_confirmed(app: Any, work: Work, partner: Any) -> None:
    with work():
        content = told(app, "summary", institution=partner)
    assert "confirmed by an institution is told: 1 of 3" in content.lead
    assert "第1家" in listed(content)
    assert "第0家" not in listed(content)


def test_without_the_option_nothing_is_left_out(app: Any, work: Work, partner: Any) -> None:
    with work():
        content = told(app, "summary", options=frozenset())
    assert "confirmed" not in content.lead
    assert all(f"第{number}家" in listed(content) for number in range(3))


@pytest.mark.parametrize("kind", ["annual", "briefing"])
def test_longer_reports_tell_how_much_was_confirmed(app: Any, work: Work, partner: Any, kind: str) -> None:
    deal = a_deal(stage="funded", signed=3 * WAN, received=2 * WAN, happened_on=date(2026, 3, 1))
    confirm(deal, "startup", "institution")
    with work():
        content = told(app, kind)
        assert [one.whole for one in shares_on(YEAR.last)][:1] == [3]
    table = next(one for one in content.tables if isinstance(one, Table) and one.name == "Confirmed")
    rows = [row for _group, row in table.rows]
    assert rows[0] == ("Companies served", "3", "1 (33%)", "1 (33%)", "0 (0%)")


def test_while_nothing_was_confirmed_no_table_says_so(app: Any, work: Work) -> None:
    a_service(happened_on=date(2026, 5, 1))
    with work():
        assert shares_on(YEAR.last) == ()
        assert "Confirmed" not in [one.name for one in told(app, "annual").tables]


@pytest.mark.parametrize("kind", ["annual", "briefing"])
def test_longer_reports_can_be_limited_to_what_the_startups_confirmed(
    app: Any, work: Work, partner: Any, kind: str
) -> None:
    first, second = (
        a_deal(stage="funded", signed=amount * WAN, received=WAN, happened_on=date(2026, 3, 1)) for amount in (3, 5)
    )
    confirm(first, "startup")
    confirm(second, "institution")
    with work():
        content = told(app, kind, options=frozenset({"only_confirmed", "companies", "services", "deals"}))
        whole = told(app, kind, options=frozenset({"companies", "services", "deals"}))
    rows = listed(content)
    assert "第0家" in rows
    assert "第1家" not in rows, "only the institution confirmed it"
    assert "第1家" in listed(whole)
    values = {key.metric: key.value for key in reversed(content.keys)}
    assert values["companies_served_confirmed_by_startup"] == 1
    assert values["amount_signed_to_date_confirmed_by_startup"] == 3 * WAN
    assert "companies_served" not in values
    says = content.lead or content.letter.day  # type: ignore[union-attr]
    assert "confirmed by the startup" in says
