"""What `crm doctor` looks at: each finding says how it is, and how to mend what is not well."""

from __future__ import annotations

import enum
import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.accounts.models import Account, Role
from crm.accounts.passwords import password_fits
from crm.audit.models import AuditEntry
from crm.audit.verifying import head
from crm.config import Settings
from crm.core.clock import now
from crm.core.db import unit_of_work
from crm.core.errors import Refusal
from crm.core.jobs import Job, JobState
from crm.core.outbox import Mail, MailState, outbox
from crm.operating.checks import NotReady, check_database, check_disk, check_queue, check_storage, told
from crm.operating.queries import count_living
from crm.reports.pdf import FONTS, warm_press

LITTLE_DISK = 1024**3  # bytes
CLOCKS_APART = timedelta(seconds=5)
WAITED_LONG = timedelta(minutes=10)


class Level(enum.StrEnum):
    """How bad a finding is."""

    OK = "ok"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True)
class Finding:
    """One line of what the doctor says. `mend`: what to do, "" where nothing is."""

    name: str
    level: Level
    text: str
    mend: str = ""


@dataclass(frozen=True)
class Installation:
    """What is looked at. The accounts and the password of a demonstration are known to everybody."""

    settings: Settings
    migrations: str
    demo_accounts: frozenset[str]
    demo_password: str


class Ill(Exception):
    """Something is not well: how bad, what, and how to mend it."""

    def __init__(self, level: Level, text: str, mend: str) -> None:
        super().__init__(text)
        self.level, self.mend = level, mend


LAST = sa.select(AuditEntry.position, AuditEntry.hash).order_by(AuditEntry.position.desc().nulls_last()).limit(1)
Look = Callable[[Installation], str]


def warn(text: str, mend: str) -> Ill:
    return Ill(Level.WARN, text, mend)


def fail(text: str, mend: str) -> Ill:
    return Ill(Level.FAIL, text, mend)


def examine(installation: Installation) -> Iterator[Finding]:
    """Look at everything, one after the other; what breaks keeps nothing else from being looked at."""
    for name, (look, mend) in LOOKS.items():
        try:
            yield Finding(name, Level.OK, look(installation))
        except Ill as ill:
            yield Finding(name, ill.level, str(ill), ill.mend)
        except NotReady as error:
            yield Finding(name, Level.FAIL, str(error), mend)
        except Exception as error:  # whatever it is, it is not well
            yield Finding(name, Level.FAIL, told(error), mend)


def look_at_settings(here: Installation) -> str:
    """No setting is misspelt, and production is told that it is production."""
    known = {f"CRM_{name.upper()}" for name in Settings.model_fields}
    unknown = sorted(name for name in os.environ if name.startswith("CRM_") and name not in known)
    if unknown:
        raise warn(f"no such setting: {', '.join(unknown)}", "see the table of settings in the README")
    if here.settings.env != "production":
        raise warn(f"CRM_ENV is {here.settings.env}: unsafe settings are accepted", "set CRM_ENV=production")
    return "production, nothing unsafe"


def look_at_tls(here: Installation) -> str:
    """Cookies, links and addresses of visitors fit a proxy that speaks TLS."""
    told_settings = here.settings
    if not told_settings.secure_cookies:
        raise warn("cookies cross plain HTTP", "serve behind TLS and set CRM_SECURE_COOKIES=true")
    if not told_settings.base_url.startswith("https://"):
        raise warn("links in mails and on paper lead to no https address", "set CRM_BASE_URL=https://…")
    if not told_settings.proxies:
        raise warn("all visitors seem to come from the proxy", "set CRM_PROXIES to how many stand in front")
    return f"secure cookies, {told_settings.base_url}, proxies: {told_settings.proxies}"


