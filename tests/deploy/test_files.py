"""The files of deploy/ say what the program says."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from crm.cli import main
from crm.config import Settings
from crm.web.log import SECRET

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
UNITS = sorted(DEPLOY.glob("systemd/*.service"))
ANALYZE = shutil.which("systemd-analyze")


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


def read(*patterns: str) -> str:
    """The text of files."""
    return "\n".join(file.read_text() for pattern in patterns for file in sorted(ROOT.glob(pattern)) if file.is_file())


def unknown_settings(text: str) -> list[str]:
    """The settings that a text names and the program does not read; `CRM_RELEASE` is a variable of the guide's own."""
    return [
        name for name in re.findall(r"\bCRM_(\w+)", text) if name.lower() not in {*Settings.model_fields, "release"}
    ]


def unknown_commands(text: str) -> list[str]:
    """The commands in a text that the program does not have, with an argument or an option that they do not take."""
    found = re.findall(r"(?<![\w.:=-])crm (?!\w+=)((?:crm )?[a-z][a-z -]*)", text)
    return [words for words in found if not is_command(words.removeprefix("crm ").split())]


def is_command(words: list[str]) -> bool:
    command: click.Command | None = main
    context = click.Context(main)
    while isinstance(command, click.Group) and words:
        command = command.get_command(context, words.pop(0))
    known = {name for param in command.params for name in param.opts} if command else set()
    return command is not None and all(word in known for word in words if word.startswith("-"))


def missing_paths(text: str) -> list[str]:
    """The files of the project that a text names and nobody finds."""
    return [path for path in re.findall(r"\b(?:deploy|docs|tests)/[\w/*.-]*[\w*]", text) if not list(ROOT.glob(path))]


def missing_pages(text: str) -> list[str]:
    """The addresses of the program that a text asks and nobody answers, at the port that it has by itself."""
    port = Settings.model_fields["port"].default
    routes = (ROOT / "tests/contracts/routes.txt").read_text()
    asked = re.findall(r"127\.0\.0\.1:(\d+)(/\w+)?", text)
    return [f"{told}{path}" for told, path in asked if int(told) != port or (path and f"{path} " not in routes)]


@pytest.mark.parametrize("what", [unknown_settings, unknown_commands, missing_paths, missing_pages])
def test_what_is_told_about_deploying_exists(what: Callable[[str], list[str]]) -> None:
    assert what(read("docs/deploy.md", "deploy/*", "deploy/*/*")) == []


@pytest.mark.parametrize(
    ("what", "told"),
    [
        (unknown_settings, "CRM_SECRET_KEYS="),
        (unknown_commands, "`crm upgrade`"),
        (unknown_commands, "crm db upgrde"),
        (unknown_commands, "podman run crm crm user invite root --rule admin"),
        (missing_paths, "cp deploy/systemd/*.timer"),
        (missing_pages, "curl http://127.0.0.1:8000/readyz"),
        (missing_pages, "curl http://127.0.0.1:5000/ready"),
    ],
)
def test_what_is_told_wrongly_is_found(what: Callable[[str], list[str]], told: str) -> None:
    """The positive controls."""
    assert len(what(told)) == 1


def test_guide_and_container_install_the_same_libraries() -> None:
    guide, container = ((ROOT / name).read_text() for name in ("docs/deploy.md", "deploy/Containerfile"))
    *stages, last = [set(re.findall(r"\blib[\w.+-]+", stage)) for stage in container.split("\nFROM ")]
    assert last == set().union(*stages) == set(re.findall(r"\blib\w+-[\w.+-]+", guide))


@pytest.mark.parametrize("unit", UNITS, ids=lambda unit: unit.name)
def test_a_unit_starts_a_command_of_ours_without_privileges(unit: Path) -> None:
    text = unit.read_text()
    command = re.search(r"^ExecStart=/opt/crm/current/bin/crm (.+)$", text, re.MULTILINE)
    assert command
    assert is_command(command[1].split())
    for line in ("User=crm", "NoNewPrivileges=yes", "ProtectSystem=strict", "CapabilityBoundingSet="):
        assert f"\n{line}\n" in text, line


@pytest.mark.skipif(not ANALYZE, reason="needs systemd-analyze")
@pytest.mark.parametrize(
    ("old", "new", "is_well"),
    [
        ("", "", True),
        ("ProtectSystem=", "ProtectSytem=", False),
        ("crm-web.socket", "crm web", False),
        ("SystemCallFilter=", "#", False),
    ],
    ids=["ours", "misspelt", "no such unit", "unprotected"],
)
def test_systemd_takes_our_units_and_calls_them_safe(tmp_path: Path, old: str, new: str, is_well: bool) -> None:
    """All but the first are positive controls."""
    for unit in DEPLOY.glob("systemd/*"):
        text = unit.read_text().replace("/opt/crm/current/bin/crm", sys.executable).replace(old, new)
        (tmp_path / unit.name).write_text(text)
    units = sorted(tmp_path.glob("*.service"))
    judged = [
        subprocess.run([str(ANALYZE), *words, *units], capture_output=True, check=False)
        for words in (["verify"], ["security", "--offline=true", "--threshold=20"])  # of 100, 0 is the safest
    ]
    assert all(one.returncode == 0 and not one.stderr for one in judged) == is_well


def test_the_search_for_known_weaknesses_finds_a_planted_one(tmp_path: Path) -> None:
    """`./dev check` asks the same of all our code."""
    planted = tmp_path / "hole.py"
    planted.write_text("import subprocess\n\n\ndef run(name):\n    subprocess.call(f'ls {name}', shell=True)\n")
    bandit = [sys.executable, "-m", "bandit", "--quiet", "-lll", planted]
    found = subprocess.run(bandit, capture_output=True, text=True, check=False)
    assert found.returncode == 1
    assert "B602" in found.stdout
