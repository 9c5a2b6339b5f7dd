"""A full disk: a clear page, nothing half, and all is well once there is room."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa
from obstore.exceptions import GenericError

from crm.core.storage import as_os_error
from crm.web.errors import is_full

# A file system of 16 MB that nobody else sees and that goes with the process: no right of root's is needed for it.
ON_A_SMALL_DISK = 'mount -t tmpfs -o size=16m tmpfs "$1" && exec "$2" -m tests.core.on_a_full_disk "$1"'


@pytest.mark.once
def test_on_a_full_disk_people_are_told_and_nothing_is_left_half(tmp_path: Path) -> None:
    alone = ["unshare", "--map-root-user", "--mount"]
    if shutil.which("unshare") is None or subprocess.run([*alone, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this machine lets nobody mount a disk of their own")
    command = [*alone, "sh", "-c", ON_A_SMALL_DISK, "sh", str(tmp_path), sys.executable]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CRM_")}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr[-3000:]


def test_both_databases_say_in_their_own_words_that_the_disk_is_full() -> None:
    full = sa.exc.OperationalError("INSERT", {}, psycopg.errors.DiskFull("no space left on device"))
    away = sa.exc.OperationalError("INSERT", {}, psycopg.errors.AdminShutdown("going down"))
    assert (is_full(full), is_full(away)) == (True, False)


def test_the_storage_tells_what_the_disk_said() -> None:
    full = as_os_error(GenericError("Unable to copy data to file: No space left on device (os error 28)"))
    assert (type(full), full.args[0]) == (OSError, 28)
    other = GenericError("the bucket does not answer")
    assert as_os_error(other) is other
