"""Reports that were made: who, when, about what, and the file."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm.accounts.models import Account
from crm.core.clock import day_of
from crm.core.db import Archivable, Base, Versioned, many_to_one, text
from crm.core.jobs import Job
from crm.deals.models import Round
from crm.institutions.models import Institution
from crm.services.models import ServiceCategory
from crm.startups.models import Startup

# Kinds and options that other code names; `kinds/` holds all of them.
PROFILE, MEETING, BRIEFING, FILLED = "profile", "meeting", "briefing", "filled"
CONFIDENTIAL, FULL = "confidential", "full"


class Edition(Base):
    """One rendered document. Reports that say the same, in the same look, share it.

    `digest`: of what it says and how it looks, but for when and by whom. `number`: that of the report for which it was
    rendered, as printed on it; `code`: by which others verify it. `data_key`: its figures and tables as JSON.
    `signed_key`: the same file with a signature of `signed_by`. `size` in bytes. `page_keys`: its pages as pictures.
    """

    __tablename__ = "edition"

    digest: Mapped[str] = mapped_column(sa.String(80), unique=True)
    code: Mapped[str | None] = mapped_column(sa.String(20), unique=True, default=None)
    number: Mapped[str] = mapped_column(sa.String(30), default="")
    data_key: Mapped[str | None] = mapped_column(sa.String(80), default=None)
    file_key: Mapped[str] = mapped_column(sa.String(80), index=True)
    pages: Mapped[int]
    size: Mapped[int]
    page_keys: Mapped[list[Any]] = mapped_column(default=list)
    made_at: Mapped[datetime]
    signed_key: Mapped[str | None] = mapped_column(sa.String(80), index=True, default=None)
    signed_by: Mapped[str] = mapped_column(sa.String(80), default="")

    @property
    def best_key(self) -> str:
        """The file that goes out: the signed one, if somebody signed."""
        return self.signed_key or self.file_key


class Recipe(Versioned, Archivable, Base):
    """A report to make again: what a `Report` says, with a rule (`span`) in place of days.

    `schedule`: "" or how often it is made by itself; `reader_ids`: the accounts that are told by mail then.
    """

    __tablename__ = "recipe"

    name: Mapped[str] = mapped_column(sa.String(80))
    kind: Mapped[str] = mapped_column(sa.String(20))
    startup_id: Mapped[int | None] = mapped_column(sa.ForeignKey("startup.id"), default=None)
    institution_id: Mapped[int | None] = mapped_column(sa.ForeignKey("institution.id"), default=None)
    category_id: Mapped[int | None] = mapped_column(sa.ForeignKey("service_category.id"), default=None)
    line: Mapped[str] = mapped_column(sa.String(40), default="")
    span: Mapped[str] = mapped_column(sa.String(20))
    language: Mapped[str] = mapped_column(sa.String(10))
    options: Mapped[list[Any]] = mapped_column(default=list)
    schedule: Mapped[str] = mapped_column(sa.String(10), default="")
    reader_ids: Mapped[list[Any]] = mapped_column(default=list)
    made_by_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    made_at: Mapped[datetime]

    startup: Mapped[Startup | None] = many_to_one("Startup", "Recipe.startup_id")
    institution: Mapped[Institution | None] = many_to_one("Institution", "Recipe.institution_id")
    category: Mapped[ServiceCategory | None] = many_to_one("ServiceCategory", "Recipe.category_id")
    made_by: Mapped[Account] = many_to_one("Account", "Recipe.made_by_id")


class Batch(Base):
    """The same report about many: of companies served or institutions, a few at a time.

    `about`: whom, as `batches.py` names it. `cancelled_at`: no further one is begun after that. `job_id`: packing them;
    `zip_key`, `merged_key`: all that were made as an archive, and as one PDF.
    """

    __tablename__ = "batch"

    kind: Mapped[str] = mapped_column(sa.String(20))
    about: Mapped[str] = mapped_column(sa.String(30))
    from_day: Mapped[date]
    to_day: Mapped[date]
    language: Mapped[str] = mapped_column(sa.String(10))
    made_by_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    made_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None] = mapped_column(default=None)
    job_id: Mapped[int | None] = mapped_column(sa.ForeignKey("job.id"), default=None)
    zip_key: Mapped[str | None] = mapped_column(sa.String(80), default=None)
    merged_key: Mapped[str | None] = mapped_column(sa.String(80), default=None)

    made_by: Mapped[Account] = many_to_one("Account", "Batch.made_by_id")
    job: Mapped[Job | None] = many_to_one("Job", "Batch.job_id")


class Download(Base):
    """Somebody took a report along. `what`: pdf, xlsx, csv, docx, form or pages."""

    __tablename__ = "download"
    __table_args__ = (sa.Index(None, "report_id", "id"),)

    report_id: Mapped[int] = mapped_column(sa.ForeignKey("report.id", ondelete="CASCADE"))
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    what: Mapped[str] = mapped_column(sa.String(10))
    at: Mapped[datetime]

    account: Mapped[Account] = many_to_one("Account", "Download.account_id")


class Report(Base):
    """A report that somebody asked for: of which kind, about whom, over which days.

    About a startup, an institution, a round, a platform line, a category of services, or (none of them) the platform.
    `title`: what its subject was called when it was asked for, "" for the platform. `language`: zh, en or both.
    `options`: what it includes, by name; `words`: texts that people wrote for it, by name. `is_draft`: only looked at
    so far. `is_reused`: its edition was there already; `is_scheduled`: the calendar asked for it; `is_public`: anybody
    who verifies the document sees its headline. It may come from a recipe or belong to a batch.
    `after_id`: the briefing whose text it takes further. `publication_id`: the version that a profile shows.
    `vocabularies`: {vocabulary: the version whose words it speaks}, however often it is made.
    """

    __tablename__ = "report"
    __table_args__ = (
        sa.Index(None, "kind", "id"),
        sa.Index(None, "made_by_id", "startup_id"),
        sa.Index(None, "batch_id", "id"),
    )

    kind: Mapped[str] = mapped_column(sa.String(20))
    title: Mapped[str] = text(200)
    startup_id: Mapped[int | None] = mapped_column(sa.ForeignKey("startup.id"), default=None)
    institution_id: Mapped[int | None] = mapped_column(sa.ForeignKey("institution.id"), default=None)
    round_id: Mapped[int | None] = mapped_column(sa.ForeignKey("round.id"), default=None)
    category_id: Mapped[int | None] = mapped_column(sa.ForeignKey("service_category.id"), default=None)
    line: Mapped[str] = mapped_column(sa.String(40), default="")
    from_day: Mapped[date]
    to_day: Mapped[date]
    language: Mapped[str] = mapped_column(sa.String(10))
    options: Mapped[list[Any]] = mapped_column(default=list)
    words: Mapped[dict[str, Any]] = mapped_column(default=dict)
    is_draft: Mapped[bool] = mapped_column(default=False)
    is_reused: Mapped[bool] = mapped_column(default=False)
    is_scheduled: Mapped[bool] = mapped_column(default=False)
    is_public: Mapped[bool] = mapped_column(default=False)
    made_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), default=None)
    made_at: Mapped[datetime]
    job_id: Mapped[int | None] = mapped_column(sa.ForeignKey("job.id"), default=None)
    edition_id: Mapped[int | None] = mapped_column(sa.ForeignKey("edition.id"), default=None)
    recipe_id: Mapped[int | None] = mapped_column(sa.ForeignKey("recipe.id"), index=True, default=None)
    batch_id: Mapped[int | None] = mapped_column(sa.ForeignKey("batch.id"), default=None)
    vocabularies: Mapped[dict[str, Any] | None] = mapped_column(default=None)
    publication_id: Mapped[int | None] = mapped_column(sa.ForeignKey("publication.id"), default=None)
    after_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("report.id", ondelete="SET NULL"), unique=True, default=None
    )

    startup: Mapped[Startup | None] = many_to_one("Startup", "Report.startup_id")
    institution: Mapped[Institution | None] = many_to_one("Institution", "Report.institution_id")
    round: Mapped[Round | None] = many_to_one("Round", "Report.round_id")
    category: Mapped[ServiceCategory | None] = many_to_one("ServiceCategory", "Report.category_id")
    made_by: Mapped[Account | None] = many_to_one("Account", "Report.made_by_id")
    job: Mapped[Job | None] = many_to_one("Job", "Report.job_id")
    edition: Mapped[Edition | None] = many_to_one("Edition", "Report.edition_id")
    recipe: Mapped[Recipe | None] = many_to_one("Recipe", "Report.recipe_id")

    @property
    def page_keys(self) -> list[Any]:
        """Its pages as pictures; none while it is not made."""
        return self.edition.page_keys if self.edition else []

    @property
    def number(self) -> str:
        """What the document is called in letters about it: FW-2026-0612-031."""
        return f"FW-{day_of(self.made_at):%Y-%m%d}-{self.id:03d}"
