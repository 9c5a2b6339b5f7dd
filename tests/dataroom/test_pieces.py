"""Sending files in pieces: they go on where they stopped, are checked as a whole, and leave nothing half behind."""

from __future__ import annotations

import urllib.request
from collections.abc import Callable, Iterator
from datetime import timedelta
from hashlib import sha256
from io import BytesIO
from itertools import product
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from moto.server import ThreadedMotoServer
from werkzeug.test import TestResponse

from crm.core import contents
from crm.core.clock import now
from crm.core.db import db
from crm.core.storage import storage
from crm.dataroom import sending
from crm.dataroom.jobs import forget_partial_files
from crm.dataroom.models import PartialFile, RoomVersion
from tests.conftest import Work
from tests.dataroom.test_sending import kept
from tests.factories import a_published_startup, a_room, a_room_document, a_room_folder, writing
from tests.support.visitor import Visitor

CONTENT = "".join(map(str, range(9000))).encode()
HALF = len(CONTENT) // 2
Stands = dict[str, Any]


@pytest.fixture(autouse=True)
def empty_storage(app: Flask) -> None:
    """Other tests keep the same contents."""
    with app.app_context():
        for key in list(storage.all_keys()):
            storage.delete(key)


def post(visitor: Visitor, path: str, fields: dict[str, Any]) -> TestResponse:
    page = visitor.page or visitor.visit("/account").now
    return visitor.open(path, "POST", {"csrf_token": page.all("meta", name="csrf-token")[0].get("content"), **fields})


def begin(visitor: Visitor, room_id: int, name: str = "计划.txt", content: bytes = CONTENT, **said: Any) -> Stands:
    about = {"name": name, "size": len(content), "sha256": sha256(content).hexdigest(), "folder_id": "", **said}
    answer = post(visitor, f"/rooms/{room_id}/pieces", about)
    return {**answer.get_json(), "status": answer.status_code}


def send(visitor: Visitor, stands: Stands, offset: int, piece: bytes) -> Stands:
    found: Stands = post(visitor, stands["to"], {"offset": str(offset), "piece": (BytesIO(piece), "piece")}).get_json()
    return found


def contents_kept() -> set[str]:
    with writing():
        return set(storage.all_keys())


def test_a_file_in_pieces_becomes_a_document_once_it_is_whole(finance: Visitor) -> None:
    room = a_room(a_published_startup())
    stands = begin(finance, room.id)
    stands = send(finance, stands, 0, CONTENT[:HALF])
    assert (stands["received"], stands["whole"], kept()) == (HALF, False, [])
    assert send(finance, stands, HALF, CONTENT[HALF:])["whole"]
    assert kept() == [("计划.txt", 1, 1)]
    with writing():
        assert storage.get(db.session.scalars(sa.select(RoomVersion.file_key)).one()) == CONTENT
    assert len(contents_kept()) == 1, "the pieces are gone"


def test_a_small_file_is_one_piece_and_its_content_stays(finance: Visitor) -> None:
    room = a_room(a_published_startup())
    assert send(finance, begin(finance, room.id), 0, CONTENT)["whole"]
    with writing():
        assert storage.get(db.session.scalars(sa.select(RoomVersion.file_key)).one()) == CONTENT


def test_who_begins_the_same_file_again_goes_on_where_it_stopped(finance: Visitor) -> None:
    room = a_room(a_published_startup())
    send(finance, begin(finance, room.id), 0, CONTENT[:HALF])
    finance.visit("dataroom.send_files", room_id=room.id)
    assert "计划.txt 50%" in finance.text
    again = begin(finance, room.id)
    assert again["received"] == HALF
    assert send(finance, again, HALF, CONTENT[HALF:])["whole"]
    assert "Half sent" not in finance.visit("dataroom.send_files", room_id=room.id).text


def test_another_place_or_another_content_is_another_file(finance: Visitor) -> None:
    room = a_room(a_published_startup())
    folder = a_room_folder(room, "02 财务")
    send(finance, begin(finance, room.id), 0, CONTENT[:HALF])
    assert begin(finance, room.id, folder_id=str(folder.id))["received"] == 0
    assert begin(finance, room.id, content=CONTENT + b"!")["received"] == 0


def test_a_piece_that_came_already_counts_once(finance: Visitor) -> None:
    """The answer was lost, and the browser sends the piece again; the last one too."""
    room = a_room(a_published_startup())
    stands = begin(finance, room.id)
    for _ in range(2):
        assert send(finance, stands, 0, CONTENT[:HALF])["received"] == HALF
    for _ in range(2):
        assert send(finance, stands, HALF, CONTENT[HALF:])["whole"]
    assert kept() == [("计划.txt", 1, 1)]


def test_what_is_not_the_announced_file_begins_anew(finance: Visitor) -> None:
    room = a_room(a_published_startup())
    stands = begin(finance, room.id)
    found = send(finance, stands, 0, b"!" * len(CONTENT))
    assert (found["received"], found["whole"], kept()) == (0, False, [])
    assert send(finance, stands, 0, CONTENT)["whole"]


