"""Meetings between an institution and a startup, arranged by the desk."""

from __future__ import annotations

import enum
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm.accounts.models import Account
from crm.core.clock import day_of
from crm.core.db import Base, Versioned, many_to_one, text
from crm.institutions.models import Institution
from crm.startups.models import Startup

USUAL_MINUTES = 60


class Way(enum.StrEnum):
    """How people meet."""

    VIDEO = "video"
    ON_SITE = "on_site"
    PHONE = "phone"


class AppointmentState(enum.StrEnum):
    """Asked for, set to a time, or off."""

    ASKED = "asked"
    SET = "set"
    OFF = "off"


class Appointment(Versioned, Base):
    """A meeting that an institution asked for. Once it is set it is also an activity of the desk; no deal moves by it.

    `wishes`: the moments proposed, ISO 8601 in UTC. `place`: an address, or how to join. `sequence` grows with every
    change after it was first set, as calendars want it (RFC 5545); `uid` never changes. `word`: why it is off.
    `owner_id`: who of the desk sees to it.
    """

    __tablename__ = "appointment"
    __table_args__ = (
        sa.Index(None, "institution_id", "state", "starts_at", "id"),
        sa.Index(None, "state", "starts_at", "id"),
        sa.Index(None, "owner_id", "state"),
    )

    startup_id: Mapped[int] = mapped_column(sa.ForeignKey("startup.id"), index=True)
    institution_id: Mapped[int] = mapped_column(sa.ForeignKey("institution.id"))
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    owner_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), default=None)
    state: Mapped[AppointmentState] = mapped_column(default=AppointmentState.ASKED)
    way: Mapped[Way] = mapped_column(default=Way.VIDEO)
    wishes: Mapped[list[Any]] = mapped_column(default=list)
    with_whom: Mapped[str] = text(200)
    note: Mapped[str] = text(1000)
    starts_at: Mapped[datetime | None] = mapped_column(default=None)
    minutes: Mapped[int] = mapped_column(default=USUAL_MINUTES)
    place: Mapped[str] = text(300)
    participants: Mapped[str] = text(400)
    word: Mapped[str] = text(400)
    sequence: Mapped[int] = mapped_column(default=0)
    uid: Mapped[str] = mapped_column(sa.String(80), unique=True)
    activity_id: Mapped[int | None] = mapped_column(sa.ForeignKey("activity.id"), default=None)
    asked_at: Mapped[datetime]
    changed_at: Mapped[datetime]

    startup: Mapped[Startup] = many_to_one("Startup", "Appointment.startup_id")
    institution: Mapped[Institution] = many_to_one("Institution", "Appointment.institution_id")
    account: Mapped[Account] = many_to_one("Account", "Appointment.account_id")
    owner: Mapped[Account | None] = many_to_one("Account", "Appointment.owner_id")

    @property
    def wished_times(self) -> list[datetime]:
        """The moments that the institution proposed."""
        return [datetime.fromisoformat(one) for one in self.wishes]

    @property
    def ends_at(self) -> datetime | None:
        """When it is over; None until it is set."""
        return self.starts_at + timedelta(minutes=self.minutes) if self.starts_at else None

    def days_waiting(self, today: date) -> int | None:
        """How many days the institution waits; None while it does not."""
        return (today - day_of(self.waits_since)).days if self.waits_since else None

    @property
    def waits_since(self) -> datetime | None:
        """Since when the institution waits for a time; None once there is one, or it is off."""
        return self.asked_at if self.state == AppointmentState.ASKED else None

    @property
    def is_set(self) -> bool:
        """True while it stands at a time."""
        return self.state == AppointmentState.SET
