"""Forms that were sent: the key of a creating form is unique, so a form sent twice makes one record."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.db import Base, db


class Submission(Base):
    """A creating form that succeeded, and the page that it led to."""

    __tablename__ = "submission"

    key: Mapped[str] = mapped_column(sa.String(64), unique=True)
    account_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), default=None)
    location: Mapped[str] = mapped_column(sa.String(400))
    at: Mapped[datetime]


def earlier_submission(key: str, account_id: int) -> Submission | None:
    """The same form, sent before by the same account."""
    return db.session.scalar(sa.select(Submission).where(Submission.key == key, Submission.account_id == account_id))


def remember_submission(key: str, account_id: int, location: str, *, at: datetime) -> None:
    """Record a form that succeeded. Raises IntegrityError at the flush when a twin was quicker."""
    db.session.add(Submission(key=key, account_id=account_id, location=location, at=at))
    db.session.flush()  # a twin must fail here, inside the transaction
