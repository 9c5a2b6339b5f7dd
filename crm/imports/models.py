"""Ledgers that were uploaded, and what came of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm.accounts.models import Account
from crm.core.db import Base, many_to_one, text
from crm.core.jobs import Job


class LedgerImport(Base):
    """One run over an uploaded ledger. `outcome` is the JSON of `Outcome`, None until the job is done."""

    __tablename__ = "ledger_import"

    file_name: Mapped[str] = text(200)
    file_key: Mapped[str] = mapped_column(sa.String(80))
    dry_run: Mapped[bool]
    language: Mapped[str] = mapped_column(sa.String(10))
    outcome: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON, default=None)
    refused_key: Mapped[str | None] = mapped_column(sa.String(80), default=None)
    made_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), default=None)
    made_at: Mapped[datetime]
    job_id: Mapped[int | None] = mapped_column(sa.ForeignKey("job.id"), default=None)

    made_by: Mapped[Account | None] = many_to_one("Account", "LedgerImport.made_by_id")
    job: Mapped[Job | None] = many_to_one("Job", "LedgerImport.job_id")
