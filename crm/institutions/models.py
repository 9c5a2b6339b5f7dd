"""Investment institutions."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.db import Archivable, Base, Versioned, many_to_one, money, text
from crm.core.naming import LegalPerson
from crm.institutions.thesis import Investing
from crm.lib.identifiers import amac_manager_fits


class Brand(Versioned, Base):
    """One name over several managers (品牌). Figures count legal persons; pages may show brands."""

    __tablename__ = "brand"

    name: Mapped[str] = mapped_column(sa.String(80))
    name_key: Mapped[str] = mapped_column(sa.String(80), unique=True)
    created_at: Mapped[datetime]


class Institution(LegalPerson, Investing, Versioned, Archivable, Base):
    """A legal person that manages or provides capital (投资机构). `joined_on`: the day it was attracted.

    `kind` is what it is counted as, `other_kinds` what it is besides.
    `amac_status` is what the fund association showed on `amac_checked_on`.
    """

    __tablename__ = "institution"
    __table_args__ = (
        sa.Index(None, "archived_at", "name_key", "id"),
        sa.Index(None, "archived_at", "joined_on", "id"),
    )

    kind: Mapped[str] = mapped_column(sa.String(30), default="other")
    other_kinds: Mapped[tuple[str, ...]] = mapped_column(default=())
    brand_id: Mapped[int | None] = mapped_column(sa.ForeignKey("brand.id"), default=None, index=True)
    amac_number: Mapped[str] = text(20)
    amac_status: Mapped[str | None] = mapped_column(sa.String(30), default=None)
    amac_checked_on: Mapped[date | None] = mapped_column(default=None)
    city: Mapped[str] = text(40)
    assets: Mapped[int | None] = money()
    joined_on: Mapped[date | None] = mapped_column(default=None)
    left_on: Mapped[date | None] = mapped_column(default=None)
    note: Mapped[str] = mapped_column(sa.Text, default="")
    created_at: Mapped[datetime]

    @property
    def amac_number_fits(self) -> bool:
        """False for a number of another form than AMAC gives: worth a look, no reason to refuse it."""
        return amac_manager_fits(self.amac_number)

    brand: Mapped[Brand | None] = many_to_one("Brand", "Institution.brand_id")

    @property
    def shown_name(self) -> str:
        """The full name: many institutions share a short one."""
        return self.name


ADMITTED, SUSPENDED, REFUSED = "admitted", "suspended", "refused"


class Admission(Base):
    """One check of whether an institution may be let in (准入), never changed: the latest counts.

    `checked` says what was looked at, such as its licence; `recheck_on` when somebody must look again. Papers of the
    evidence are documents of this record.
    """

    __tablename__ = "admission"
    __table_args__ = (
        sa.Index(None, "institution_id", "checked_on", "id"),
        sa.Index(None, "recheck_on", "institution_id"),
    )

    institution_id: Mapped[int] = mapped_column(sa.ForeignKey("institution.id"))
    checked: Mapped[str] = mapped_column(sa.String(30))
    result: Mapped[str] = mapped_column(sa.String(30))
    checked_on: Mapped[date]
    checked_by: Mapped[str] = text(80)
    evidence: Mapped[str] = mapped_column(sa.Text, default="")
    recheck_on: Mapped[date | None] = mapped_column(default=None)
    recorded_at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), default=None)

    institution: Mapped[Institution] = many_to_one("Institution", "Admission.institution_id")
