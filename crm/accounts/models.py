"""People who sign in."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.db import Base, Versioned, many_to_one, text


class Role(enum.StrEnum):
    """What somebody may do; see the table in domain.md and `policies.py` of each feature."""

    ADMIN = "admin"
    MANAGER = "manager"
    FINANCE = "finance"
    LEADER = "leader"
    INVESTOR = "investor"
    FOUNDER = "founder"


class DigestRhythm(enum.StrEnum):
    """How often an investor gets what is new by mail."""

    NONE = "none"
    WEEKLY = "weekly"
    DAILY = "daily"


class Account(Versioned, Base):
    """A person who signs in. An investor belongs to exactly one institution, a founder to one startup,
    nobody else to any.

    `email`: where the digest goes, "" for no mail at all; staff choose `daily_digest`, investors `portal_digest`.
    `email_before`: the address before the one that it got at `email_changed_at`, both kept for the hour in which that
    may be undone; nobody is shown them.
    `is_institution_admin`: an investor who invites and removes the colleagues of the same institution.
    """

    __tablename__ = "account"
    __table_args__ = (
        sa.CheckConstraint("(role = 'investor') = (institution_id IS NOT NULL)", name="investor_institution"),
        sa.CheckConstraint("(role = 'founder') = (startup_id IS NOT NULL)", name="founder_startup"),
    )

    username: Mapped[str] = mapped_column(sa.String(80), unique=True)
    name: Mapped[str] = text(80)
    role: Mapped[Role]
    institution_id: Mapped[int | None] = mapped_column(sa.ForeignKey("institution.id"), default=None)
    startup_id: Mapped[int | None] = mapped_column(sa.ForeignKey("startup.id"), default=None, index=True)
    password_hash: Mapped[str] = text(200)
    language: Mapped[str] = mapped_column(sa.String(10), default="zh_CN")
    email: Mapped[str] = text(254)
    email_before: Mapped[str | None] = mapped_column(sa.String(254), default=None)
    email_changed_at: Mapped[datetime | None] = mapped_column(default=None)
    daily_digest: Mapped[bool] = mapped_column(default=True)
    portal_digest: Mapped[DigestRhythm] = mapped_column(default=DigestRhythm.WEEKLY)
    is_institution_admin: Mapped[bool] = mapped_column(default=False)
    disabled_at: Mapped[datetime | None] = mapped_column(default=None)
    created_at: Mapped[datetime]

    @property
    def place(self) -> tuple[Role, int | None, int | None]:
        """Its role, institution and startup: what it may read hangs on them."""
        return self.role, self.institution_id, self.startup_id

    @property
    def is_invited(self) -> bool:
        """True until somebody chose a password: nobody can sign in with it yet."""
        return not self.password_hash

    @property
    def initial(self) -> str:
        """The letter shown in the round picture."""
        return self.name[:1] or self.username[:1]


@dataclass(frozen=True)
class System:
    """The actor of a command that nobody signed in for."""

    id: None = None
    name: str = "crm"
    role: Role = Role.MANAGER
    institution_id: None = None
    startup_id: None = None
    language: str = "zh_CN"


Actor = Account | System


class Device(Base):
    """A browser in which an account signed in. Its cookie holds a token, this row its hash.

    `recognised_at`: when the holder said that it was them, None for a device that nobody has vouched for yet.
    """

    __tablename__ = "device"
    __table_args__ = (sa.UniqueConstraint("account_id", "token_hash"),)

    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    token_hash: Mapped[str] = mapped_column(sa.String(64))
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    recognised_at: Mapped[datetime | None] = mapped_column(default=None)


class SignInSession(Base):
    """One signed-in browser. The cookie holds the token, this row its hash: a deleted row ends the session.

    `is_pending`: the password was right, the code is still to come: opens no page. `by_provider`: by single sign-on.
    `address` and `agent`: where it was opened, as the browser said. `seen_at`: to about five minutes.
    """

    __tablename__ = "sign_in_session"

    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True)
    device_id: Mapped[int | None] = mapped_column(sa.ForeignKey("device.id"), default=None)
    is_pending: Mapped[bool] = mapped_column(default=False)
    by_provider: Mapped[bool] = mapped_column(default=False)
    address: Mapped[str] = text(45)
    agent: Mapped[str] = text(300)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]

    account: Mapped[Account] = many_to_one("Account", "SignInSession.account_id")
    device: Mapped[Device | None] = many_to_one("Device", "SignInSession.device_id")


class SecondFactor(Base):
    """The secret that an account shares with an authenticator app, encrypted (`sealing.py`).

    `last_step`: the half minute (since 1970) of the last code that was accepted; no code of it or before is again.
    """

    __tablename__ = "second_factor"

    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), unique=True)
    secret: Mapped[str] = mapped_column(sa.String(400))
    last_step: Mapped[int] = mapped_column(sa.BigInteger)
    created_at: Mapped[datetime]


class RecoveryCode(Base):
    """A code that replaces the authenticator app once; this row holds its hash."""

    __tablename__ = "recovery_code"

    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True)
    code_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    used_at: Mapped[datetime | None] = mapped_column(default=None)


class ProviderIdentity(Base):
    """Who an account is at a provider of single sign-on; once bound, the subject holds whatever the mail address."""

    __tablename__ = "provider_identity"
    __table_args__ = (sa.UniqueConstraint("issuer", "subject"), sa.UniqueConstraint("account_id", "issuer"))

    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    issuer: Mapped[str] = mapped_column(sa.String(300))
    subject: Mapped[str] = mapped_column(sa.String(255))
    bound_at: Mapped[datetime]


class Visit(Base):
    """When an account came last, and the time before: what is new since then stays new while the visit lasts."""

    __tablename__ = "visit"

    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), unique=True)
    began_at: Mapped[datetime]
    before_at: Mapped[datetime | None] = mapped_column(default=None)


class LinkKind(enum.StrEnum):
    """What a link is sent for: a first password, or another one."""

    INVITATION = "invitation"
    RESET = "reset"


class AccountLink(Base):
    """A link by which somebody chooses the password of an account, once. The link holds a token, this row its hash."""

    __tablename__ = "account_link"

    account_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"), index=True)
    kind: Mapped[LinkKind]
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None] = mapped_column(default=None)
    revoked_at: Mapped[datetime | None] = mapped_column(default=None)
    by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), default=None)

    account: Mapped[Account] = many_to_one("Account", "AccountLink.account_id")
    by: Mapped[Account | None] = many_to_one("Account", "AccountLink.by_id")


class Attempts(Base):
    """How often something was tried of late, by user name or (a keyed hash) by address; see `lockout.py`.

    Written in a transaction of its own, before what is tried: a refusal rolls nothing back.
    """

    __tablename__ = "attempts"
    __table_args__ = (sa.UniqueConstraint("kind", "subject"),)

    kind: Mapped[str] = mapped_column(sa.String(20))
    subject: Mapped[str] = mapped_column(sa.String(80))
    count: Mapped[int]
    last_at: Mapped[datetime]
    locked_until: Mapped[datetime | None] = mapped_column(default=None)


class ForgottenPassword(Base):
    """What somebody typed who forgot a password, until the job process has looked whose it is."""

    __tablename__ = "forgotten_password"

    typed: Mapped[str] = mapped_column(sa.String(254))
    at: Mapped[datetime]
