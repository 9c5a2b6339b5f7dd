"""Texts in a reader's language, for work that no request surrounds."""

from __future__ import annotations

import gettext
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from crm.lib.text import Message

CATALOGUES = Path(__file__).parent.parent / "translations"


@lru_cache
def translator(language: str) -> Callable[[Message], str]:
    """What turns a Message into a language; English where the catalogue lacks it."""
    catalogue = gettext.translation("messages", str(CATALOGUES), [language], fallback=True)

    def translate(message: Message) -> str:
        return message.format(lambda text: catalogue.gettext(text) if text else "")

    return translate


def separator(language: str) -> str:
    """What stands between two reasons."""
    return "；" if language.startswith("zh") else "; "
