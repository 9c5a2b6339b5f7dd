"""Letters: written with the change that causes them, sent after it, at least once, and never lost in silence."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email import message_from_bytes
from email.message import Message

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from crm.core.clock import now
from crm.core.outbox import TRIES, Mail, MailState, letters, message_of, outbox, retry, send_due
from crm.lib.text import Unreadable
from tests.conftest import Work

START = datetime(2026, 6, 12, 0, 0, tzinfo=UTC)
SENDER = "desk@example.cn"


class Session(socketserver.StreamRequestHandler):
    """Enough of SMTP for smtplib: it takes letters, or refuses each with 451 while `server.refusing`."""

    server: PostOffice

    def handle(self) -> None:
        self.say("220 post office")
        while line := self.rfile.readline().decode().strip():
            verb = line.partition(" ")[0].upper()
            self.server.lines.append(line)
            if verb == "EHLO":
                self.say("250-post office\r\n250 AUTH PLAIN")
            elif verb == "AUTH":
                self.say("235 welcome")
            elif verb == "DATA":
                self.say("354 go on")
                self.take()
            elif verb == "QUIT":
                return self.say("221 bye")
            else:
                self.say("451 not now" if verb == "RCPT" and self.server.refusing else "250 ok")
        return None

    def take(self) -> None:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line)
        self.server.received.append(message_from_bytes(b"".join(lines)))
        self.say("250 taken")

    def say(self, text: str) -> None:
        self.wfile.write(f"{text}\r\n".encode())


class PostOffice(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Session)
        self.received: list[Message] = []
        self.lines: list[str] = []
        self.refusing = False


@pytest.fixture
def post_office(app: Flask) -> Iterator[PostOffice]:
    with PostOffice() as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        outbox.connect(f"smtp://lin:w%40rd@127.0.0.1:{server.server_address[1]}", SENDER)
        yield server
        outbox.connect("", "")
        server.shutdown()


def write(subject: str = "今日摘要", recipient: str = "lin@example.cn", at: datetime = START) -> None:
    outbox.write(recipient, subject, "两项逾期\n", "<p>两项逾期</p>", at=at)


def states(work: Work) -> list[tuple[str, int]]:
    with work() as session:
        return [(one.state.value, one.tries) for one in session.scalars(sa.select(Mail).order_by(Mail.id))]


@pytest.mark.usefixtures("app")
def test_without_a_mail_server_nothing_is_written(work: Work) -> None:
    with work():
        write()
    assert states(work) == []
    assert send_due() == 0


def test_a_letter_goes_out_after_the_commit_as_text_and_html(post_office: PostOffice, work: Work, app: Flask) -> None:
    with work():
        write()
        assert post_office.received == []
    with app.app_context():
        assert send_due() == 1
        assert send_due() == 0
    (letter,) = post_office.received
    assert letter["From"] == SENDER
    assert letter["To"] == "lin@example.cn"
    assert letter["Message-ID"].endswith("@example.cn>")
    parts = [part.get_content_type() for part in letter.walk()]
    assert parts == ["multipart/alternative", "text/plain", "text/html"]
    assert letter.get_payload(0).get_payload(decode=True).decode().strip() == "两项逾期"  # type: ignore[union-attr]
    assert any(line.startswith("AUTH PLAIN") for line in post_office.lines)
    assert states(work) == [("sent", 1)]
    with work():
        assert letters()[0].plain == "", "what was sent is not kept"


def test_what_was_rolled_back_is_never_sent(post_office: PostOffice, work: Work, app: Flask) -> None:
    with suppress(ZeroDivisionError), work():
        write()
        raise ZeroDivisionError
    with app.app_context():
        assert send_due() == 0


def test_a_letter_that_fails_is_tried_later_then_given_up_then_retried(
    post_office: PostOffice, work: Work, app: Flask
) -> None:
    post_office.refusing = True
    with time_machine.travel(START, tick=False) as clock, app.app_context():
        with work():
            write()
        assert send_due() == 0
        assert states(work) == [("waiting", 1)]
        assert send_due() == 0
        assert states(work) == [("waiting", 1)], "not before its time"
        for _ in range(TRIES - 1):
            clock.shift(timedelta(days=1))
            send_due()
        assert states(work) == [("dead", TRIES)]
        with work():
            (dead,) = letters(MailState.DEAD)
            assert "not now" in dead.error
            assert retry([], at=now()) == 1
        post_office.refusing = False
        assert send_due() == 1
        assert post_office.received[0]["Message-ID"] == dead.message_id


def test_a_letter_that_a_killed_worker_had_taken_goes_out_under_the_same_id(
    post_office: PostOffice, work: Work, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*_: object, **__: object) -> None:
        raise SystemExit

    with time_machine.travel(START, tick=False) as clock, app.app_context():
        with work():
            write()
        with monkeypatch.context() as patch:
            patch.setattr("crm.core.outbox.settle", killed)
            with pytest.raises(SystemExit):
                send_due()
        assert send_due() == 0, "another worker waits until the lease is over"
        clock.shift(timedelta(minutes=6))
        assert send_due() == 1
    assert len({letter["Message-ID"] for letter in post_office.received}) == 1
    assert len(post_office.received) == 2


@pytest.mark.usefixtures("post_office")
def test_nothing_typed_becomes_a_header(work: Work) -> None:
    with work() as session:
        write(subject="今日摘要\r\nBcc: x@example.cn")
        session.flush()
        (letter,) = letters()
        message = message_of(letter, SENDER)
        assert message["Bcc"] is None
        assert message["Subject"] == "今日摘要 Bcc: x@example.cn"
        for bad in ("lin@example.cn\r\nBcc: x@example.cn", "a@b.cn, c@d.cn", "林 <lin@example.cn>", "lin@例子.中国"):
            with pytest.raises(Unreadable):
                write(recipient=bad)


@pytest.mark.usefixtures("app")
def test_a_password_never_crosses_the_network_in_the_clear(
    post_office: PostOffice, work: Work, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crm.core.outbox.is_this_machine", lambda host: False)
    with work():
        write()
    with app.app_context():
        send_due()
    assert not any(line.startswith("AUTH") for line in post_office.lines)
    with work():
        assert "not sent" in letters()[0].error
