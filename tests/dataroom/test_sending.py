"""Sending files to a room: several at once, the next version, once however often, and nothing half done."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from crm.accounts.models import Account
from crm.audit.models import AuditEntry
from crm.config import Settings
from crm.core import contents
from crm.core.clock import now
from crm.core.db import Base, db
from crm.core.jobs import Job
from crm.core.storage import storage
from crm.dataroom import sending
from crm.dataroom.models import RoomDocument, RoomVersion
from crm.dataroom.queries import find_room
from crm.dataroom.sending import Announced
from tests.conftest import Work
from tests.dataroom.files import a_pdf, a_picture
from tests.factories import a_document, a_published_startup, a_room, a_room_folder, a_startup, writing
from tests.support.visitor import Visitor

TEXT, OTHER = "第一版".encode(), "第二版".encode()


def kept() -> list[tuple[str, int, int]]:
    """(name, version in force, how many versions) of every document."""
    with writing():
        versions = sa.func.count(RoomVersion.id)
        rows = sa.select(RoomDocument.name, RoomDocument.in_force, versions).join(
            RoomVersion, RoomVersion.document_id == RoomDocument.id
        )
        return [tuple(row) for row in db.session.execute(rows.group_by(RoomDocument.id).order_by(RoomDocument.id))]


def send(visitor: Visitor, *files: tuple[str, bytes], **fields: Any) -> Visitor:
    visitor.visit("dataroom.send_files", room_id=fields.pop("room_id"))
    return visitor.submit("Send", files=[(BytesIO(content), name) for name, content in files], **fields)


def test_several_files_go_at_once_into_a_folder(finance: Visitor) -> None:
    room = a_room(a_published_startup())
    folder = a_room_folder(room, "02 财务")
    send(finance, ("甲.txt", TEXT), ("乙.pdf", a_pdf()), room_id=room.id, folder_id=str(folder.id))
    assert "2 files were taken." in finance.now.html
    assert kept() == [("甲.txt", 1, 1), ("乙.pdf", 1, 1)]
    assert "02 财务" in finance.text


def test_one_bad_file_among_several_keeps_all_out_and_is_named(finance: Visitor) -> None:
    room = a_room(a_published_startup())
    send(finance, ("甲.txt", TEXT), ("坏.svg", b"<svg/>"), room_id=room.id)
    assert finance.status == 422
    assert "“坏.svg”" in finance.now.error_of("Files to send")
    assert kept() == []


def test_the_same_name_in_the_same_folder_is_the_next_version_and_the_same_file_is_none(finance: Visitor) -> None:
    room = a_room(a_published_startup())
    for content, versions in ((TEXT, 1), (OTHER, 2), (OTHER, 2), (TEXT, 3)):
        send(finance, ("说明.txt", content), room_id=room.id)
        assert kept() == [("说明.txt", versions, versions)]


def test_an_earlier_version_comes_back_into_force(finance: Visitor, work: Work) -> None:
    room = a_room(a_published_startup())
    for content in (TEXT, OTHER):
        send(finance, ("说明.txt", content), room_id=room.id)
    with work() as session:
        document = session.scalars(sa.select(RoomDocument)).one()
    finance.visit("dataroom.show_document", room_document_id=document.id).submit("Put in force")
    assert kept() == [("说明.txt", 1, 2)]
    finance.visit("dataroom.send_version", room_document_id=document.id)
    finance.submit("Send", file=(BytesIO(b"third"), "x.txt"))
    assert kept() == [("说明.txt", 3, 3)]
    with work() as session:
        verbs = session.scalars(sa.select(AuditEntry.verb).where(AuditEntry.record_type == "room_document")).all()
    assert verbs == ["attached", "new_version", "put_in_force", "new_version"]


def test_a_retried_upload_makes_no_second_document(finance: Visitor) -> None:
    """The line broke after the server had taken the file: the browser sends it again with the same key."""
    room = a_room(a_published_startup())
    finance.visit("dataroom.send_files", room_id=room.id)
    page = finance.now
    for name in ("说明.txt", "改名.txt"):  # another name, so that only the key can tell
        finance.page = page
        finance.submit("Send", files=[(BytesIO(TEXT), name)])
        assert finance.status == 200
    assert kept() == [("说明.txt", 1, 1)]


def test_equal_content_is_kept_once(finance: Visitor, work: Work) -> None:
    room = a_room(a_published_startup())
    send(finance, ("甲.txt", TEXT), ("乙.txt", TEXT), room_id=room.id)
    with work() as session:
        assert len(set(session.scalars(sa.select(RoomVersion.file_key)))) == 1


def test_a_file_beyond_the_limit_is_refused(finance: Visitor, app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    room = a_room(a_published_startup())
    finance.visit("dataroom.send_files", room_id=room.id)
    monkeypatch.setitem(app.config, "MAX_CONTENT_LENGTH", 1000)
    finance.submit("Send", files=[(BytesIO(a_picture(size=(900, 900)) + bytes(2000)), "大.png")])
    assert finance.status == 413
    assert kept() == []


def test_only_what_has_pages_is_drawn(finance: Visitor, work: Work) -> None:
    room = a_room(a_published_startup())
    send(finance, ("甲.txt", TEXT), ("乙.png", a_picture()), room_id=room.id)
    with work() as session:
        assert session.scalars(sa.select(Job.kind)).all() == ["draw_room_version"]


# --- a process that is killed in mid-upload

# For each moment that it is told, forks a process that sends something as staff and dies by SIGKILL then; prints
# how it ended. Forking saves starting Python anew; the storage is first used behind the fork, for it works in threads.
DYING = """
import json, os, signal, sys
from io import BytesIO
from sqlalchemy import event, orm
from crm import create_app
from crm.core.storage import Storage
token = sys.argv[1]
app = create_app()
app.config["WTF_CSRF_ENABLED"] = False
kept = Storage.put
def die(*_): os.kill(os.getpid(), signal.SIGKILL)
def send(moment, path, fields, field, text):
    def put(self, content):
        if moment == "before the content is kept": die()
        key = kept(self, content)
        if moment == "after the content is kept": die()
        return key
    Storage.put = put
    if moment == "before the commit":
        event.listen(orm.Session, "before_commit", die)
    client = app.test_client()
    with client.session_transaction() as session:
        session["token"] = token
    return client.post(path, data={**fields, field: (BytesIO(text.encode()), "说明.txt")}).status_code
