"""The processes that do jobs."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.db import Base


class Worker(Base):
    """A process that does jobs, as `machine:number`. `seen_at`: when it last said that it lives."""

    __tablename__ = "worker"

    name: Mapped[str] = mapped_column(sa.String(120), unique=True)
    started_at: Mapped[datetime]
    seen_at: Mapped[datetime]
