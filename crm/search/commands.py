"""Pages and actions that the palette opens: those of the reader's menus, found in both languages and by pinyin."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from crm.lib.grams import holds, terms_of, tokens_of
from crm.web.addresses import root
from crm.web.frame import Item, navigation, new_links
from crm.web.language import LANGUAGES, current_language, force_locale
from crm.web.language import gettext as _

MENUS = 100  # two for each role, in each language, where the application is mounted


@dataclass(frozen=True)
class Command:
    """Something to open, and the tokens that it is found by."""

    label: str
    href: str
    icon: str
    words: str


def actions_for(role: str, text: str) -> list[Command]:
    """What somebody of a role may begin, of that what a text means."""
    return meant(commands(role, new_links), text)


def pages_for(role: str, text: str) -> list[Command]:
    """The pages that somebody of a role has in the menus, of these what a text means."""
    return meant(commands(role, pages), text)


def meant(offered: Sequence[Command], text: str) -> list[Command]:
    terms = terms_of(text)
    return [one for one in offered if holds(one.words, terms)]


def pages(role: str) -> list[Item]:
    """Every entry of the menus."""
    entries = [item for group in navigation(role) for item in group.items]
    return [*entries, Item(_("Change password"), "accounts.change_password", "key")]


def commands(role: str, entries: Callable[[str], Sequence[Item]]) -> list[Command]:
    """The entries in the reader's language, findable in every language."""
    return commands_in(current_language(), root(), role, entries)


@lru_cache(MENUS)
def commands_in(language: str, _root: str, role: str, entries: Callable[[str], Sequence[Item]]) -> list[Command]:
    named: dict[str, list[str]] = {}
    for one in LANGUAGES:
        with force_locale(one):
            for item in entries(role):
                named.setdefault(item.endpoint, []).append(str(item.label))
    at = LANGUAGES.index(language)
    return [
        Command(named[item.endpoint][at], item.href, item.icon, words_of(tuple(named[item.endpoint])))
        for item in entries(role)
    ]


@cache
def words_of(labels: tuple[str, ...]) -> str:
    """The tokens of a label in every language."""
    return " ".join(tokens_of(labels))
