"""Reports that were made: who, when, about what, and the file."""

from __future__ import annotations

import enum
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm.accounts.models import Account
from crm.core.clock import day_of
from crm.core.db import Base, many_to_one, text
from crm.core.jobs import Job
from crm.institutions.models import Institution
from crm.startups.models import Startup


class ReportKind(enum.StrEnum):
    SUMMARY = "summary"
    PROFILE = "profile"
    MEETING = "meeting"


class Report(Base):
    """One PDF: a summary of services over a period, a startup's published profile on a day (both days are that one), or
    the Monday meeting about a week.

    A summary is of a startup, of an institution, or (neither) of the platform. `title`: what its subject was called
    when it was asked for, "" for the platform. `language`: zh, en or both. `size` in bytes. `page_keys`: its pages
    as pictures, in their order.
    `vocabularies`: {vocabulary: the version whose words it speaks}, however often it is made.
    """

    __tablename__ = "report"
    __table_args__ = (sa.Index(None, "kind", "id"), sa.Index(None, "made_by_id", "startup_id"))

    kind: Mapped[ReportKind] = mapped_column(default=ReportKind.SUMMARY)
    title: Mapped[str] = text(200)
    startup_id: Mapped[int | None] = mapped_column(sa.ForeignKey("startup.id"), default=None)
    institution_id: Mapped[int | None] = mapped_column(sa.ForeignKey("institution.id"), default=None)
    from_day: Mapped[date]
    to_day: Mapped[date]
    language: Mapped[str] = mapped_column(sa.String(10))
    made_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), default=None)
    made_at: Mapped[datetime]
    job_id: Mapped[int | None] = mapped_column(sa.ForeignKey("job.id"), default=None)
    file_key: Mapped[str | None] = mapped_column(sa.String(80), default=None)
    pages: Mapped[int | None] = mapped_column(default=None)
    size: Mapped[int | None] = mapped_column(default=None)
    page_keys: Mapped[list[Any]] = mapped_column(default=list)
    vocabularies: Mapped[dict[str, Any] | None] = mapped_column(default=None)

    startup: Mapped[Startup | None] = many_to_one("Startup", "Report.startup_id")
    institution: Mapped[Institution | None] = many_to_one("Institution", "Report.institution_id")
    made_by: Mapped[Account | None] = many_to_one("Account", "Report.made_by_id")
    job: Mapped[Job | None] = many_to_one("Job", "Report.job_id")

    @property
    def number(self) -> str:
        """What the document is called in letters about it: FW-2026-0612-031."""
        return f"FW-{day_of(self.made_at):%Y-%m%d}-{self.id:03d}"
