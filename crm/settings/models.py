"""The vocabularies: ordered lists of words that are data, not code."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.db import Base, text


class Term(Base):
    """One word of a vocabulary, such as the deal stage 会面 met. `limit_days`: rotting limit of a stage."""

    __tablename__ = "term"
    __table_args__ = (sa.UniqueConstraint("vocabulary", "code"),)

    vocabulary: Mapped[str] = mapped_column(sa.String(30))
    code: Mapped[str] = mapped_column(sa.String(30))
    position: Mapped[int]
    name_zh: Mapped[str] = text(60)
    name_en: Mapped[str] = text(60)
    limit_days: Mapped[int | None] = mapped_column(default=None)
