"""Asking for reports."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from crm.accounts.models import Account
from crm.audit import actions as audit
from crm.core.clock import day_of
from crm.core.db import db
from crm.core.errors import Refusal
from crm.core.jobs import enqueue
from crm.core.storage import storage
from crm.deals.models import Round
from crm.institutions.models import Institution
from crm.lib.text import N_
from crm.publishing.models import Publication
from crm.reports import signing
from crm.reports.models import PROFILE, Download, Edition, Report
from crm.reports.periods import Period, check_period
from crm.reports.policies import has_headline
from crm.reports.queries import is_in_use, profile_in_work
from crm.reports.signing import Certificate
from crm.services.models import ServiceCategory
from crm.settings.queries import versions
from crm.startups.models import Startup

JOB = "report"
LANGUAGES = ("zh", "en", "both")


@dataclass(frozen=True)
class Wanted:
    """What is asked for. About one of the subjects, or (none of them) the platform."""

    kind: str
    period: Period
    language: str
    startup: Startup | None = None
    institution: Institution | None = None
    round: Round | None = None
    category: ServiceCategory | None = None
    line: str = ""
    options: tuple[str, ...] = ()
    words: dict[str, Any] = field(default_factory=dict)
    is_draft: bool = False
    recipe_id: int | None = None
    batch_id: int | None = None
    is_scheduled: bool = False

    @property
    def title(self) -> str:
        """What its subject is called; "" for the platform, and for a line, whose name is a word of a vocabulary."""
        if self.category:
            return self.category.name_zh
        subject = self.startup or self.institution or (self.round.startup if self.round else None)
        return subject.shown_name if subject else ""


def request(wanted: Wanted, *, by: Account, at: datetime) -> Report:
    """Ask for a report. Raises Refusal."""
    check_period(wanted.period, day_of(at))
    if wanted.language not in LANGUAGES:
        raise Refusal({"language": N_("Choose one of the list.")})
    return put_to_work(wanted, by=by, at=at)


def request_profile(
    publication: Publication, language: str, options: Sequence[str], *, by: Account, at: datetime
) -> Report:
    """Ask for a published profile; the one that is in work, where the investor asked for the same a moment ago.

    `options`: FULL for more than one page, CONFIDENTIAL for what only those read who accepted the terms.
    """
    today = day_of(at)
    startup = db.session.get_one(Startup, publication.startup_id)
    wanted = Wanted(PROFILE, Period(today, today), language, startup=startup, options=tuple(options))
    report = new_report(wanted, by=by, at=at)
    report.title, report.publication_id = publication.shown_name, publication.id
    return profile_in_work(report) or start(report, by=by, at=at)


def put_to_work(wanted: Wanted, *, by: Account, at: datetime) -> Report:
    return start(new_report(wanted, by=by, at=at), by=by, at=at)


def start(report: Report, *, by: Account, at: datetime) -> Report:
    db.session.add(report)
    db.session.flush()  # the job needs the report's id
    report.job_id = enqueue(JOB, report.id, by_id=by.id, at=at).id
    return report


def new_report(wanted: Wanted, *, by: Account, at: datetime) -> Report:
    """A report as it is asked for, not yet at work."""
    return Report(
        kind=wanted.kind,
        title=wanted.title[:200],
        startup_id=wanted.startup.id if wanted.startup else None,
        institution_id=wanted.institution.id if wanted.institution else None,
        round_id=wanted.round.id if wanted.round else None,
        category_id=wanted.category.id if wanted.category else None,
        line=wanted.line,
        from_day=wanted.period.first,
        to_day=wanted.period.last,
        language=wanted.language,
        options=list(wanted.options),
        words=wanted.words,
        is_draft=wanted.is_draft,
        recipe_id=wanted.recipe_id,
        batch_id=wanted.batch_id,
        is_scheduled=wanted.is_scheduled,
        made_by_id=by.id,
        made_at=at,
        vocabularies=versions(),
    )


def keep_draft(report: Report, *, at: datetime) -> None:
    """Put into the archive what was only looked at so far."""
    report.is_draft = False
    report.made_at = at


def record_downloads(report_ids: Sequence[int], what: str, *, by: Account, at: datetime) -> None:
    """Write down who took reports along: pdf, xlsx, csv, or zip for those of a batch at once."""
    taken = [{"report_id": report_id, "account_id": by.id, "what": what, "at": at} for report_id in report_ids]
    db.session.execute(sa.insert(Download), taken)
    reports = db.session.scalars(sa.select(Report).where(Report.id.in_(report_ids)).order_by(Report.id)).all()
    file = [audit.change("file", None, what)]
    audit.record_many([(report, called(report), file) for report in reports], "downloaded", by=by, at=at)


def called(report: Report) -> str:
    """What the history calls a report: its number, and whom it is about."""
    return f"{report.number} {report.title}".strip()


def forget(reports: Iterable[Report]) -> None:
    """Drop reports for good, with the documents and files that nothing else uses."""
    ids = [report.id for report in reports]
    editions = {report.edition_id for report in reports if report.edition_id}
    db.session.execute(sa.delete(Report).where(Report.id.in_(ids)))
    for edition_id in editions:
        forget_edition(edition_id)


def forget_edition(edition_id: int) -> None:
    edition = db.session.get_one(Edition, edition_id)
    if db.session.scalar(sa.select(Report.id).where(Report.edition_id == edition_id).limit(1)):
        return
    db.session.delete(edition)
    db.session.flush()  # whoever is asked next is another edition
    for key in filter(None, (edition.file_key, edition.signed_key, edition.data_key, *edition.page_keys)):
        if not is_in_use(key):  # equal content has one key
            storage.delete(key)


def keep_pictures(report_id: int, pictures: Iterable[bytes]) -> None:
    """Keep the pages of a report's document as pictures."""
    keys = [storage.put(picture) for picture in pictures]
    edition = sa.select(Report.edition_id).where(Report.id == report_id).scalar_subquery()
    db.session.execute(sa.update(Edition).where(Edition.id == edition).values(page_keys=keys))


def show_headline(report: Report, *, by: Account, at: datetime) -> None:
    """Let anybody who verifies the document see its headline. Raises Refusal."""
    if not has_headline(report):
        raise Refusal({"": N_("Only a report about the platform as a whole may show its headline.")})
    report.is_public = True
    audit.record(report, "headline_shown", by=by, at=at, name=report.number)


def hide_headline(report: Report, *, by: Account, at: datetime) -> None:
    """Show the headline to nobody outside."""
    report.is_public = False
    audit.record(report, "headline_hidden", by=by, at=at, name=report.number)


def sign(report: Report, certificate: Certificate, *, by: Account, at: datetime) -> None:
    """Sign the document of a report, once. Raises Refusal."""
    edition = report.edition
    if edition is None or report.is_draft:
        raise Refusal({"": N_("There is no document to sign.")})
    if edition.signed_key:
        raise Refusal({"": N_("This document is signed already.")})
    edition.signed_key = storage.put(signing.sign(storage.get(edition.file_key), certificate, reason=by.name))
    edition.signed_by = by.name
    audit.record(report, "signed", by=by, at=at, name=report.number)
