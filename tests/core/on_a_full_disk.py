"""What a full disk does to people, on a small file system: `python -m tests.core.on_a_full_disk FOLDER`."""

from __future__ import annotations

import os
import sys
import tempfile
from io import BytesIO
from pathlib import Path

import flask_migrate
from flask import request_started

from crm.accounts.models import Role
from crm.config import Settings
from tests.factories import a_picture, a_published_startup, a_room, an_account
from tests.support import world
from tests.support.command import crm
from tests.support.installation import installed
from tests.support.visitor import Visitor

REPORT = ("report", "services", "--platform", "--from", "2026-01-01", "--to", "2026-06-30", "--language", "en", "-o")


def fill_up(folder: Path) -> Path:
    """Take all the room that is left."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (65536, 4096, 1):
            try:
                while True:
                    file.write(bytes(size))
            except OSError:
                continue
    return filler


def files(folder: Path) -> list[str]:
    return sorted(str(one.relative_to(folder)) for one in (folder / "files").rglob("*") if one.is_file())


def send(finance: Visitor, room_id: int, content: bytes) -> Visitor:
    finance.visit("dataroom.send_files", room_id=room_id)
    tempfile.tempdir = None  # a browser keeps what it sends elsewhere
    return finance.submit("Send", files=[(BytesIO(content), "图.png")])


def edit(finance: Visitor, startup_id: int, text: str) -> int:
    finance.visit("startups.edit_startup", startup_id=startup_id).submit("Save", profile=f"{text}：{'改' * 4000}")
    return finance.status


def try_everything(folder: Path) -> None:
    """Uploads, small and large, changes, a backup, a report: refused in words, nothing half, well afterwards."""
    finance = Visitor(world.app).signed_in_as(an_account(role=Role.FINANCE))
    startup = a_published_startup("上海衡汐智能科技有限公司")
    room = a_room(startup)
    send(finance, room.id, a_picture())
    assert finance.status == 200
    before, filler = files(folder), fill_up(folder)
    for content in (a_picture(width=50), a_picture() + bytes(2_000_000)):
        send(finance, room.id, content)
        assert (finance.status, finance.now.h1) == (507, "There is no room left"), finance.text
    for number in range(200):  # SQLite first fills what its log had taken before
        if edit(finance, startup.id, f"{number}") != 200:
            break
    assert (finance.status, finance.now.h1) == (507, "There is no room left"), finance.text
    assert finance.visit("startups.show_startup", startup_id=startup.id).status == 200, "reading goes on"
    for command in (["backup", folder / "b"], [*REPORT, folder / "r.pdf"]):
        answer = crm(*command)
        assert (answer.exit_code, "No space left" in answer.stderr) == (1, True), answer.output
    assert files(folder) == before
    assert not {"b", ".b.unfinished", "r.pdf"} & {one.name for one in folder.iterdir()}
    filler.unlink()
    send(finance, room.id, a_picture(width=50))
    assert finance.status == 200
    assert len(files(folder)) == len(before) + 1
    assert edit(finance, startup.id, "again") == 200
    assert crm("backup", folder / "b").exit_code == 0


def large_uploads_wait_here(_: object, **__: object) -> None:
    tempfile.tempdir = str(place)


if __name__ == "__main__":
    place = Path(sys.argv[1])
    request_started.connect(large_uploads_wait_here)
    os.environ |= {"CRM_ENV": "test", "CRM_DATA_DIR": str(place)}
    with installed(Settings()) as app:
        world.app = app
        with app.app_context():
            flask_migrate.upgrade()
        try_everything(place)
