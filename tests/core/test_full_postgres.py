"""The disk of PostgreSQL is full: people are told so, reading goes on, and all is well once there is room."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import flask_migrate
import psycopg
import pytest

from crm.accounts.models import Role
from crm.config import Settings
from tests.core.on_a_full_disk import edit, fill_up
from tests.factories import a_startup, an_account
from tests.support import world
from tests.support.installation import installed
from tests.support.postgres import SERVERS
from tests.support.visitor import Visitor

pytestmark = pytest.mark.postgresql
NO_ROOM = "There is no room left"


@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A file system of 60 MB that belongs to the server, for as long as the test lasts."""
    if os.geteuid() != 0 or not SERVERS:
        pytest.skip("only root mounts a disk for a server of its own")
    folder = Path(tempfile.mkdtemp(prefix="crm-disk-"))
    folder.chmod(0o755)
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=60m", "tmpfs", folder], capture_output=True, check=False
    )
    try:
        if mounted.returncode:
            pytest.skip("this machine lets nobody mount a disk")
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], capture_output=True, check=not mounted.returncode)
        folder.rmdir()


@pytest.fixture
def small(settings: Settings, small_disk: Path, tmp_path: Path) -> Iterator[Settings]:
    """The settings of an installation whose database lies on that disk."""
    place = small_disk / "tables"
    place.mkdir()
    place.chmod(0o700)
    subprocess.run(["chown", str(SERVERS[0].system_user or "root"), str(place)], check=True)
    with psycopg.connect(settings.database_url, autocommit=True) as connection:
        connection.execute(f"CREATE TABLESPACE small LOCATION '{place}'")
        connection.execute(
            "CREATE DATABASE small ENCODING 'UTF8' LC_CTYPE 'C.UTF-8' TEMPLATE template0 TABLESPACE small"
        )
        url = settings.database_url.partition("?")
        yield Settings(
            env="test", data_dir=tmp_path / "data", database_url=f"{url[0].rpartition('/')[0]}/small{''.join(url[1:])}"
        )
        connection.execute("DROP DATABASE small WITH (FORCE)")
        connection.execute("DROP TABLESPACE small")


def test_on_a_full_disk_of_the_database_people_are_told_and_nothing_is_lost(
    small: Settings, small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with installed(small) as app:
        monkeypatch.setattr(world, "app", app, raising=False)
        with app.app_context():
            flask_migrate.upgrade()
        try_everything(small_disk)


def try_everything(disk: Path) -> None:
    finance = Visitor(world.app).signed_in_as(an_account(role=Role.FINANCE))
    startup = a_startup("上海衡汐智能科技有限公司")
    assert edit(finance, startup.id, "before") == 200
    filler = fill_up(disk)
    for number in range(400):  # what the tables had taken before is filled first
        if edit(finance, startup.id, f"{number}") != 200:
            break
    assert (finance.status, finance.now.h1) == (507, NO_ROOM), finance.text
    assert finance.visit("startups.show_startup", startup_id=startup.id).status == 200, "reading goes on"
    filler.unlink()
    assert edit(finance, startup.id, "again") == 200
    assert "again" in finance.text
