"""Reading what is confidential stands in the history: who, when, from which address."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from crm.accounts.models import Role
from crm.audit.models import AuditEntry
from crm.dataroom.actions import note_reading
from crm.dataroom.models import Reading, RoomDocument
from crm.reports.actions import record_downloads
from tests.conftest import Work
from tests.factories import (
    AT,
    a_briefing,
    a_published_startup,
    a_room,
    a_room_document,
    a_startup,
    an_account,
    writing,
)
from tests.support.visitor import Visitor


def last(work: Work) -> AuditEntry:
    with work() as session:
        return session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id.desc()).limit(1)).one()


def test_a_download_of_a_report_stands_in_the_history(work: Work) -> None:
    report, reader = a_briefing(), an_account(Role.MANAGER)
    with writing():
        record_downloads([report.id], "pdf", by=reader, at=AT)
    told = last(work)
    assert (told.verb, told.record_type, told.record_id) == ("downloaded", "report", report.id)
    assert told.actor_name == reader.name
    assert told.changes == [{"field": "file", "before": None, "after": "pdf"}]


@pytest.mark.parametrize("what", list(Reading))
def test_a_reading_in_a_data_room_stands_in_the_history(work: Work, what: Reading) -> None:
    document, reader = a_room_document(a_room(a_startup()).id), an_account(Role.INVESTOR)
    with writing():
        note_reading(document.id, 1, what, address="203.0.113.9", by=reader, at=AT)
    told = last(work)
    assert (told.verb, told.record_type, told.record_name) == (what.value, RoomDocument.__tablename__, document.name)


def test_a_profile_that_an_investor_takes_along_stands_in_the_history(app: Flask, work: Work) -> None:
    startup = a_published_startup()
    visitor = Visitor(app).signed_in_as(an_account(Role.INVESTOR))
    visitor.visit("portal.show_startup", startup_id=startup.id)
    assert last(work).verb != "downloaded", "opening its page is in the log of its readers"
    page = visitor.now
    form = next(one for one in page.all("form") if (one.get("action") or "").endswith("/pdf"))
    assert visitor.open(str(form.get("action")), "POST", page.fields_of(form)).status_code == 303
    with work() as session:
        told = session.scalars(sa.select(AuditEntry).where(AuditEntry.verb == "downloaded")).one()
    assert (told.record_type, told.record_id, told.address) == ("startup", startup.id, "127.0.0.1")
