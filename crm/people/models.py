"""People to talk to: at institutions, and those who founded or run a startup. A person here is not an account."""

from __future__ import annotations

import enum
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.db import Archivable, Base, Versioned, many_to_one, text
from crm.institutions.models import Institution
from crm.lib.masks import NEXT_NUMBER, mask_email, mask_phone, mask_word
from crm.lib.names import name_key
from crm.startups.models import Startup

USUAL_PURPOSE = "投融资对接联系"
CONSENT = "consent"
KEPT_CONTACT = sa.text("contact_before IS NOT NULL")
EXPIRES_SOON = timedelta(days=30)


class ConsentState(enum.StrEnum):
    """Whether a person's data may be kept and used on a day."""

    VALID = "valid"
    EXPIRING = "expiring"
    EXPIRED = "expired"
    NONE = "none"
    NOT_NEEDED = "not_needed"


class Person(Versioned, Archivable, Base):
    """Somebody at exactly one institution or startup, with why and since when we keep their data (个人信息保护法).

    `consented_on`…`consent_until`: keeping and using the data; `share_…`: giving them to investors, consented apart.
    `erased_at`: the person asked for deletion; the row stays without data, so that what refers to it holds.
    `contact_before`: the contact data before the latest change, {field: value} and `at`, kept for the hour in which
    that change may be undone; nobody is shown it.
    """

    __tablename__ = "person"
    __table_args__ = (
        sa.CheckConstraint("(institution_id IS NULL) != (startup_id IS NULL)", name="one_organisation"),
        sa.Index(None, "archived_at", "name_key", "id"),
        sa.Index(None, "archived_at", "consent_until", "id"),
        sa.Index("ix_person_contact_before", "id", postgresql_where=KEPT_CONTACT, sqlite_where=KEPT_CONTACT),
    )

    institution_id: Mapped[int | None] = mapped_column(sa.ForeignKey("institution.id"), index=True, default=None)
    startup_id: Mapped[int | None] = mapped_column(sa.ForeignKey("startup.id"), index=True, default=None)
    name: Mapped[str] = mapped_column(sa.String(80))
    name_key: Mapped[str] = mapped_column(sa.String(80), default="")
    title: Mapped[str] = text(80)
    is_founder: Mapped[bool] = mapped_column(default=False)
    bio: Mapped[str] = text(400)
    phone: Mapped[str] = text(40)
    email: Mapped[str] = text(120)
    wechat: Mapped[str] = text(60)
    note: Mapped[str] = text(400)
    source: Mapped[str] = text(30)
    source_note: Mapped[str] = text(200)
    purpose: Mapped[str] = mapped_column(sa.String(200), default=USUAL_PURPOSE)
    basis: Mapped[str] = text(30)
    consented_on: Mapped[date | None] = mapped_column(default=None)
    consent_until: Mapped[date | None] = mapped_column(default=None)
    share_consented_on: Mapped[date | None] = mapped_column(default=None)
    share_consent_until: Mapped[date | None] = mapped_column(default=None)
    erased_at: Mapped[datetime | None] = mapped_column(default=None)
    contact_before: Mapped[dict[str, Any] | None] = mapped_column(sa.JSON(none_as_null=True), default=None)
    created_at: Mapped[datetime]

    institution: Mapped[Institution | None] = many_to_one("Institution", "Person.institution_id")
    startup: Mapped[Startup | None] = many_to_one("Startup", "Person.startup_id")

    def call(self, name: str) -> None:
        """Set the name and what it is found by."""
        self.name, self.name_key = name, name_key(name)

    @property
    def organisation(self) -> Institution | Startup | None:
        """Where the person works; both references must be loaded."""
        return self.institution if self.institution_id is not None else self.startup

    @property
    def contact(self) -> dict[str, str]:
        """The contact data in full, {field: value}."""
        return {"phone": self.phone, "email": self.email, "wechat": self.wechat}

    @property
    def masked(self) -> dict[str, str]:
        """The contact data that there are, {field: as everybody may see it}."""
        return masked(self.phone, self.email, self.wechat)

    @property
    def dialled(self) -> str:
        """The first number without what a telephone does not understand, for a tel: link."""
        first = NEXT_NUMBER.split(self.phone)[0]
        return "".join(character for character in first if character.isdecimal() or character == "+")

    def consent_state(self, day: date) -> ConsentState:
        """Whether the data may be kept and used on a day."""
        return consent_on(day, self.basis, self.consented_on, self.consent_until)

    def may_be_shared(self, day: date) -> bool:
        """True when the person allowed on that day that investors see their name, title and biography."""
        until = self.share_consent_until
        return self.share_consented_on is not None and (until is None or until >= day)


def masked(phone: str, email: str, wechat: str) -> dict[str, str]:
    """The contact data that there are, {field: as everybody may see it}."""
    told = {"phone": mask_phone(phone), "email": mask_email(email), "wechat": mask_word(wechat)}
    return {name: value for name, value in told.items() if value}


def consent_on(day: date, basis: str, given: date | None, until: date | None) -> ConsentState:
    """Whether somebody's data may be kept and used on a day."""
    if basis not in ("", CONSENT):
        return ConsentState.NOT_NEEDED
    if given is None:
        return ConsentState.NONE
    if until is None or until > day + EXPIRES_SOON:
        return ConsentState.VALID
    return ConsentState.EXPIRED if until < day else ConsentState.EXPIRING
