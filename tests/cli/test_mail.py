"""`crm mail`: what did not go out is seen and tried again."""

from __future__ import annotations

from flask import Flask

from crm.core.db import db
from crm.core.outbox import Mail, MailState
from tests.conftest import Work
from tests.factories import AT
from tests.support.command import crm


def mail(*arguments: str) -> str:
    told = crm("mail", *arguments)
    assert told.exit_code == 0, told.output
    return told.output


def test_dead_letters_are_listed_with_their_error_and_retried(app: Flask, work: Work) -> None:
    with work() as session:
        for number, state in enumerate((MailState.SENT, MailState.DEAD, MailState.DEAD)):
            letter = Mail(
                message_id=str(number),
                recipient="lin@example.cn",
                subject=f"Letter {number}",
                plain="",
                html="",
                state=state,
                error="451 not now" if state == MailState.DEAD else "",
                due_at=AT,
                written_at=AT,
            )
            session.add(letter)
        session.flush()
        first_dead = session.scalars(db.select(Mail.id).where(Mail.state == MailState.DEAD).order_by(Mail.id)).first()
    listed = mail("list", "--state", "dead")
    assert "Letter 1" in listed
    assert "451 not now" in listed
    assert "Letter 0" not in listed
    assert "1 letters wait again" in mail("retry", str(first_dead))
    assert "1 letters wait again" in mail("retry")
    assert "dead" not in mail("list")