def test_a_lost_piece_makes_the_file_begin_anew(finance: Visitor) -> None:
    room = a_room(a_published_startup())
    stands = send(finance, begin(finance, room.id), 0, CONTENT[:HALF])
    with writing():
        storage.delete(db.session.scalars(sa.select(PartialFile)).one().piece_keys[0])
    assert send(finance, stands, HALF, CONTENT[HALF:])["received"] == 0


@pytest.mark.parametrize(
    ("name", "size", "told"),
    [("脚本.exe", 10, "This is no PDF"), ("空.txt", 0, "Empty or too large"), ("大.txt", 10**9, "Empty or too large")],
)
def test_what_would_be_refused_is_refused_before_it_is_sent(finance: Visitor, name: str, size: int, told: str) -> None:
    found = begin(finance, a_room(a_published_startup()).id, name, size=size)
    assert found["status"] == 422
    assert told in found["refused"]


def test_more_than_was_announced_is_not_taken(finance: Visitor) -> None:
    stands = begin(finance, a_room(a_published_startup()).id)
    assert send(finance, stands, 0, CONTENT + b"!")["received"] == 0


def test_what_turns_out_to_be_something_else_is_refused_and_forgotten(finance: Visitor) -> None:
    room = a_room(a_published_startup())
    found = send(finance, begin(finance, room.id, "图.png"), 0, CONTENT)
    assert "“图.png”" in found["refused"]
    with writing():
        assert db.session.scalar(sa.select(sa.func.count(PartialFile.id))) == 0
    assert kept() == []


def test_the_next_version_comes_in_pieces_too(finance: Visitor) -> None:
    room = a_room(a_published_startup())
    document = a_room_document(room.id)
    about = {"name": "x.txt", "size": len(CONTENT), "sha256": sha256(CONTENT).hexdigest()}
    stands = post(finance, f"/rooms/documents/{document.id}/versions/pieces", about).get_json()
    send(finance, stands, 0, CONTENT)
    assert kept() == [("说明.txt", 2, 2)]


def test_nobody_goes_on_with_what_somebody_else_began(
    finance: Visitor, as_role: Callable[..., Visitor], investor: Visitor
) -> None:
    room = a_room(a_published_startup())
    stands = send(finance, begin(finance, room.id), 0, CONTENT[:HALF])
    manager = as_role("manager")
    for other, href in product((manager, investor), (stands["to"], stands["drop"])):
        assert post(other, href, {}).status_code == 404
    assert begin(manager, room.id)["received"] == 0
    assert post(investor, f"/rooms/{room.id}/pieces", {}).status_code == 404
    assert send(finance, stands, HALF, CONTENT[HALF:])["whole"]


def test_who_gives_a_file_up_leaves_nothing_of_it(finance: Visitor) -> None:
    room = a_room(a_published_startup())
    send(finance, begin(finance, room.id), 0, CONTENT[:HALF])
    finance.visit("dataroom.send_files", room_id=room.id).submit("Forget")
    assert "nothing of it was kept" in finance.text
    assert contents_kept() == set()


def test_what_nobody_goes_on_with_is_swept_after_a_week(finance: Visitor, work: Work) -> None:
    room = a_room(a_published_startup())
    send(finance, begin(finance, room.id), 0, CONTENT[:HALF])
    for days, is_there in ((6, True), (8, False)):
        with finance.app.app_context():
            forget_partial_files(now() + timedelta(days=days))
            contents.sweep_daily(now() + timedelta(days=days))
        assert bool(contents_kept()) == is_there


@pytest.fixture
def s3(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Files in a bucket instead of a folder."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    address = "http://{}:{}".format(*server.get_host_and_port())
    urllib.request.urlopen(urllib.request.Request(f"{address}/crm", method="PUT")).close()  # noqa: S310 - our own
    about = {"ENDPOINT_URL": address, "ALLOW_HTTP": "true", "REGION": "us-east-1"}
    for name, value in {**about, "ACCESS_KEY_ID": "test", "SECRET_ACCESS_KEY": "test"}.items():
        monkeypatch.setenv(f"AWS_{name}", value)
    local = storage.store, storage.folder, storage.url
    storage.connect("s3://crm/files")
    yield
    storage.store, storage.folder, storage.url = local
    server.stop()


@pytest.mark.usefixtures("s3")
def test_pieces_lie_in_a_bucket_as_in_a_folder(finance: Visitor) -> None:
    room = a_room(a_published_startup())
    stands = send(finance, begin(finance, room.id), 0, CONTENT[:HALF])
    assert send(finance, stands, HALF, CONTENT[HALF:])["whole"]
    assert len(contents_kept()) == 1


def test_pieces_are_no_larger_than_a_request(app: Flask) -> None:
    assert app.config["MAX_CONTENT_LENGTH"] > sending.PIECE
