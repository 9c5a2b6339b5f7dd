"""What accounts keep of lists."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.db import Archivable, Base, text


class SavedView(Archivable, Base):
    """A view of a list that an account keeps: its filters and sort as the end of an address, and its columns.

    The row without a name is how the account sees the list where no view says otherwise; its `last_id` is the view that
    the account opened last.
    """

    __tablename__ = "saved_view"
    __table_args__ = (
        sa.UniqueConstraint("account_id", "kind", "name"),
        sa.Index(None, "kind", "is_shared"),
    )

    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    kind: Mapped[str] = mapped_column(sa.String(30))
    name: Mapped[str] = text(40)
    query: Mapped[str] = text(2000)
    columns: Mapped[tuple[str, ...]] = mapped_column(default=())
    is_shared: Mapped[bool] = mapped_column(default=False)
    last_id: Mapped[int | None] = mapped_column(sa.ForeignKey("saved_view.id", ondelete="SET NULL"), default=None)
