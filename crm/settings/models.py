"""What an operator may change: the platform's own facts, and the vocabularies, ordered lists of words that are data."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.db import Base, Versioned, text


class Platform(Versioned, Base):
    """The one row of facts about the platform. An empty name or contact means the one that the environment sets.

    `stamp` is drawn anew with every change of this row or of a vocabulary: what was read under it still holds while it
    stands. `logo_key` is the picture's key in the storage, "" for our own mark;
    `names_institutions`: founders read the names of the institutions that they were introduced to, not only the kind.
    `report_colour` is #RRGGBB, "" for our own; `closing`: the last line of every report.
    From `maintenance_at` on (None: never) nobody but administrators changes anything; `maintenance_note` says more.
    """

    __tablename__ = "platform"

    name_zh: Mapped[str] = text(60)
    name_en: Mapped[str] = text(60)
    contact_zh: Mapped[str] = text(200)
    contact_en: Mapped[str] = text(200)
    icp_number: Mapped[str] = text(60)
    police_number: Mapped[str] = text(60)
    disclaimer_zh: Mapped[str] = text(400)
    disclaimer_en: Mapped[str] = text(400)
    notice_zh: Mapped[str] = text(400)
    notice_en: Mapped[str] = text(400)
    closing_zh: Mapped[str] = text(400)
    closing_en: Mapped[str] = text(400)
    report_colour: Mapped[str] = text(7)
    names_institutions: Mapped[bool] = mapped_column(default=True)
    logo_key: Mapped[str] = text(80)
    logo_name: Mapped[str] = text(200)
    logo_type: Mapped[str] = text(60)
    maintenance_at: Mapped[datetime | None] = mapped_column(default=None)
    maintenance_note: Mapped[str] = text(400)
    stamp: Mapped[str] = text(32)


class Term(Base):
    """One word of a vocabulary, such as the deal stage 会面 met. `limit_days`: rotting limit of a stage.

    `parent`: the code of the word above it in the vocabulary that groups this one, such as the group of a round.
    A retired word is no longer offered; records that have it keep it.
    """

    __tablename__ = "term"
    __table_args__ = (sa.UniqueConstraint("vocabulary", "code"),)

    vocabulary: Mapped[str] = mapped_column(sa.String(30))
    code: Mapped[str] = mapped_column(sa.String(30))
    position: Mapped[int]
    name_zh: Mapped[str] = text(60)
    name_en: Mapped[str] = text(60)
    limit_days: Mapped[int | None] = mapped_column(default=None)
    parent: Mapped[str | None] = mapped_column(sa.String(30), default=None)
    retired_at: Mapped[datetime | None] = mapped_column(default=None)


class VocabularyVersion(Base):
    """All words of a vocabulary as they were from a moment on, append-only. A vocabulary without any is at version 1.

    `words`: [{"code", "position", "name_zh", "name_en", "limit_days", "is_retired", "parent"}] in their order.
    """

    __tablename__ = "vocabulary_version"
    __table_args__ = (sa.UniqueConstraint("vocabulary", "number"),)

    vocabulary: Mapped[str] = mapped_column(sa.String(30))
    number: Mapped[int]
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), default=None)
    by_name: Mapped[str] = text(80)
    words: Mapped[list[Any]] = mapped_column(default=list)
