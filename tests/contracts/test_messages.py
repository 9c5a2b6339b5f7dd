"""Chinese is complete: every message is translated, none is fuzzy, none is left over."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
CATALOG = ROOT / "crm/translations/zh/LC_MESSAGES/messages.po"
PLACE = re.compile(r"%\((\w+)\)")


def load(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file)


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> Catalog:
    """The messages that the code and the templates use now."""
    target = tmp_path_factory.mktemp("messages") / "messages.pot"
    pybabel = str(Path(sys.executable).with_name("pybabel"))
    keywords = ["-k", "lazy_gettext", "-k", "lazy_ngettext:1,2"]
    command = [pybabel, "-q", "extract", "--mapping-file", "pyproject.toml", *keywords, "-o", str(target), "."]
    subprocess.run(command, cwd=ROOT, check=True)
    return load(target)


def ids(catalog: Catalog) -> set[str]:
    return {str(message.id) for message in catalog if message.id}


def test_every_message_in_use_is_translated_and_none_is_left_over(used: Catalog) -> None:
    kept = load(CATALOG)
    assert ids(used) - ids(kept) == set(), "run ./dev messages and translate these"
    assert ids(kept) - ids(used) == set(), "run ./dev messages: these are no longer used"
    assert [message.id for message in kept if message.id and not message.string] == []
    assert [message.id for message in kept if message.fuzzy] == []


def test_a_translation_keeps_the_places_for_values(used: Catalog) -> None:
    lost = [
        (message.id, message.string)
        for message in load(CATALOG)
        if message.id and set(PLACE.findall(str(message.id))) != set(PLACE.findall(str(message.string)))
    ]
    assert lost == []


def test_an_untranslated_message_would_be_found(used: Catalog) -> None:
    """The positive control."""
    used.add("A message that nobody translated")
    assert "A message that nobody translated" in ids(used) - ids(load(CATALOG))
