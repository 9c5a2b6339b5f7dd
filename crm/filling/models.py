"""Forms of others, kept to be filled with figures again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm.accounts.models import Account
from crm.core.db import Archivable, Base, many_to_one


class FormTemplate(Archivable, Base):
    """An XLSX form. `places`: [[sheet, cell, text]] of the cells that ask for figures."""

    __tablename__ = "form_template"

    name: Mapped[str] = mapped_column(sa.String(120))
    file_name: Mapped[str] = mapped_column(sa.String(200))
    file_key: Mapped[str] = mapped_column(sa.String(80))
    size: Mapped[int]
    places: Mapped[list[Any]]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), default=None)
    created_at: Mapped[datetime]

    by: Mapped[Account | None] = many_to_one("Account", "FormTemplate.by_id")
