"""`crm doctor`: each check says that what is well is well, and finds what is planted."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from crm.accounts.models import Account, Role
from crm.audit import actions as audit
from crm.audit.models import AuditEntry
from crm.cli.demo import PASSWORD
from crm.core.clock import now
from crm.core.db import Base
from crm.core.jobs import Job, JobState, queue
from crm.core.outbox import Mail, MailState, outbox
from crm.core.storage import storage
from crm.operating import actions, checks, doctor
from crm.reports.pdf import warm_press
from tests.conftest import Work
from tests.factories import AT, BY, an_account
from tests.support.command import crm

SAFE = {
    "env": "production",
    "secure_cookies": True,
    "base_url": "https://crm.example.cn",
    "proxies": 1,
    "secret_key": "0123456789abcdef" * 3,
}


@pytest.fixture
def well(app: Flask, work: Work, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installation with which nothing is wrong, in a folder of its own."""
    settings = app.extensions["crm_settings"]
    tmp_path.chmod(0o700)
    for name, value in (SAFE | {"data_dir": tmp_path}).items():
        monkeypatch.setattr(settings, name, value)
    an_account(Role.ADMIN)
    with work():
        actions.beat("one:7", at=now())


def examined() -> tuple[int, dict[str, dict[str, str]]]:
    told = crm("doctor", "--json")
    return told.exit_code, {one["name"]: one for one in json.loads(told.output)}


def test_all_is_well(well: None) -> None:
    code, found = examined()
    assert {name: one for name, one in found.items() if one["level"] != "ok"} == {}
    assert code == 0
    assert set(found) == set(doctor.LOOKS)


def set_setting(name: str, value: object) -> Callable[..., None]:
    def plant(app: Flask, patch: pytest.MonkeyPatch, **_: Any) -> None:
        patch.setattr(app.extensions["crm_settings"], name, value)

    return plant


def misspell_setting(patch: pytest.MonkeyPatch, **_: Any) -> None:
    patch.setenv("CRM_SECURE_COOKEIS", "true")


def open_data_dir(folder: Path, **_: Any) -> None:
    folder.chmod(0o777)


def show_data_dir(folder: Path, **_: Any) -> None:
    folder.chmod(0o755)


def show_secret_key(folder: Path, **_: Any) -> None:
    (folder / "secret_key").write_text("x" * 48)
    (folder / "secret_key").chmod(0o644)


def lose_harfbuzz(patch: pytest.MonkeyPatch, **_: Any) -> None:
    import weasyprint.text.ffi

    warm_press.cache_clear()
    patch.setattr(weasyprint.text.ffi, "harfbuzz_subset", None)


def lose_fonts(patch: pytest.MonkeyPatch, **_: Any) -> None:
    patch.setattr(doctor, "FONTS", {400: Path("/no/such/font.ttf")})


def age_database(patch: pytest.MonkeyPatch, **_: Any) -> None:
    head, known = checks.revisions("migrations")
    patch.setattr(checks, "revisions", lambda _: ("9999", known | {head}))


def misread_texts(patch: pytest.MonkeyPatch, **_: Any) -> None:
    """A database in another encoding is not to be had: the answer is changed on its way."""
    scalar = sa.orm.Session.scalar

    def answer(self: Any, statement: Any, *args: Any, **options: Any) -> Any:
        if "server_encoding" in str(statement) or "PRAGMA journal_mode" in str(statement):
            return "GBK"
        return scalar(self, statement, *args, **options)

    patch.setattr(sa.orm.Session, "scalar", answer)


def shift_clock(patch: pytest.MonkeyPatch, **_: Any) -> None:
    an_account()
    patch.setattr(doctor, "now", lambda: AT - timedelta(hours=1))


def record_tomorrow(work: Work, **_: Any) -> None:
    account = an_account()
    with work() as session:
        tomorrow = now() + timedelta(days=1)
        audit.record(session.get_one(Account, account.id), "changed", by=BY, at=tomorrow, name="林予安")


def cut_history(work: Work, **_: Any) -> None:
    an_account()
    with work() as session:
        last = session.scalars(sa.select(AuditEntry).order_by(AuditEntry.position.desc()).limit(1)).one()
        session.execute(sa.delete(AuditEntry).where(AuditEntry.id == last.id))


def fill_disk(free: int) -> Callable[..., None]:
    def plant(patch: pytest.MonkeyPatch, **_: Any) -> None:
        usage = shutil.disk_usage("/")._replace(free=free)
        patch.setattr(checks.shutil, "disk_usage", lambda _: usage)

    return plant


def break_storage(patch: pytest.MonkeyPatch, **_: Any) -> None:
    patch.setattr(storage, "get", lambda key: b"something else")


