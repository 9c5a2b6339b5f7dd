"""What surrounds a backup: any change of it is found out, and without the passphrase nothing is read."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from crm.backup import envelope
from crm.backup.envelope import reading_from, writing_to
from crm.core.errors import Refusal

CONTENT = os.urandom(1000)
SECRET = "a passphrase"


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Frames of 100 bytes, and a key that costs nothing."""
    monkeypatch.setattr(envelope, "CHUNK", 100)
    monkeypatch.setattr(envelope, "FRAME", 117)
    monkeypatch.setattr(envelope, "COST", (1, 8192))


def written(path: Path, passphrase: str, content: bytes = CONTENT) -> bytes:
    with path.open("wb") as file:
        stream = writing_to(file, passphrase)
        for start in range(0, len(content), 77):
            stream.write(content[start : start + 77])
        stream.finish()
    return path.read_bytes()


def read(path: Path, passphrase: str) -> bytes:
    with path.open("rb") as file:
        stream = reading_from(file, passphrase)
        content = b"".join(iter(lambda: stream.read(70), b""))
        stream.finish()
    return content


@pytest.mark.parametrize("passphrase", ["", SECRET])
@pytest.mark.parametrize("size", [0, 1, 99, 100, 101, 200, 1000])
def test_what_was_written_is_read(tmp_path: Path, passphrase: str, size: int) -> None:
    written(tmp_path / "b", passphrase, CONTENT[:size])
    assert read(tmp_path / "b", passphrase) == CONTENT[:size]


@pytest.mark.parametrize("passphrase", ["", SECRET])
def test_a_flipped_byte_is_found_out_wherever_it_is(tmp_path: Path, passphrase: str) -> None:
    file = tmp_path / "b"
    whole = written(file, passphrase)
    for place in range(0, len(whole), 5):
        file.write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
        with pytest.raises(Refusal):
            read(file, passphrase)


def frames(whole: bytes) -> tuple[bytes, list[bytes]]:
    start = len(envelope.MAGIC) + 16 + 24
    return whole[:start], [whole[place : place + 117] for place in range(start, len(whole), 117)]


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda found: found[:-1], id="the last frame cut off"),
        pytest.param(lambda found: [*found[:-1], found[-1][:-1]], id="the last byte cut off"),
        pytest.param(lambda found: [found[0], found[2], found[1], *found[3:]], id="two frames swapped"),
        pytest.param(lambda found: [*found[:3], *found[2:]], id="a frame twice"),
        pytest.param(lambda found: found[:4] + found[5:], id="a frame left out"),
        pytest.param(lambda found: [*found, b"x"], id="something added"),
        pytest.param(lambda found: [], id="all cut off"),
    ],
)
def test_frames_cannot_be_moved_or_left_out(tmp_path: Path, change: Callable[[list[bytes]], list[bytes]]) -> None:
    file = tmp_path / "b"
    head, found = frames(written(file, SECRET))
    file.write_bytes(head + b"".join(found))
    assert read(file, SECRET) == CONTENT, "the control: put together as they were"
    file.write_bytes(head + b"".join(change(found)))
    with pytest.raises(Refusal):
        read(file, SECRET)


def test_a_plain_file_that_was_cut_off_is_found_out(tmp_path: Path) -> None:
    file = tmp_path / "b"
    whole = written(file, "")
    for length in (0, 1, 31, 32, 33, len(whole) - 1):
        file.write_bytes(whole[:length])
        with pytest.raises(Refusal):
            read(file, "")


def test_the_passphrase_opens_what_it_closed_and_nothing_else(tmp_path: Path) -> None:
    closed, plain = tmp_path / "closed", tmp_path / "plain"
    assert CONTENT[:20] not in written(closed, SECRET)
    assert CONTENT[:20] in written(plain, "")
    for path, passphrase, why in (
        (closed, "another", "does not open this backup"),
        (closed, "", "give its passphrase"),
        (plain, SECRET, "is not encrypted"),
    ):
        with pytest.raises(Refusal, match=why):
            read(path, passphrase)


def test_the_same_content_is_encrypted_differently_each_time(tmp_path: Path) -> None:
    assert written(tmp_path / "1", SECRET) != written(tmp_path / "2", SECRET)
