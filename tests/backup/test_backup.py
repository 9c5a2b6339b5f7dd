"""The drill: back up while others write, restore into an empty place, compare every table and file."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import time, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from crm.accounts.models import AccountLink, Role, SignInSession, System
from crm.backup import envelope, jobs
from crm.backup.actions import back_up, verify
from crm.config import Settings
from crm.core.clock import now
from crm.core.contents import KEY, used_keys
from crm.core.db import Base, db, unit_of_work
from crm.core.jobs import Job, JobState
from crm.core.outbox import Mail, MailState, outbox
from crm.core.storage import storage
from crm.search.queries import find
from crm.startups.models import Startup
from tests.conftest import Work
from tests.factories import a_document, a_startup, an_account
from tests.support.command import crm
from tests.support.filling import fill_every_table
from tests.support.installation import installation

CHANGED_BY_RESTORING = ("account_link", "mail", "search_entry", "sign_in_session")
SECRET = "the passphrase of a test"


@pytest.fixture(autouse=True)
def cheap_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(envelope, "COST", (1, 8192))


@pytest.fixture
def filled(app: Flask, work: Work) -> Flask:
    """The installation under test with a row in every table, and a file."""
    a_document(a_startup("上海衡汐智能科技有限公司"))
    a_startup("上海它山智能科技有限公司")
    with work() as session:
        fill_every_table(session, storage.put(b"what many rows name"))
    return app


@pytest.fixture
def passphrase_file(tmp_path: Path) -> Path:
    file = tmp_path / "passphrase"
    file.write_text(f"{SECRET}\n")
    return file


def sums(app: Flask) -> dict[str, str]:
    """A checksum of every table, read as the application reads it."""
    with app.app_context(), unit_of_work(write=False) as session:
        return {
            name: sha256(repr(session.execute(sa.select(table).order_by(table.c.id)).all()).encode()).hexdigest()
            for name, table in Base.metadata.tables.items()
        }


def contents() -> dict[str, bytes]:
    return {key: storage.get(key) for key in storage.all_keys()}


def same(restored: Flask, before: dict[str, str]) -> None:
    after = sums(restored)
    assert {name for name in before if before[name] != after[name]} <= set(CHANGED_BY_RESTORING)


def write_meanwhile(app: Flask) -> None:
    """Somebody else's unit of work: a startup with a document."""

    def write() -> None:
        with app.app_context():
            a_document(a_startup("在备份时写入的公司"))

    thread = threading.Thread(target=write)
    thread.start()
    thread.join()


def test_the_drill(filled: Flask, settings: Settings, tmp_path: Path) -> None:
    """From one database into the same kind; with PostgreSQL under test by way of SQLite, and back into PostgreSQL."""
    before, wrote = sums(filled), []

    def write_once(what: str, done: int, total: int) -> None:
        if not wrote:
            wrote.append(write_meanwhile(filled))

    file = tmp_path / "first.backup"
    with filled.app_context():
        made = back_up(file, SECRET, at=now(), progress=write_once)
    assert sums(filled)["startup"] != before["startup"], "the control: somebody did write meanwhile"
    assert made.lost == []
    assert (made.rows >= len(before), made.files) == (True, 2)
    passphrase_file = tmp_path / "passphrase"
    passphrase_file.write_text(SECRET)
    assert crm("backup", "verify", file, "--passphrase-file", passphrase_file).exit_code == 0
    kinds = ["sqlite", "postgresql"] if settings.database_url.startswith("postgresql") else ["sqlite"]
    for number, kind in enumerate(kinds):
        like = settings if kind == "postgresql" else Settings(env="test", data_dir=tmp_path, database_url="sqlite:///x")
        with installation(tmp_path / kind, like) as restored:
            answer = crm("restore", file, "--passphrase-file", passphrase_file)
            assert answer.exit_code == 0, answer.output
            same(restored, before)
            assert sorted(map(len, contents().values())) == sorted(map(len, contents_named(restored)))
            assert crm("audit", "verify").exit_code == 0
            what_may_have_ended_has_ended(restored)
            it_goes_on(restored)
            before = sums(restored)
            file = tmp_path / f"{number}.backup"
            assert crm("backup", file, "--passphrase-file", passphrase_file).exit_code == 0


def contents_named(app: Flask) -> list[bytes]:
    with app.app_context(), unit_of_work(write=False):
        return [storage.get(key) for key in used_keys() if KEY.fullmatch(key)]


def what_may_have_ended_has_ended(restored: Flask) -> None:
    with restored.app_context(), unit_of_work(write=False) as session:
        assert session.scalar(sa.select(sa.func.count(SignInSession.id))) == 0
        assert session.scalar(sa.select(AccountLink.id).where(AccountLink.revoked_at.is_(None))) is None
        assert session.scalar(sa.select(Mail.id).where(Mail.state == MailState.WAITING)) is None