def break_queue(patch: pytest.MonkeyPatch, **_: Any) -> None:
    def refuse(*_: object) -> None:
        raise ConnectionRefusedError

    patch.setattr(queue.connected(), "put", refuse)


def lose_workers(work: Work, **_: Any) -> None:
    with work():
        actions.leave("one:7")


def let_jobs_wait(work: Work, **_: Any) -> None:
    with work() as session:
        session.add(Job(kind="report", record_id=1, state=JobState.QUEUED, queued_at=now() - timedelta(hours=1)))


def lose_mail_server(patch: pytest.MonkeyPatch, **_: Any) -> None:
    patch.setattr(outbox, "url", "smtp://127.0.0.1:9")


def give_up_mail(work: Work, patch: pytest.MonkeyPatch, **_: Any) -> None:
    patch.setattr(outbox, "url", "smtp://127.0.0.1:9")
    patch.setattr(outbox, "probe", lambda: None)
    with work() as session:
        letter = Mail(
            message_id="1", recipient="lin@example.cn", subject="", plain="", html="", due_at=AT, written_at=AT
        )
        letter.state = MailState.DEAD
        session.add(letter)


def lose_administrators(work: Work, **_: Any) -> None:
    with work() as session:
        session.execute(sa.update(Base.metadata.tables["account"]).values(disabled_at=AT))


def leave_demo_account(**_: Any) -> None:
    an_account(username="finance", password=PASSWORD)


PLANTED: list[tuple[Callable[..., None], str, str, str]] = [
    (misspell_setting, "settings", "warn", "CRM_SECURE_COOKEIS"),
    (set_setting("env", "development"), "settings", "warn", "CRM_ENV=production"),
    (set_setting("secure_cookies", False), "TLS", "warn", "CRM_SECURE_COOKIES"),
    (set_setting("base_url", "http://crm.example.cn"), "TLS", "warn", "CRM_BASE_URL"),
    (set_setting("proxies", 0), "TLS", "warn", "CRM_PROXIES"),
    (open_data_dir, "data dir", "fail", "chmod 700"),
    (show_data_dir, "data dir", "warn", "chmod 700"),
    (show_secret_key, "secret key", "fail", "chmod 600"),
    (lose_harfbuzz, "libraries", "fail", "libharfbuzz-subset0"),
    (lose_fonts, "fonts", "fail", "font.ttf"),
    (age_database, "database", "fail", "crm db upgrade"),
    (misread_texts, "texts", "fail", "GBK"),
    (shift_clock, "time", "fail", "set-ntp"),
    (record_tomorrow, "time", "warn", "which is to come"),
    (cut_history, "history", "fail", "crm audit verify"),
    (fill_disk(1024), "disk", "fail", "free some space"),
    (fill_disk(500 * 1024**2), "disk", "warn", "free some space"),
    (break_storage, "storage", "fail", "CRM_STORAGE_URL"),
    (break_queue, "queue", "fail", "CRM_QUEUE_URL"),
    (lose_workers, "queue", "warn", "start crm worker"),
    (let_jobs_wait, "queue", "warn", "start more"),
    (lose_mail_server, "mail", "fail", "CRM_MAIL_URL"),
    (give_up_mail, "mail", "warn", "crm mail retry"),
    (lose_administrators, "accounts", "warn", "crm user add"),
    (leave_demo_account, "accounts", "fail", "finance"),
]


@pytest.fixture
def parts(app: Flask, work: Work, well: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What something can be planted in."""
    return {"app": app, "work": work, "folder": tmp_path, "patch": monkeypatch}


@pytest.mark.parametrize(("plant", "name", "level", "told"), PLANTED, ids=[f"{one[1]}: {one[3]}" for one in PLANTED])
def test_what_is_planted_is_found_and_how_to_mend_it(
    parts: dict[str, Any], plant: Callable[..., None], name: str, level: str, told: str
) -> None:
    plant(**parts)
    code, found = examined()
    assert (found[name]["level"], code) == (level, int(level == "fail")), found
    assert told in found[name]["text"] + found[name]["mend"]
    assert found[name]["mend"]


def test_it_is_told_in_lines_for_people(well: None, monkeypatch: pytest.MonkeyPatch, app: Flask) -> None:
    monkeypatch.setattr(app.extensions["crm_settings"], "proxies", 0)
    lines = crm("doctor").output.splitlines()
    at = next(number for number, line in enumerate(lines) if line.startswith("warn  TLS"))
    assert "→ set CRM_PROXIES" in lines[at + 1]


def test_settings_that_start_nothing_are_found_too(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CRM_ENV", "production")
    monkeypatch.delenv("CRM_SECRET_KEY", raising=False)
    told = crm("doctor")
    assert told.exit_code == 1
    assert "FAIL  settings" in told.output
    assert "CRM_SECRET_KEY" in told.output
