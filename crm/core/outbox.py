"""Mail: a row written in the transaction that causes it, sent by the job process after the commit.

Each letter is sent at least once, under one Message-ID however often; without a mail server none is written.
"""

from __future__ import annotations

import enum
import ipaddress
import smtplib
import ssl
import uuid
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import unquote, urlsplit

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from crm.core.clock import now
from crm.core.db import Base, db, text, unit_of_work
from crm.core.errors import Refusal
from crm.lib.mail import read_address
from crm.lib.text import N_, tidy

TRIES = 8
LEASE = timedelta(minutes=5)  # how long a worker that took a letter may be at it before another one takes it
SENT_KEPT = timedelta(days=90)
TIMEOUT = 20
PORTS = {"smtp": 587, "smtps": 465}


class MailState(enum.StrEnum):
    WAITING = "waiting"
    SENT = "sent"
    DEAD = "dead"
    DROPPED = "dropped"


class Mail(Base):
    """One letter to one reader. `due_at`: not before then is it tried (again); `error`: what the last try ran into.

    Once it is sent only the envelope is kept: the text may name people.
    """

    __tablename__ = "mail"
    __table_args__ = (sa.Index(None, "state", "due_at", "id"),)

    message_id: Mapped[str] = mapped_column(sa.String(300), unique=True)
    recipient: Mapped[str] = mapped_column(sa.String(254))
    subject: Mapped[str] = text(200)
    plain: Mapped[str] = mapped_column(sa.Text)
    html: Mapped[str] = mapped_column(sa.Text)
    state: Mapped[MailState] = mapped_column(default=MailState.WAITING)
    tries: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime]
    error: Mapped[str] = text(400)
    written_at: Mapped[datetime]
    sent_at: Mapped[datetime | None] = mapped_column(default=None)


class Unsafe(Exception):
    """The password would have crossed the network in the clear."""


class Outbox:
    """Where letters go: the mail server of CRM_MAIL_URL, from CRM_MAIL_FROM; closed without one."""

    def __init__(self) -> None:
        self.url = self.sender = ""

    def connect(self, url: str, sender: str) -> None:
        """Use a mail server, or none ("")."""
        self.url, self.sender = url, sender

    @property
    def is_open(self) -> bool:
        """True when letters are written and sent."""
        return bool(self.url)

    def write(self, recipient: str, subject: str, plain: str, html: str, *, at: datetime) -> Mail | None:
        """A letter, sent once the caller's transaction is committed; None without a mail server.

        Raises Unreadable for what is no address.
        """
        if not self.is_open:
            return None
        letter = Mail(
            message_id=f"<{uuid.uuid4().hex}@{self.sender.rpartition('@')[2]}>",
            recipient=read_address(recipient),
            subject=tidy(subject)[:200],
            plain=plain,
            html=html,
            due_at=at,
            written_at=at,
        )
        db.session.add(letter)
        return letter

    def probe(self) -> None:
        """Knock at the mail server, as a letter would. Raises OSError, SMTPException, Unsafe."""
        with opened(self.url) as server:
            server.noop()

    def deliver(self, letter: Mail) -> None:
        """Hand one letter to the mail server. Raises OSError, SMTPException, Unsafe."""
        message = message_of(letter, self.sender)
        with opened(self.url) as server:
            server.send_message(message)


outbox = Outbox()


def message_of(letter: Mail, sender: str) -> EmailMessage:
    """The letter as it travels: plain text, and the same as HTML. The library refuses line breaks in headers."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, letter.recipient, letter.subject
    message["Date"], message["Message-ID"] = format_datetime(letter.written_at), letter.message_id
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.plain)
    message.add_alternative(letter.html, subtype="html")
    return message


def opened(url: str) -> smtplib.SMTP:
    """A session with the server that smtp:// or smtps:// names, encrypted and signed in where it says so."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
    context = ssl.create_default_context()
    if parts.scheme == "smtps":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=TIMEOUT, context=context)
    else:
        server = smtplib.SMTP(host, port, timeout=TIMEOUT)
    try:
        encrypted = parts.scheme == "smtps" or start_tls(server, context)
        if parts.username:
            if not encrypted and not is_this_machine(host):
                raise Unsafe("the server offers no encryption: the password was not sent")
            server.login(unquote(parts.username), unquote(parts.password or ""))
    except BaseException:
        server.close()
        raise
    return server


