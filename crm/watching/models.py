"""What an institution watches, with notes of its own, and what it passed on."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm.accounts.models import Account
from crm.core.db import Base, many_to_one, text

LONGEST_NOTE = 2000


class Watch(Base):
    """A startup on the watchlist of an institution. Nobody outside the institution learns of it."""

    __tablename__ = "watch"
    __table_args__ = (sa.UniqueConstraint("institution_id", "startup_id"),)

    institution_id: Mapped[int] = mapped_column(sa.ForeignKey("institution.id"))
    startup_id: Mapped[int] = mapped_column(sa.ForeignKey("startup.id"), index=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    at: Mapped[datetime]


class WatchNote(Base):
    """What somebody noted for the colleagues of an institution about a startup. It stays when its writer leaves.

    It is in no history, search or export: staff, administrators, founders and other institutions never read it.
    """

    __tablename__ = "watch_note"
    __table_args__ = (sa.Index(None, "institution_id", "startup_id", "id"),)

    institution_id: Mapped[int] = mapped_column(sa.ForeignKey("institution.id"))
    startup_id: Mapped[int] = mapped_column(sa.ForeignKey("startup.id"))
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    text: Mapped[str] = text(LONGEST_NOTE)
    at: Mapped[datetime]

    account: Mapped[Account] = many_to_one("Account", "WatchNote.account_id")


class Pass(Base):
    """An institution said "not now" about a startup; it holds until somebody of the institution takes it back.

    `reason`: a code of the reasons for passing, None where none was given. `tell_startup`: the reason may be told to
    the startup. Where there are deals, they say the same: see `crm.deals.actions.passing`.
    """

    __tablename__ = "pass"
    __table_args__ = (sa.UniqueConstraint("institution_id", "startup_id"),)

    institution_id: Mapped[int] = mapped_column(sa.ForeignKey("institution.id"))
    startup_id: Mapped[int] = mapped_column(sa.ForeignKey("startup.id"), index=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    reason: Mapped[str | None] = mapped_column(sa.String(30), default=None)
    note: Mapped[str] = text(400)
    tell_startup: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime]

    account: Mapped[Account] = many_to_one("Account", "Pass.account_id")
