"""Names in a text: @ a startup, an institution or a person, # a deal.

What was chosen from the suggestions comes with the text; what was only written is looked up by its name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from crm.activities.models import Ref
from crm.lib.names import name_key

KINDS: dict[str, tuple[str, ...]] = {"@": ("startup", "institution", "person"), "#": ("deal",)}
LONGEST = 60
MOST = 30

# Not in the middle of an address, and not before a number or a space: a@b.com, # 3, @ 10:00.
_SIGN = re.compile(r"(?<![\w.@#])[@＠#＃](?=[^\s\d@＠#＃])|(?<=[\u4e00-\u9fff])[@＠#＃](?=[^\s\d@＠#＃])")
_REST = re.compile(r"[^\n@＠#＃]*")
_WORD = re.compile(r"[^\s，。；、,;:：！!？?()（）「」“”\"'\n]*")


@dataclass(frozen=True)
class Sign:
    """A place where a name begins: after which sign, at which character, and what follows on its line."""

    sign: str
    start: int
    rest: str

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of records that the sign names."""
        return KINDS[self.sign]

    @property
    def word(self) -> str:
        """The name where nobody knows it: up to the next space or mark."""
        found = _WORD.match(self.rest)
        return found.group() if found else ""

    @property
    def keys(self) -> dict[str, str]:
        """{name as names are compared: how it is written here}, of everything that the name may be."""
        starts = (self.rest[:length].rstrip() for length in range(1, len(self.rest) + 1))
        keys: dict[str, str] = {}
        for start in starts:
            keys.setdefault(name_key(start), start)
        return keys

    def longest(self, keys: Set[str]) -> str:
        """The longest of some names, as names are compared, that stands here; "" for none."""
        return max((written for key, written in self.keys.items() if key in keys), key=len, default="")


@dataclass(frozen=True)
class Mention:
    """A record that a text names: where, and how, without the sign."""

    ref: Ref
    start: int
    label: str

    @property
    def span(self) -> tuple[int, int]:
        """Where it stands, with the sign."""
        return self.start, self.start + 1 + len(self.label)


def signs_in(text: str) -> list[Sign]:
    """Every place where a name begins, at most 30."""
    return list(_signs(text))[:MOST]


def _signs(text: str) -> Iterator[Sign]:
    for match in _SIGN.finditer(text):
        rest = _REST.match(text, match.end(), match.end() + LONGEST)
        yield Sign(
            {"＠": "@", "＃": "#"}.get(match.group(), match.group()), match.start(), rest.group() if rest else ""
        )


def chosen_at(sign: Sign, chosen: Mapping[str, Ref]) -> Mention | None:
    """The record that somebody chose for the name at a place, by the longest of {@name: record}."""
    for written in sorted(chosen, key=len, reverse=True):
        if written[:1] == sign.sign and written[1:] and sign.rest.startswith(written[1:]):
            return Mention(chosen[written], sign.start, written[1:])
    return None


def read_chosen(lines: Sequence[str]) -> dict[str, Ref]:
    """{@name: record} of lines such as `startup:12 @衡汐智能`; broken lines are passed over."""
    found = {}
    for line in lines:
        match = re.fullmatch(r"([a-z]{1,30}):(\d{1,18}) ([@#].{1,200})", line.strip())
        if match:
            found[match[3]] = Ref(match[1], int(match[2]))
    return found


def pieces(text: str, labels: Mapping[str, Ref]) -> Iterator[tuple[str, Ref | None]]:
    """The text in pieces, those that name a record with it; for pages that lead from a name to its record.

    `labels`: {name without its sign: record}.
    """
    names = sorted(filter(None, labels), key=len, reverse=True)
    if not names:
        yield text, None
        return
    pattern = re.compile("[@＠#＃](" + "|".join(map(re.escape, names)) + ")")
    at = 0
    for match in pattern.finditer(text):
        if match.start() > at:
            yield text[at : match.start()], None
        yield match[1], labels[match[1]]
        at = match.end()
    if at < len(text):
        yield text[at:], None