def start_tls(server: smtplib.SMTP, context: ssl.SSLContext) -> bool:
    server.ehlo()
    if not server.has_extn("starttls"):
        return False
    server.starttls(context=context)
    return True


def is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def send_due() -> int:
    """Send what waits; returns how many letters went out. What fails is tried again later, then given up."""
    if not outbox.is_open:
        return 0
    sent = 0
    while (letter := claim(now())) is not None:
        error = attempt(letter)
        settle(letter, error, at=now())
        sent += not error
    return sent


def attempt(letter: Mail) -> str:
    """Deliver a letter; what went wrong, "" for nothing."""
    try:
        outbox.deliver(letter)
    except (OSError, smtplib.SMTPException, Unsafe, ValueError) as error:
        return f"{type(error).__name__}: {error}"[:400]
    return ""


def claim(moment: datetime) -> Mail | None:
    """The next letter that is due, taken for as long as the lease lasts; None when nothing is."""
    due = sa.and_(Mail.state == MailState.WAITING, Mail.due_at <= moment)
    with unit_of_work(write=False) as session:
        next_id = session.scalar(sa.select(Mail.id).where(due).order_by(Mail.due_at, Mail.id).limit(1))
    if next_id is None:
        return None
    with unit_of_work(write=True) as session:
        taken = sa.update(Mail).where(Mail.id == next_id, due).values(due_at=moment + LEASE, tries=Mail.tries + 1)
        letter = session.scalar(taken.returning(Mail), execution_options={"populate_existing": True})
    return letter if letter is not None else claim(moment)  # another worker was quicker


def settle(letter: Mail, error: str, *, at: datetime) -> None:
    """Write down how a try ended: sent, to be tried again after twice the time, or given up."""
    if not error:
        values = {"state": MailState.SENT, "sent_at": at, "error": "", "plain": "", "html": ""}
    elif letter.tries >= TRIES:
        values = {"state": MailState.DEAD, "error": error}
    else:
        values = {"due_at": at + timedelta(minutes=2**letter.tries), "error": error}
    with unit_of_work(write=True) as session:
        session.execute(sa.update(Mail).where(Mail.id == letter.id).values(**values))
        dropped = sa.and_(Mail.state == MailState.DROPPED, Mail.due_at < at - SENT_KEPT)
        session.execute(sa.delete(Mail).where(sa.or_(Mail.sent_at < at - SENT_KEPT, dropped)))


def letters(state: MailState | None = None, limit: int = 100) -> Sequence[Mail]:
    """The newest letters, of one state or all."""
    statement = sa.select(Mail).order_by(Mail.id.desc()).limit(limit)
    return db.session.scalars(statement.where(Mail.state == state) if state else statement).all()


def send_again(letter: Mail, *, at: datetime) -> None:
    """Let a letter that was given up, or that waits, be tried now. Raises Refusal."""
    check_unsent(letter)
    letter.state, letter.tries, letter.due_at = MailState.WAITING, 0, at


def drop(letter: Mail) -> None:
    """Never send a letter: only its envelope is kept. Raises Refusal."""
    check_unsent(letter)
    letter.state, letter.plain, letter.html = MailState.DROPPED, "", ""


def check_unsent(letter: Mail) -> None:
    if letter.state not in (MailState.WAITING, MailState.DEAD):
        raise Refusal({"": N_("It was sent or dropped already.")})


def retry(ids: Collection[int], *, at: datetime) -> int:
    """Let letters that were given up be tried anew, all of them when no ids are named; returns how many."""
    given_up = sa.update(Mail).where(Mail.state == MailState.DEAD)
    if ids:
        given_up = given_up.where(Mail.id.in_(list(ids)))
    again = given_up.values(state=MailState.WAITING, tries=0, due_at=at).returning(Mail.id)
    return len(db.session.scalars(again).all())