for line in sys.stdin:
    child = os.fork()
    if child == 0:
        os._exit(0 if send(*json.loads(line)) < 400 else 1)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


Sender = Callable[..., int]


@pytest.fixture
def send_in_a_process(settings: Settings, finance: Visitor) -> Iterator[Sender]:
    """Sends (moment, path, fields, field of the file, text) from another process, which dies then; how it ended."""
    started: list[subprocess.Popen[str]] = []

    def run(*what: Any) -> int:
        if not started:
            with finance.client.session_transaction() as session:
                command = [sys.executable, "-c", DYING, session["token"]]
            started.append(subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))
        told, ended = started[0].stdin, started[0].stdout
        assert told is not None
        assert ended is not None
        print(json.dumps(what), file=told, flush=True)
        return int(ended.readline())

    yield run
    for process in started:
        process.communicate()


MOMENTS = ("before the content is kept", "after the content is kept", "before the commit")


def test_a_killed_upload_leaves_no_half_document_and_can_be_sent_again(
    send_in_a_process: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    room = a_room(a_published_startup())
    fields = {"form_key": "the-key-of-this-file", "folder_id": ""}
    sent = (f"/rooms/{room.id}/files/new", fields, "files", "未公开")
    for moment in MOMENTS:
        assert send_in_a_process(moment, *sent) == -signal.SIGKILL, moment
        assert kept() == [], moment
    before = set(storage.keys_before(now() + timedelta(minutes=1)))
    monkeypatch.setattr(contents, "LEFT_FOR", timedelta(minutes=-1))
    with writing():
        swept = contents.sweep(now())
    assert len([key for key in swept if key in before]) >= 1, "what the killed process left is swept"
    for _ in range(2):
        assert send_in_a_process("never", *sent) == 0
    assert kept() == [("说明.txt", 1, 1)]
    with writing():
        assert contents.sweep(now()) == [], "what a row names stays"
        version = db.session.scalars(sa.select(RoomVersion)).one()
        assert storage.get(version.file_key).decode() == "未公开"


def test_a_piece_whose_process_was_killed_is_sent_again_and_the_file_goes_on(
    send_in_a_process: Sender, finance: Visitor
) -> None:
    room = a_room(a_published_startup())
    with writing():
        about = Announced("说明.txt", 6, sha256("未来".encode()).hexdigest())
        owner = db.session.get_one(Account, finance.account.id if finance.account else 0)
        the_room = find_room(owner, room.id)
        assert the_room is not None
        path = f"/rooms/pieces/{sending.begin(the_room, about, largest=10, by=owner, at=now()).id}"
    for offset, text, documents in ((0, "未", []), (3, "来", [("说明.txt", 1, 1)])):
        sent = (path, {"offset": str(offset)}, "piece", text)
        for moment in MOMENTS:
            assert send_in_a_process(moment, *sent) == -signal.SIGKILL, moment
            assert kept() == [], moment
        assert send_in_a_process("never", *sent) == 0
        assert kept() == documents


# --- the sweep


def test_the_sweep_knows_every_column_that_names_content() -> None:
    """A column that is missing here would lose its files: whoever adds one adds it below, and to the sweep."""
    single, several = contents.holders()
    assert {f"{one.table.name}.{one.name}" for one in single} >= {
        "document.file_key",
        "edition.data_key",
        "edition.file_key",
        "edition.signed_key",
        "batch.zip_key",
        "batch.merged_key",
        "form_template.file_key",
        "ledger_import.file_key",
        "ledger_import.refused_key",
        "platform.logo_key",
        "room_version.file_key",
    }
    lists = {"edition.page_keys", "partial_file.piece_keys", "room_version.page_keys"}
    assert {f"{one.table.name}.{one.name}" for one in several} == lists
    named_otherwise = [
        f"{table.name}.{column.name}"
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, sa.String) and column.type.length == 80 and column.name.endswith(("content", "file"))
    ]
    assert named_otherwise == []


def test_the_sweep_leaves_what_is_used_and_what_is_young(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    used = a_document(a_startup())
    with work():
        stray = storage.put(b"nobody names this")
        assert stray not in contents.sweep(now()), "younger than a day"
        assert storage.has(stray)
        later = now() + timedelta(days=2)
        assert stray in contents.sweep(later)
        assert not storage.has(stray)
        assert storage.has(used.file_key)


def test_what_a_killed_process_left_half_written_goes(work: Work, tmp_path: Path) -> None:
    with work():
        half = (storage.folder or tmp_path) / "ab" / f"{'c' * 62}#1"
        half.parent.mkdir(exist_ok=True)
        half.write_bytes(b"half")
        contents.sweep(now())
        assert half.exists(), "somebody may be writing it"
        contents.sweep(now() + timedelta(days=2))
        assert not half.exists()
