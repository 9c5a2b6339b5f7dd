"""Terms of confidentiality, their versions, and who accepted which."""

from __future__ import annotations

import enum
from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm.accounts.models import Account
from crm.core.db import Base, many_to_one, text
from crm.institutions.models import Institution


class Terms(Base):
    """One version of the terms, never changed: the latest one is in force. `months`: how long an acceptance holds."""

    __tablename__ = "confidentiality_terms"

    number: Mapped[int] = mapped_column(unique=True)
    text_zh: Mapped[str] = mapped_column(sa.Text)
    text_en: Mapped[str] = mapped_column(sa.Text)
    months: Mapped[int]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), default=None)
    created_at: Mapped[datetime]

    by: Mapped[Account | None] = many_to_one("Account", "Terms.by_id")

    @property
    def name(self) -> str:
        """What the version is called."""
        return f"v{self.number}"


class Means(enum.StrEnum):
    """How somebody agreed: on the page, or by signing a paper that the desk keeps."""

    PORTAL = "portal"
    PAPER = "paper"


class Acceptance(Base):
    """An institution, or (`account_id`) one of its people, agreed to a version. `until`: the last day that it holds.

    `address`: from which network address, on the page; `signed_by`: who signed, on paper. Papers are documents of this
    record. `ended_at`: somebody ended it before its last day.
    """

    __tablename__ = "acceptance"
    __table_args__ = (
        sa.Index(None, "institution_id", "account_id", "terms_id"),
        sa.Index(None, "recorded_at", "id"),
        sa.Index(None, "until", "id"),
    )

    terms_id: Mapped[int] = mapped_column(sa.ForeignKey("confidentiality_terms.id"))
    institution_id: Mapped[int] = mapped_column(sa.ForeignKey("institution.id"))
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), default=None)
    means: Mapped[Means]
    accepted_on: Mapped[date]
    until: Mapped[date]
    address: Mapped[str] = text(45)
    signed_by: Mapped[str] = text(80)
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), default=None)
    recorded_at: Mapped[datetime]
    ended_at: Mapped[datetime | None] = mapped_column(default=None)

    terms: Mapped[Terms] = many_to_one("Terms", "Acceptance.terms_id")
    institution: Mapped[Institution] = many_to_one("Institution", "Acceptance.institution_id")
    account: Mapped[Account | None] = many_to_one("Account", "Acceptance.account_id")
    by: Mapped[Account | None] = many_to_one("Account", "Acceptance.by_id")