def look_at_data_dir(here: Installation) -> str:
    """Nobody else on this machine reads or writes what we keep."""
    folder = here.settings.data_dir
    mode = stat.S_IMODE(folder.stat().st_mode)
    if not os.access(folder, os.W_OK | os.X_OK):
        raise fail(f"{folder} cannot be written", f"chown it to the user that runs crm: chown -R USER {folder}")
    if mode & 0o022:
        raise fail(f"others may write in {folder}", f"chmod 700 {folder}")
    if mode & 0o055:
        raise warn(f"others may read {folder}", f"chmod 700 {folder}")
    return f"{folder}, ours alone"


def look_at_secret_key(here: Installation) -> str:
    """The key that signs sessions is nobody else's."""
    file = here.settings.data_dir / "secret_key"
    if file.exists() and stat.S_IMODE(file.stat().st_mode) & 0o077:
        raise fail(f"others may read {file}", f"chmod 600 {file}; if somebody did, delete it: all sign in again")
    if len(here.settings.secret_key) < 32:
        raise warn("the secret key is short", "set CRM_SECRET_KEY to 48 random characters")
    return "in its file" if file.exists() else "from the environment"


def look_at_libraries(_: Installation) -> str:
    """What draws PDFs is installed, and quick."""
    try:
        warm_press()
    except Refusal as refusal:
        raise fail("; ".join(map(str, refusal.fields.values())), "see above, or run: ./dev setup") from refusal
    return "pango, harfbuzz-subset, WeasyPrint"


def look_at_fonts(_: Installation) -> str:
    """The fonts of reports are there."""
    missing = [file.name for file in FONTS.values() if not file.is_file()]
    if missing:
        raise fail(f"missing: {', '.join(missing)}", "run: ./dev setup, or install the wheel that holds them")
    return ", ".join(file.name for file in FONTS.values())


def look_at_database(here: Installation) -> str:
    """It answers, at a revision that serves this code."""
    return check_database(here.migrations)


def look_at_texts(_: Installation) -> str:
    """The database keeps and compares Chinese as it should, and guards its references."""
    with unit_of_work(write=False) as session:
        if session.get_bind().dialect.name == "postgresql":
            return texts_of_postgresql(session)
        return texts_of_sqlite(session)


def texts_of_postgresql(session: Session) -> str:
    encoding = session.scalar(sa.text("SHOW server_encoding"))
    ctype = session.scalar(sa.text("SELECT datctype FROM pg_database WHERE datname = current_database()"))
    anew = "create the database anew: CREATE DATABASE crm ENCODING 'UTF8' LC_CTYPE 'C.UTF-8' TEMPLATE template0"
    if encoding != "UTF8":
        raise fail(f"encoding {encoding}", anew)
    if ctype in ("C", "POSIX"):
        raise fail(f"LC_CTYPE {ctype}: searching finds no Chinese", anew)
    return f"{encoding}, LC_CTYPE {ctype}"


def texts_of_sqlite(session: Session) -> str:
    expected = {"encoding": "UTF-8", "journal_mode": "wal", "foreign_keys": 1}
    found = {name: session.scalar(sa.text(f"PRAGMA {name}")) for name in expected}
    if found != expected:
        raise fail(f"{found}, not {expected}", "keep the file on a local disk, not on a network share")
    return "UTF-8, WAL, foreign keys"


def look_at_time(_: Installation) -> str:
    """Our clock, that of the database and what was recorded agree."""
    mend = "let the machines take their time from the network: timedatectl set-ntp true"
    with unit_of_work(write=False) as session:
        theirs, newest = session.scalar(sa.select(sa.func.now())), session.scalar(sa.select(sa.func.max(AuditEntry.at)))
    if isinstance(theirs, datetime):
        theirs = theirs.replace(tzinfo=UTC) if theirs.tzinfo is None else theirs
        apart = abs(theirs - now())
        if apart > CLOCKS_APART:
            raise fail(f"the clock of the database is {apart.total_seconds():.0f} s apart", mend)
    if newest is not None and newest > now() + CLOCKS_APART:
        raise warn(f"the history goes on until {newest:%Y-%m-%d %H:%M} UTC, which is to come", mend)
    return "agrees with the database and the history"


