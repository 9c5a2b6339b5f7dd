"""A startup with a little of everything, small enough to count by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from io import BytesIO
from typing import Any, TypeVar

import sqlalchemy as sa
from pypdf import PdfReader
from sqlalchemy.orm import joinedload

from crm.accounts.models import Account, Role, System
from crm.core.db import db, unit_of_work
from crm.deals import actions as deal_actions
from crm.deals.actions import Move
from crm.deals.models import Deal, DealStatus, Round
from crm.deals.queries import find_deal
from crm.institutions.models import Institution
from crm.institutions.thesis import Thesis, take_thesis
from crm.lib.money import Amount
from crm.reports import pdf
from crm.reports.content import Content, Table
from crm.reports.data import as_data, as_json
from crm.reports.html import Document, Stamp, content_document, in_languages
from crm.reports.kinds import KINDS, Asked, ReportKind
from crm.reports.kinds.profile.gathered import profile_of
from crm.reports.kinds.profile.telling import ForReader
from crm.reports.kinds.summary.gathered import summarise
from crm.reports.kinds.summary.values import Summary
from crm.reports.models import PROFILE
from crm.reports.pdf import Pdf
from crm.reports.periods import Period
from crm.services.models import ServiceCategory, ServiceState
from crm.startups.models import Startup
from tests.factories import (
    AT,
    BY,
    TODAY,
    WAN,
    a_deal,
    a_service,
    a_startup,
    an_account,
    an_authorisation,
    an_institution,
    publish,
    writing,
)
from tests.support import world

T = TypeVar("T")
PERIOD = Period(date(2026, 1, 1), date(2026, 5, 31))
STAMP = Stamp(AT, "陈晏清", "FW-2026-0612-031")
BEFORE, AFTER = date(2025, 12, 1), date(2026, 6, 10)


def moved(deal: Deal, stage: str, day: date, **values: Any) -> None:
    """A move of a deal that was logged before."""
    status = values.pop("status", DealStatus.ACTIVE)
    with writing():
        found = find_deal(System(), deal.id)
        assert found is not None
        deal_actions.move_deal(found, Move(stage, status, day, **values), version=None, by=BY, at=AT)


def received(deal: Deal, amount: int, day: date) -> None:
    with writing():
        found = find_deal(System(), deal.id)
        assert found is not None
        deal_actions.receive(found, amount, day, by=BY, at=AT)


def archived(record: Any) -> None:
    with writing():
        db.session.merge(record).archived_at = AT


def investing(record: Any, **thesis: Any) -> Any:
    """A fund or an institution, which now says what it invests in."""
    with writing():
        kept = db.session.merge(record)
        take_thesis(kept, Thesis(**thesis))
        return kept


def a_busy_startup() -> tuple[Startup, dict[str, Institution]]:
    """Four introductions, three of them in the period, and seven services, four of them completed in it."""
    startup = a_startup("上海衡汐智能科技有限公司", short_name="衡汐智能", credit_code="91110000600037341L")
    names = {letter: an_institution(f"{letter}（上海）创业投资有限公司") for letter in ("临渚", "沧屿", "北斛", "松间")}
    signs = a_deal(startup, names["临渚"], happened_on=date(2026, 2, 1), sought=Amount.exactly(8000 * WAN))
    moved(signs, "met", date(2026, 2, 11))
    moved(signs, "signed", date(2026, 4, 1), signed=3000 * WAN)
    received(signs, 1000 * WAN, date(2026, 5, 1))
    received(signs, 500 * WAN, date(2026, 6, 5))
    moved(signs, "funded", AFTER)
    passes = a_deal(startup, names["沧屿"], happened_on=date(2026, 3, 1))
    moved(passes, "met", date(2026, 3, 21))
    moved(passes, "met", date(2026, 4, 2), status=DealStatus.PASSED, reason="valuation")
    a_deal(startup, names["北斛"], stage="met", happened_on=date(2026, 4, 1))
    earlier = a_deal(startup, names["松间"], happened_on=BEFORE)
    moved(earlier, "met", date(2026, 1, 15))
    a_service(startup, "机构一对一对接", date(2026, 2, 1), (names["临渚"],), outcome="签署意向")
    a_service(startup, "专场路演", date(2026, 2, 20), (names["临渚"], names["沧屿"]), content="专场路演（第一场）")
    a_service(startup, "银行授信", date(2026, 3, 3), amount=Amount.exactly(1000 * WAN), outcome="获批")
    a_service(startup, "银行授信", date(2026, 5, 31), amount=Amount.between(500 * WAN, 800 * WAN, "500-800万"))
    a_service(startup, "BP辅导", date(2026, 3, 1), state=ServiceState.PLANNED)
    a_service(startup, "BP辅导", AFTER)
    archived(a_service(startup, "BP辅导", date(2026, 3, 2)))
    return startup, names


def summary_of(about: Startup | Institution | None, period: Period = PERIOD) -> Summary:
    """The summary, gathered in a unit of work of its own."""
    with world.app.app_context(), unit_of_work(write=False):
        return summarise(about, period)


def pdf_of(about: Startup | Institution | None, language: str, period: Period = PERIOD) -> Pdf:
    """The summary as PDF."""
    with world.app.app_context(), unit_of_work(write=False):
        return pdf.render(document_of("summary", summarise(about, period), language).html)


def document_of(kind: str, gathered: Any, language: str = "zh", stamp: Stamp = STAMP) -> Document:
    """What was gathered for a report of a kind, as HTML."""
    contents = in_languages(language, lambda: KINDS[kind].tell(gathered))
    return content_document(contents, KINDS[kind].template, stamp)


def reports_of(
    kind: ReportKind, language: str, startup: Startup | None = None, *, before: Callable[[], None] | None = None
) -> dict[str, tuple[str, bytes]]:
    """A report about whatever its kind may be about: {subject: (HTML, data)}. `before`: done once all is there."""
    return for_each_subject(kind, lambda asked: written(kind, asked, language), startup, before=before)


def for_each_subject(
    kind: ReportKind,
    made: Callable[[Asked], T],
    startup: Startup | None = None,
    *,
    before: Callable[[], None] | None = None,
) -> dict[str, T]:
    """What is made of a kind, asked about whatever it may be about: {subject: that}."""
    whom = startup or a_busy_startup()[0]
    an_authorisation(whom)
    publish(whom)
    institution = an_institution("云杉（上海）创业投资有限公司")
    by = an_account(Role.INVESTOR, institution.id) if kind.name == PROFILE else an_account(Role.MANAGER)
    if before is not None:
        before()
    with world.app.app_context(), unit_of_work(write=False) as session:
        about: dict[str, dict[str, Any]] = {
            "platform": {},
            "startup": {"startup": session.get_one(Startup, whom.id)},
            "institution": {"institution": session.scalars(sa.select(Institution)).first()},
            "round": {"round": session.scalars(sa.select(Round).options(joinedload(Round.startup))).first()},
            "line": {"line": "growth"},
            "category": {"category": session.scalars(sa.select(ServiceCategory)).first()},
        }
        given = frozenset(one.name for one in kind.options if one.given)
        asker = session.get_one(Account, by.id)
        return {
            subject: made(Asked(PERIOD, TODAY, by=asker, options=given, **about[subject])) for subject in kind.subjects
        }


def written(kind: ReportKind, asked: Asked, language: str, stamp: Stamp = STAMP) -> tuple[str, bytes]:
    """A report as HTML, and the data that go with it."""
    gathered = kind.gather(asked)
    contents = in_languages(language, lambda: kind.tell(gathered))
    data = as_json([as_data(locale, content) for locale, content in contents])
    return content_document(contents, kind.template, stamp).html, data


def profile_document(startup: Startup, reader: str = "读者") -> Document:
    """A startup's profile, for a reader."""
    return document_of("profile", ForReader(profile_of(startup, TODAY), reader))


