"""The files of deploy/ say what the program says."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from crm.cli import COMMANDS
from crm.config import Settings
from crm.web.log import SECRET

DEPLOY = Path(__file__).parents[2] / "deploy"
UNITS = sorted(DEPLOY.glob("systemd/*.service"))


def test_a_proxy_keeps_the_addresses_that_give_access_out_of_its_log_as_we_do() -> None:
    proxy = (DEPLOY / "nginx/crm.conf").read_text()
    found = re.search(r"~\^/\(([\w|-]+)\)/ 0;", proxy)
    assert found
    assert {f"/{name}/" for name in found[1].split("|")} == set(SECRET)
    assert "if=$is_logged" in proxy
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in proxy


def test_a_proxy_takes_what_we_take() -> None:
    told = re.search(r"client_max_body_size (\d+)m;", (DEPLOY / "nginx/crm.conf").read_text())
    assert told
    assert int(told[1]) > Settings.model_fields["max_upload_mb"].default


def test_the_example_of_settings_names_settings_only() -> None:
    named = re.findall(r"^#?CRM_(\w+)=", (DEPLOY / "crm.env.example").read_text(), re.MULTILINE)
    assert named
    assert [name for name in named if name.lower() not in Settings.model_fields] == []


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_starts_a_command_of_ours_without_privileges(unit: Path) -> None:
    text = unit.read_text()
    command = re.search(r"^ExecStart=/opt/crm/current/bin/crm (\w+)$", text, re.MULTILINE)
    assert command
    assert command[1] in COMMANDS
    for line in ("User=crm", "NoNewPrivileges=yes", "ProtectSystem=strict", "CapabilityBoundingSet="):
        assert f"\n{line}\n" in text, line


def test_the_search_for_known_weaknesses_finds_a_planted_one(tmp_path: Path) -> None:
    """`./dev check` asks the same of all our code."""
    planted = tmp_path / "hole.py"
    planted.write_text("import subprocess\n\n\ndef run(name):\n    subprocess.call(f'ls {name}', shell=True)\n")
    bandit = [sys.executable, "-m", "bandit", "--quiet", "-lll", planted]
    found = subprocess.run(bandit, capture_output=True, text=True, check=False)
    assert found.returncode == 1
    assert "B602" in found.stdout
