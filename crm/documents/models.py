"""Pictures and papers that belong to a record."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.db import Archivable, Base, text


class Document(Archivable, Base):
    """One file of one record, such as a picture of a product or the evidence of an admission.

    `record_type` is the record's table. The bytes lie in the storage under `file_key`; `size` is in bytes.
    """

    __tablename__ = "document"
    __table_args__ = (sa.Index(None, "record_type", "record_id", "archived_at", "id"),)

    record_type: Mapped[str] = mapped_column(sa.String(30))
    record_id: Mapped[int] = mapped_column(sa.BigInteger)
    name: Mapped[str] = text(200)
    media_type: Mapped[str] = mapped_column(sa.String(60))
    size: Mapped[int] = mapped_column(sa.BigInteger)
    file_key: Mapped[str] = mapped_column(sa.String(80))
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), default=None)
    created_at: Mapped[datetime]

    @property
    def is_picture(self) -> bool:
        """True for what a page may show in place."""
        return self.media_type.startswith("image/")
