"""What somebody pasted and has not confirmed yet."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.db import Archivable, Base, Versioned


class Paste(Versioned, Archivable, Base):
    """A pasted text with what was read from it; its owner's alone.

    Nothing of it counts before it is confirmed. The text may hold personal data: it goes as soon as the paste is done,
    or thirty days after it was made. `made`: [table, id, name] of each record that it became.
    """

    __tablename__ = "paste"
    __table_args__ = (sa.Index(None, "account_id", "done_at", "archived_at", "id"), sa.Index(None, "made_at"))

    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    text: Mapped[str] = mapped_column(sa.Text, default="")
    reading: Mapped[dict[str, Any]] = mapped_column(default=dict)
    made: Mapped[list[Any]] = mapped_column(default=list)
    made_at: Mapped[datetime]
    done_at: Mapped[datetime | None] = mapped_column(default=None)

    @property
    def is_open(self) -> bool:
        """True while it waits to be confirmed."""
        return self.done_at is None and self.archived_at is None

    @property
    def beginning(self) -> str:
        """The first words, by which its owner knows it again."""
        words = " ".join(self.text.split())
        return words if len(words) <= 60 else words[:59] + "…"