def test_a_restore_that_breaks_once_the_rows_are_there_revives_nothing_either(
    filled: Flask, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(_: str) -> None:
        raise OSError(28, "No space left on device")

    assert crm("backup", tmp_path / "b").exit_code == 0
    monkeypatch.setattr("crm.cli.backup.upgrade_to", breaks)
    with installation(tmp_path / "empty", settings) as restored:
        assert crm("restore", tmp_path / "b").exit_code == 1
        assert sums(restored)["startup"] == sums(filled)["startup"], "the control: the rows are there"
        what_may_have_ended_has_ended(restored)


def it_goes_on(restored: Flask) -> None:
    """New records get ids of their own, and searching finds the old ones."""
    with restored.app_context():
        with unit_of_work(write=True) as session:
            known = set(session.scalars(sa.select(Startup.id)))
            new = Startup(name="恢复之后", name_key="恢复之后", created_at=now())
            session.add(new)
            session.flush()  # the number is what this is about
            assert new.id not in known
            session.rollback()
        with unit_of_work(write=False) as session:
            assert "上海衡汐智能科技有限公司" in [hit.title for hit in find(System(), "衡汐")]


@pytest.mark.parametrize("secret", ["", SECRET])
def test_a_damaged_backup_is_refused_before_anything_is_written(
    filled: Flask, settings: Settings, tmp_path: Path, secret: str
) -> None:
    file = tmp_path / "b"
    with filled.app_context():
        back_up(file, secret, at=now(), progress=lambda *_: None)
        assert verify(file, secret).files == 2
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    arguments = []
    if secret:
        (tmp_path / "secret").write_text(secret)
        arguments = ["--passphrase-file", tmp_path / "secret"]
    with installation(tmp_path / "empty", settings) as empty:
        for command in (["backup", "verify"], ["restore"]):
            answer = crm(*command, file, *arguments)
            assert answer.exit_code == 1
            assert "is damaged" in answer.stderr or "损坏" in answer.stderr
        with empty.app_context():
            assert sa.inspect(db.engine).get_table_names() == []
        assert contents() == {}


def test_restoring_into_a_place_that_is_in_use_is_refused(filled: Flask, tmp_path: Path) -> None:
    before = sums(filled)
    assert crm("backup", tmp_path / "b").exit_code == 0
    answer = crm("restore", tmp_path / "b")
    assert answer.exit_code == 1
    assert sums(filled) == before


def test_a_backup_is_never_overwritten_and_none_is_left_half(filled: Flask, tmp_path: Path) -> None:
    file = tmp_path / "b"

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with filled.app_context(), pytest.raises(OSError, match="No space"):
        back_up(file, "", at=now(), progress=full)
    assert list(tmp_path.iterdir()) == []
    file.write_bytes(b"an earlier one")
    assert crm("backup", file).exit_code == 1
    assert file.read_bytes() == b"an earlier one"


def test_a_file_that_the_storage_lost_is_told_and_keeps_none_from_being_kept(filled: Flask, tmp_path: Path) -> None:
    key = storage.put(b"what many rows name")
    storage.delete(key)
    answer = crm("backup", tmp_path / "b")
    storage.put(b"what many rows name")
    assert answer.exit_code == 0
    assert key in answer.stderr
    assert "1 files were lost" in crm("backup", "verify", tmp_path / "b").stdout


# --- each night


@pytest.fixture
def nightly(app: Flask, tmp_path: Path) -> Iterator[Callable[[int], list[str]]]:
    """Makes the backup of a day from now; returns the backups that are there."""
    jobs.folder.connect(tmp_path, "", 2)

    def make(day: int) -> list[str]:
        with app.app_context():
            jobs.ask_for_backup(time(0), now() + timedelta(days=day))
        crm("worker", "--once")
        return sorted(one.name for one in tmp_path.iterdir())

    yield make
    jobs.folder.connect(None, "", 2)


def test_a_backup_is_made_once_a_night_and_the_newest_stay(
    nightly: Callable[[int], list[str]], app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    keep_folder(monkeypatch, app, tmp_path)
    first = nightly(0)
    assert len(first) == 1
    assert nightly(0) == first
    with app.app_context():
        assert verify(tmp_path / first[0], "").rows > 0
    second = nightly(1)
    assert second == [*first, second[-1]]
    assert nightly(2)[0] == second[-1], "two are kept"


def test_a_backup_that_failed_is_told_to_administrators(
    nightly: Callable[[int], list[str]], app: Flask, work: Work, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    keep_folder(monkeypatch, app, tmp_path / "missing")
    monkeypatch.setattr(outbox, "url", "smtp://127.0.0.1:1")
    monkeypatch.setattr(outbox, "sender", "crm@example.cn")
    admin, _ = an_account(role=Role.ADMIN), an_account(role=Role.MANAGER)
    with work() as session:
        session.execute(sa.update(type(admin)).values(email="a@example.cn"))
    nightly(0)
    with work() as session:
        assert session.scalars(sa.select(Job.state).where(Job.kind == jobs.BACKUP)).all() == [JobState.FAILED]
        letter = session.scalars(sa.select(Mail)).one()
        assert letter.recipient == "a@example.cn"
        assert "No such file" in letter.plain


def keep_folder(monkeypatch: pytest.MonkeyPatch, app: Flask, folder: Path) -> None:
    monkeypatch.setattr(app.extensions["crm_settings"], "backup_dir", folder)
    monkeypatch.setattr(app.extensions["crm_settings"], "backup_keep", 2)
