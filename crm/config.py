"""Settings from the environment (`CRM_*`), typed, read once at start."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from datetime import time
from pathlib import Path
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from werkzeug.sansio.utils import host_is_trusted

from crm.lib.mail import read_address
from crm.lib.text import Unreadable

EXAMPLES = ("change", "example", "secret", "password")
ROLES = frozenset({"admin", "manager", "finance", "leader", "investor", "founder"})


class Settings(BaseSettings):
    """What an operator may set. A production start without a secret key is refused."""

    model_config = SettingsConfigDict(env_prefix="CRM_", extra="ignore")

    env: Literal["development", "test", "production"] = Field(
        default="development", description="development, test or production"
    )
    data_dir: Path = Field(
        default=Path("instance"), description="database, files, queue and logs of a default installation"
    )
    secret_key: str = Field(default="", description="signs sessions; required in production, 32 characters")
    database_url: str = Field(default="", description="postgresql://… or sqlite:///…; default in the data dir")
    storage_url: str = Field(default="", description="file:///… or s3://bucket/prefix; default in the data dir")
    queue_url: str = Field(default="", description="sqlite:///…, postgresql://… or redis://…; default in the data dir")
    host: str = Field(default="127.0.0.1", description="address that crm serve listens on")
    port: int = Field(default=5000, description="port that crm serve listens on")
    web_workers: int = Field(default=2, description="processes that crm serve starts")
    trusted_hosts: str = Field(default="", description="host names served, by commas; empty means any")
    proxies: int = Field(default=0, ge=0, le=9, description="proxies in front, whose X-Forwarded-For is believed")
    base_url: str = Field(
        default="", description="where people outside reach the pages, such as https://crm.example.cn"
    )
    secure_cookies: bool = Field(default=False, description="set behind TLS; required in production")
    platform_name_zh: str = Field(default="模源金融服务平台", description="platform's name in Chinese")
    platform_name_en: str = Field(default="Moyuan Capital Services", description="platform's name in English")
    contact: str = Field(default="", description="whom to call when locked out; shown at sign-in")
    mail_url: str = Field(default="", description="smtp://user:password@host:port or smtps://…; no mail without it")
    mail_from: str = Field(default="", description="the address that mail comes from; needed with mail_url")
    session_idle_hours: int = Field(default=12, ge=1, le=720, description="a session ends when unused for so long")
    session_days: int = Field(default=7, ge=1, le=365, description="a session ends after so many days in any case")
    devices_kept_days: int = Field(
        default=400, ge=1, description="after how many days without a sign-in a device is forgotten, and new again"
    )
    totp_roles: str = Field(default="", description="roles that must sign in in two steps, by commas")
    oidc_issuer: str = Field(default="", description="address of an OpenID Connect provider for single sign-on")
    oidc_client_id: str = Field(default="", description="what the provider calls us")
    oidc_client_secret: str = Field(default="", description="how the provider knows us")
    oidc_name: str = Field(default="", description="what the button for single sign-on calls the provider")
    digest_at: time = Field(default=time(8), description="when the daily digest goes out, on the clock of Shanghai")
    reports_kept_days: int = Field(
        default=0, ge=0, description="after how many days a report leaves the archive; 0: never"
    )
    signing_certificate: Path | None = Field(
        default=None, description="PKCS#12 file by which managers sign reports; no signatures without it"
    )
    signing_passphrase: str = Field(default="", description="opens the file of signing_certificate")
    backup_dir: Path | None = Field(
        default=None, description="folder of the nightly backups that crm worker makes; none without it"
    )
    backup_at: time = Field(default=time(2, 30), description="when they are made, on the clock of Shanghai")
    backup_keep: int = Field(default=14, ge=1, description="how many of them are kept")
    backup_passphrase: str = Field(default="", description="encrypts backups; plain tar files without it")
    max_upload_mb: int = Field(default=20, description="largest request accepted, in megabytes")
    metrics_token: str = Field(default="", description="who sends it as a bearer reads /metrics; nobody without it")
    slow_query_ms: int = Field(default=500, ge=0, description="statements that take as long are logged; 0: none")

    @model_validator(mode="after")
    def fill_defaults(self) -> Self:
        """Derive the places inside the data dir; refuse an unsafe production start.

        Raises ValueError that names every setting which is missing or unsafe.
        """
        self.data_dir = self.data_dir.resolve()
        self.database_url = self.database_url or f"sqlite:///{self.data_dir / 'crm.sqlite3'}"
        self.storage_url = self.storage_url or (self.data_dir / "files").as_uri()
        self.queue_url = self.queue_url or f"sqlite:///{self.data_dir / 'queue.sqlite3'}"
        if self.env == "production" and (wrong := list(self.unsafe())):
            raise ValueError("; ".join(wrong))
        if self.signing_certificate and not self.signing_certificate.is_file():
            raise ValueError("CRM_SIGNING_CERTIFICATE must name a PKCS#12 file; crm cert make-demo makes one to try")
        self.check_mail()
        self.check_sign_in()
        return self

    def unsafe(self) -> Iterator[str]:
        """Why a start in production would be unsafe, each with what to do."""
        hosts, base = names(self.trusted_hosts), urlsplit(self.base_url)
        if len(self.secret_key) < 32:
            yield "CRM_SECRET_KEY must hold at least 32 characters in production"
        elif len(set(self.secret_key)) < 8 or any(word in self.secret_key.lower() for word in EXAMPLES):
            yield "CRM_SECRET_KEY looks like an example: python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"
        if not self.secure_cookies:
            yield "CRM_SECURE_COOKIES must be true in production: serve behind TLS"
        if not hosts or "*" in hosts:
            yield "CRM_TRUSTED_HOSTS must name the hosts served in production"
        if base.netloc and base.scheme != "https":
            yield "CRM_BASE_URL must begin with https:// in production: links that people are sent lead there"
        elif base.netloc and hosts and not host_is_trusted(base.netloc, hosts):
            yield f"CRM_BASE_URL leads to {base.hostname}, which CRM_TRUSTED_HOSTS does not name"
        if self.oidc_issuer and not self.oidc_issuer.startswith("https://"):
            yield "CRM_OIDC_ISSUER must begin with https:// in production"
        if self.metrics_token and len(self.metrics_token) < 16:
            yield "CRM_METRICS_TOKEN must hold at least 16 characters in production"
        if os.environ.get("FLASK_DEBUG", "0").lower() not in ("", "0", "false", "no"):
            yield "FLASK_DEBUG must not be set in production: it shows code and values to visitors"

    def check_mail(self) -> None:
        """Refuse a mail server without a sender, and what is no mail server; the message repeats no password."""
        if not self.mail_url:
            return
        parts = urlsplit(self.mail_url)
        if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
            raise ValueError("CRM_MAIL_URL must look like smtp://user:password@host:port or smtps://…")
        try:
            sender = read_address(self.mail_from)
        except Unreadable:
            sender = ""
        if not sender:
            raise ValueError("CRM_MAIL_FROM must be one mail address when CRM_MAIL_URL is set")

    def check_sign_in(self) -> None:
        """Refuse roles that there are not, and half a provider of single sign-on."""
        unknown = self.two_step_roles - ROLES
        if unknown:
            raise ValueError(f"CRM_TOTP_ROLES may name {', '.join(sorted(ROLES))}; not {', '.join(sorted(unknown))}")
        if not self.oidc_issuer:
            return
        if not (self.oidc_client_id and self.oidc_client_secret and self.oidc_name):
            raise ValueError("CRM_OIDC_ISSUER needs CRM_OIDC_CLIENT_ID, CRM_OIDC_CLIENT_SECRET and CRM_OIDC_NAME")

    @property
    def two_step_roles(self) -> frozenset[str]:
        """The roles that must sign in in two steps."""
        return frozenset(names(self.totp_roles))

    @property
    def sqlalchemy_url(self) -> str:
        """The database URL with the driver that we ship for PostgreSQL."""
        for prefix in ("postgresql://", "postgres://"):
            if self.database_url.startswith(prefix):
                return "postgresql+psycopg://" + self.database_url.removeprefix(prefix)
        return self.database_url

    def make_data_dir(self) -> None:
        """Create the data dir, and outside production a lasting secret key of its own in it."""
        self.data_dir.mkdir(parents=True, exist_ok=True)
        if not self.secret_key:
            self.secret_key = lasting_secret(self.data_dir / "secret_key")


def names(text: str) -> list[str]:
    """What a setting lists by commas."""
    return [name.strip() for name in text.split(",") if name.strip()]


def lasting_secret(path: Path) -> str:
    """The secret kept in a file that only its owner may read, made on first use."""
    try:
        descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return path.read_text()
    secret = secrets.token_urlsafe(48)
    with os.fdopen(descriptor, "w") as file:
        file.write(secret)
    return secret