def look_at_history(_: Installation) -> str:
    """The chain of the history ends where it says: nothing was cut off. (`crm audit verify` reads all of it.)"""
    with unit_of_work(write=False) as session:
        end, last = head(), session.execute(LAST).first()
    if last is not None and (last.position, last.hash) != (end.position, end.hash):
        raise fail("the history does not end where its chain does", "run: crm audit verify")
    return f"entries: {end.position}, the last one ends the chain"


def look_at_disk(here: Installation) -> str:
    """There is room for days, not only for now."""
    said = check_disk(here.settings.data_dir)
    if int(said.partition(" ")[0]) * 1024**2 < LITTLE_DISK:
        raise warn(said, "free some space, or make the disk larger")
    return said


def look_at_storage(_: Installation) -> str:
    """Files are kept, given back and forgotten."""
    return check_storage()


def look_at_queue(_: Installation) -> str:
    """The queue works, and somebody does what waits in it."""
    try:
        said = check_queue()
    except Exception as error:  # of SQLite, PostgreSQL or Redis
        raise fail(told(error), "check CRM_QUEUE_URL, and that its server runs") from error
    with unit_of_work(write=False) as session:
        living = count_living(now())
        oldest = session.scalar(sa.select(sa.func.min(Job.queued_at)).where(Job.state == JobState.QUEUED))
    if not living:
        raise warn(f"{said}, no job process lives", "start crm worker")
    if oldest is not None and now() - oldest > WAITED_LONG:
        raise warn(f"{said}, the oldest since {oldest:%Y-%m-%d %H:%M} UTC", "start more crm workers; see Jobs")
    return f"{said}, job processes: {living}"


def look_at_mail(here: Installation) -> str:
    """The mail server takes us, and no mail was given up."""
    if not outbox.is_open:
        return "no mail server set"
    outbox.probe()
    with unit_of_work(write=False) as session:
        dead = session.scalar(sa.select(sa.func.count()).where(Mail.state == MailState.DEAD)) or 0
    if dead:
        raise warn(f"mails given up: {dead}", "see Mails, or run: crm mail list --state dead; crm mail retry")
    return f"the server takes mail from {here.settings.mail_from}"


def look_at_accounts(here: Installation) -> str:
    """Somebody looks after the installation, and no door stands open."""
    with unit_of_work(write=False) as session:
        able = session.scalars(sa.select(Account).where(Account.disabled_at.is_(None))).all()
    if not any(one.role == Role.ADMIN for one in able):
        raise warn("no administrator", "run: crm user add NAME --role admin")
    asked = [one for one in able if one.username in here.demo_accounts]
    open_to_all = [one.username for one in asked if password_fits(one.password_hash, here.demo_password)]
    if open_to_all and here.settings.env == "production":
        raise fail(f"the README tells the password of {', '.join(open_to_all)}", "run for each: crm user disable NAME")
    return f"accounts: {len(able)}"


LOOKS: dict[str, tuple[Look, str]] = {
    "settings": (look_at_settings, ""),
    "TLS": (look_at_tls, ""),
    "data dir": (look_at_data_dir, "create it, and let the user that runs crm own it"),
    "secret key": (look_at_secret_key, ""),
    "libraries": (look_at_libraries, "apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"),
    "fonts": (look_at_fonts, ""),
    "database": (look_at_database, "start it, check CRM_DATABASE_URL, then run: crm db upgrade"),
    "texts": (look_at_texts, "see the line about the database"),
    "time": (look_at_time, "see the line about the database"),
    "history": (look_at_history, "see the line about the database"),
    "disk": (look_at_disk, "free some space, or make the disk larger"),
    "storage": (
        look_at_storage,
        "check CRM_STORAGE_URL, its credentials, and that the bucket or folder can be written",
    ),
    "queue": (look_at_queue, "see the line about the database"),
    "mail": (look_at_mail, "check CRM_MAIL_URL: host, port, user, password, and that the firewall lets us out"),
    "accounts": (look_at_accounts, "see the line about the database"),
}
