"""The README tells every setting, command, role and verb."""

from __future__ import annotations

import re
from pathlib import Path

from crm.accounts.models import Role
from crm.cli import COMMANDS
from crm.config import Settings

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text()


def test_every_setting_is_told() -> None:
    missing = [name for name in Settings.model_fields if f"CRM_{name.upper()}" not in README]
    assert missing == []


def test_every_command_is_told() -> None:
    assert [name for name in COMMANDS if f"`crm {name}" not in README] == []


def test_every_role_is_told() -> None:
    assert [role for role in Role if f"| {role.value} |" not in README] == []


def test_every_verb_of_dev_is_told() -> None:
    verbs = re.findall(r"^  (\w+)  +\w", (ROOT / "dev").read_text(), re.MULTILINE)
    assert verbs
    assert [verb for verb in verbs if verb not in README] == []


def test_every_package_is_on_the_map() -> None:
    packages = [folder.name for folder in (ROOT / "crm").iterdir() if (folder / "__init__.py").exists()]
    assert [name for name in packages if f"{name}/" not in README] == []


def test_the_tests_that_security_names_exist() -> None:
    text = (ROOT / "SECURITY.md").read_text()
    named = re.findall(r"`(tests/[\w/.]+)(?:::(\w+))?`", text)
    assert [path for path, _ in named if not (ROOT / path).exists()] == []
    bodies = "".join(path.read_text() for path in (ROOT / "tests").rglob("test_*.py"))
    assert [test for test in re.findall(r"`(?:tests/[\w/.]+::)?(test_\w+)`", text) if f"def {test}" not in bodies] == []
