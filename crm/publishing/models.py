"""Authorisations, publications, and who read them."""

from __future__ import annotations

import enum
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.hybrid import hybrid_property
from sqlalchemy.orm import Mapped, mapped_column

from crm.accounts.models import Account
from crm.core.db import Base, many_to_one, text
from crm.institutions.models import Institution
from crm.startups.models import Startup

IN_FORCE = sa.text("ended_at IS NULL")
# What lists ask of every profile, in the index: to read the rows means to read all that the profiles say.
READ_BY = (
    "ended_at",
    "startup_id",
    "authorisation_id",
    "for_all",
    "until",
    "sector_layer",
    "sector_vertical",
    "growth_stage",
)


def only_in_force(name: str, *columns: str, unique: bool = False) -> sa.Index:
    return sa.Index(name, *columns, unique=unique, sqlite_where=IN_FORCE, postgresql_where=IN_FORCE)


class Layer(enum.StrEnum):
    """Who reads a part of a profile: every invited reader, or those who accepted the confidentiality terms.

    What is in neither stays inside.
    """

    INVITED = "invited"
    CONFIDENTIAL = "confidential"


class Ending(enum.StrEnum):
    """Why investors no longer read a publication."""

    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class Authorisation(Base):
    """What somebody signed for a startup: what investors may read, who of them, and until when.

    `layers`: {group of fields: layer}; a group that is missing was not authorised. `for_all`: every admitted
    institution, else those of `AudienceMember`. `documents`: the papers that it covers, as signed; `all_documents`:
    whatever stands in the startup's data rooms, else those of `crm.dataroom.models.AuthorisedDocument`. The signed
    paper is a document of this record. It is never changed: another one takes its place, or it is revoked.
    """

    __tablename__ = "authorisation"
    __table_args__ = (sa.Index(None, "startup_id", "id"),)

    startup_id: Mapped[int] = mapped_column(sa.ForeignKey("startup.id"))
    signed_by: Mapped[str] = text(80)
    signer_position: Mapped[str] = text(80)
    signed_on: Mapped[date]
    layers: Mapped[dict[str, Any]]
    for_all: Mapped[bool] = mapped_column(default=True)
    documents: Mapped[str] = mapped_column(sa.Text, default="")
    all_documents: Mapped[bool] = mapped_column(default=True)
    until: Mapped[date | None] = mapped_column(default=None, index=True)
    recorded_at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), default=None)
    revoked_at: Mapped[datetime | None] = mapped_column(default=None)
    revoked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), default=None)

    startup: Mapped[Startup] = many_to_one("Startup", "Authorisation.startup_id")
    by: Mapped[Account | None] = many_to_one("Account", "Authorisation.by_id")
    revoked_by: Mapped[Account | None] = many_to_one("Account", "Authorisation.revoked_by_id")

    def is_valid(self, day: date) -> bool:
        """True while somebody may publish on it."""
        return self.revoked_at is None and (self.until is None or self.until >= day)


class AudienceMember(Base):
    """One institution that an authorisation names."""

    __tablename__ = "audience_member"
    __table_args__ = (
        sa.UniqueConstraint("authorisation_id", "institution_id"),
        sa.Index(None, "institution_id", "authorisation_id"),
    )

    authorisation_id: Mapped[int] = mapped_column(sa.ForeignKey("authorisation.id"))
    institution_id: Mapped[int] = mapped_column(sa.ForeignKey("institution.id"))

    institution: Mapped[Institution] = many_to_one("Institution", "AudienceMember.institution_id")


class Publication(Base):
    """One dated version of what investors read of a startup, copied field by field and never changed.

    `layers`: {layer: {group: [items]}} as `snapshot.py` copies them; `digest`: of these. The columns beside them, and
    `until` and `for_all` of the authorisation, are there for lists. One at most is in force: not ended, and of a
    startup that is not archived.
    """

    __tablename__ = "publication"
    __table_args__ = (
        sa.UniqueConstraint("startup_id", "number"),
        only_in_force("uq_publication_in_force", "startup_id", unique=True),
        only_in_force("ix_publication_by_day", "published_at", "id", *READ_BY),
        only_in_force("ix_publication_by_name", "name_key", "id"),
        sa.Index(None, "authorisation_id"),
        sa.Index(None, "until"),
    )

    startup_id: Mapped[int] = mapped_column(sa.ForeignKey("startup.id"))
    number: Mapped[int]
    authorisation_id: Mapped[int] = mapped_column(sa.ForeignKey("authorisation.id"))
    layers: Mapped[dict[str, Any]]
    digest: Mapped[str] = mapped_column(sa.String(64))
    name: Mapped[str] = mapped_column(sa.String(200))
    name_key: Mapped[str] = mapped_column(sa.String(200))
    short_name: Mapped[str] = text(80)
    summary: Mapped[str] = text(200)
    sector_layer: Mapped[str | None] = mapped_column(sa.String(30), default=None)
    sector_vertical: Mapped[str | None] = mapped_column(sa.String(30), default=None)
    growth_stage: Mapped[str | None] = mapped_column(sa.String(30), default=None)
    for_all: Mapped[bool]
    until: Mapped[date | None] = mapped_column(default=None)
    published_at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), default=None)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    ended_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), default=None)
    ending: Mapped[Ending | None] = mapped_column(default=None)

    startup: Mapped[Startup] = many_to_one("Startup", "Publication.startup_id")
    authorisation: Mapped[Authorisation] = many_to_one("Authorisation", "Publication.authorisation_id")
    by: Mapped[Account | None] = many_to_one("Account", "Publication.by_id")
    ended_by: Mapped[Account | None] = many_to_one("Account", "Publication.ended_by_id")

    @hybrid_property
    def shown_name(self) -> str:
        """The short name where there is one."""
        return self.short_name or self.name

    @shown_name.inplace.expression
    @classmethod
    def _shown_name(cls) -> sa.ColumnElement[str]:
        return sa.func.coalesce(sa.func.nullif(cls.short_name, ""), cls.name)


class Reading(enum.StrEnum):
    """How somebody read a profile."""

    PAGE = "page"
    COMPARISON = "comparison"
    PDF = "pdf"


class ProfileView(Base):
    """Somebody read a profile: who, of which institution at that time, which version, when, how. Append-only."""

    __tablename__ = "profile_view"
    __table_args__ = (
        sa.Index(None, "startup_id", "at", "id"),
        sa.Index(None, "account_id", "at"),
        sa.Index(None, "institution_id", "at"),
    )

    startup_id: Mapped[int] = mapped_column(sa.ForeignKey("startup.id"))
    publication_id: Mapped[int] = mapped_column(sa.ForeignKey("publication.id"))
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    institution_id: Mapped[int] = mapped_column(sa.ForeignKey("institution.id"))
    what: Mapped[Reading]
    is_confidential: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime]

    publication: Mapped[Publication] = many_to_one("Publication", "ProfileView.publication_id")
    account: Mapped[Account] = many_to_one("Account", "ProfileView.account_id")
    institution: Mapped[Institution] = many_to_one("Institution", "ProfileView.institution_id")
