from __future__ import annotations

import pytest

from crm.lib import translations
from crm.lib.text import N_
from crm.lib.translations import separator, translator


@pytest.fixture
def catalogue(tmp_path, monkeypatch):
    """One Chinese message, compiled as gettext's own tool does it."""
    import babel.messages.mofile
    import babel.messages.pofile

    folder = tmp_path / "zh_CN" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    source = [
        'msgid ""',
        'msgstr "Content-Type: text/plain; charset=utf-8\\n"',
        "",
        'msgid "Row %(row)s"',
        'msgstr "第%(row)s行"',
    ]
    messages = babel.messages.pofile.read_po(iter(line + "\n" for line in source))
    with (folder / "messages.mo").open("wb") as file:
        babel.messages.mofile.write_mo(file, messages)
    monkeypatch.setattr(translations, "CATALOGUES", tmp_path)
    translator.cache_clear()
    yield
    translator.cache_clear()


@pytest.mark.usefixtures("catalogue")
def test_a_message_is_translated_without_a_request():
    assert translator("zh_CN")(N_("Row %(row)s", row=3)) == "第3行"
    assert translator("zh_CN")(N_("unknown")) == "unknown"
    assert translator("en")(N_("Row %(row)s", row=3)) == "Row 3"


def test_reasons_are_separated_as_the_language_does():
    assert separator("zh_CN") == "；"
    assert separator("en") == "; "
