"""What founders propose about their startup; the record changes only when the desk accepts."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm.accounts.models import Account
from crm.core.db import Base, many_to_one, text
from crm.startups.models import Startup


class ProposalState(enum.StrEnum):
    """What became of a proposal. Replaced: the founder proposed something else, or took it back."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    RETURNED = "returned"
    REPLACED = "replaced"


class ChangeProposal(Base):
    """One field of one record as a founder wants it, or (`field` "") a new record with all its values.

    `record_type` is the record's table; `record_id` is None for what is new. `before` is what the record said then,
    `after` what it should say: codes, 分 and ISO days, an amount as {"low", "high", "text"}. Files that are proposed
    hang on the proposal as documents until it is accepted. `word`: what the desk says to the founder.
    """

    __tablename__ = "change_proposal"
    __table_args__ = (
        sa.Index(None, "state", "startup_id", "id"),
        sa.Index(None, "startup_id", "proposed_at", "id"),
    )

    startup_id: Mapped[int] = mapped_column(sa.ForeignKey("startup.id"))
    record_type: Mapped[str] = mapped_column(sa.String(30))
    record_id: Mapped[int | None] = mapped_column(sa.BigInteger, default=None)
    record_name: Mapped[str] = text(200)
    field: Mapped[str] = text(40)
    before: Mapped[Any] = mapped_column(sa.JSON(none_as_null=True), default=None, nullable=True)
    after: Mapped[Any] = mapped_column(sa.JSON(none_as_null=True), default=None, nullable=True)
    state: Mapped[ProposalState] = mapped_column(default=ProposalState.WAITING)
    word: Mapped[str] = text(400)
    by_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    proposed_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), default=None)
    decided_at: Mapped[datetime | None] = mapped_column(default=None)

    startup: Mapped[Startup] = many_to_one("Startup", "ChangeProposal.startup_id")
    by: Mapped[Account] = many_to_one("Account", "ChangeProposal.by_id")

    @property
    def is_new_record(self) -> bool:
        """True for a record that is not there yet."""
        return not self.field