def text_of(content: bytes) -> str:
    """All that a PDF says, page after page, with white space made single."""
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(content)).pages).split())


def gathered(kind: str, period: Period = PERIOD, **asked: Any) -> Any:
    """What a kind of report gathers, in a unit of work of its own; its usual options unless others are given."""
    options = asked.pop("options", None)
    usual = frozenset(one.name for one in KINDS[kind].options if one.given)
    with world.app.app_context(), unit_of_work(write=False):
        return KINDS[kind].gather(
            Asked(period, TODAY, options=usual if options is None else frozenset(options), **asked)
        )


def told(kind: str, period: Period = PERIOD, *, language: str = "en", **asked: Any) -> Content:
    """What a report of a kind says in one language."""
    found = gathered(kind, period, **asked)
    with world.app.app_context(), unit_of_work(write=False):
        return in_languages(language, lambda: KINDS[kind].tell(found))[0][1]


def table_of(content: Content, name: str) -> Table:
    """The one table of that name."""
    (found,) = (table for table in content.tables if table.name == name)
    return found


def titles_of(content: Content) -> list[str]:
    """The headings of its sections."""
    return [section.title for section in content.sections if section.title]


def words_of(content: Content) -> str:
    """Everything that it says, as one text."""
    return repr(content)


def pages_of(kind: str, content: Content) -> int:
    """How many pages it takes."""
    with world.app.app_context(), unit_of_work(write=False):
        return pdf.render(content_document([("en", content)], KINDS[kind].template, STAMP).html).pages
