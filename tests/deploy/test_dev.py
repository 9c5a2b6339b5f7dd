"""`./dev` on systems that this is not, played by commands of the same names."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TOOLS = ("sh", "cat", "cksum", "dirname", "mktemp", "rm", "tail")
NO_PANGO = """#!/bin/sh
case "$*" in *CDLL*) exit 1 ;; *) exit 0 ;; esac
"""
BREW = """#!/bin/sh
echo "brew $*" >>"$LOG"
case $1 in --prefix) echo /opt/homebrew ;; *) exit 1 ;; esac
"""


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A folder with `dev` and nothing else of the project, and one of the few commands that it finds."""
    shutil.copy(ROOT / "dev", tmp_path)
    commands = tmp_path / "bin"
    commands.mkdir()
    for name in TOOLS:
        (commands / name).symlink_to(str(shutil.which(name)))
    command(commands / "python3", NO_PANGO)
    return tmp_path


def command(path: Path, text: str) -> None:
    path.write_text(text)
    path.chmod(0o755)


def set_up(machine: Path) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": str(machine / "bin"), "LOG": str(machine / "log"), "TMPDIR": str(machine)}
    return subprocess.run(
        [machine / "dev", "setup"], env=environment, capture_output=True, text=True, timeout=60, check=False
    )


def test_on_macos_brew_brings_what_is_missing_and_is_where_python_looks(machine: Path) -> None:
    command(machine / "bin" / "uname", "#!/bin/sh\necho Darwin\n")
    command(machine / "bin" / "brew", BREW)
    found = set_up(machine)
    assert found.returncode == 1
    assert "brew could not install pango; see above" in found.stderr
    asked = (machine / "log").read_text().splitlines()
    assert asked[0] == "brew --prefix"
    assert asked[-1] == "brew install pango"
    assert "brew list pango" in asked


def test_where_neither_apt_nor_brew_is_it_says_what_is_wanted(machine: Path) -> None:
    command(machine / "bin" / "uname", "#!/bin/sh\necho Linux\n")
    found = set_up(machine)
    assert found.returncode == 1
    wanted = "libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
    assert f"please install with this system's package manager: {wanted}" in found.stderr


def test_python_that_is_too_old_is_told_first(machine: Path) -> None:
    command(machine / "bin" / "python3", "#!/bin/sh\nexit 1\n")
    found = set_up(machine)
    assert "Python 3.11 or newer is needed" in found.stderr
    assert not (machine / ".venv").exists()
