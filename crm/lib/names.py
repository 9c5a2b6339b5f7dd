"""Names of companies, made comparable."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence

from crm.lib.text import INVISIBLE, tidy

_BRACKETS = str.maketrans("【】〔〕〖〗［］[]{}「」『』", "()" * 8)
_BETWEEN_CHINESE = re.compile(r"(?<=[\u4e00-\u9fff（）]) (?=[\u4e00-\u9fff（）])")
_SEPARATORS = frozenset("、；;，,/／|\n\r")
_OPENING, _CLOSING = frozenset("（([【〔「"), frozenset("）)]】〕」")


def name_key(text: str) -> str:
    """What two spellings of one name share: NFKC, no white space, one kind of brackets, one case.

    Place and legal form stay: 寒溪（上海）… and 寒溪（杭州）… are two companies.
    """
    normal = unicodedata.normalize("NFKC", INVISIBLE.sub("", text)).translate(_BRACKETS).casefold()
    return unicodedata.normalize("NFKC", "".join(INVISIBLE.sub("", normal).split()))


def tidy_name(text: str) -> str:
    """A name as it is stored: no stray spaces or invisible characters, full-width brackets in Chinese names."""
    name = _BETWEEN_CHINESE.sub("", tidy(text))
    if not name.isascii() and any("一" <= c <= "鿿" for c in name):
        return name.replace("(", "（").replace(")", "）")
    return name


def told_apart(full: Sequence[str], short: Sequence[str]) -> dict[str, str]:
    """{full name: the shortest that names nobody else among these}: 朔望, 朔望（苏州） beside another 朔望, or all."""
    names = list(zip(full, short, strict=True))
    shortest = Counter(short)
    placed = {name: up_to_place(name, own) for name, own in names}
    places = Counter(placed.values())
    return {
        name: own if own and shortest[own] == 1 else placed[name] if places[placed[name]] == 1 else name
        for name, own in names
    }


def up_to_place(full: str, short: str) -> str:
    told, bracket, _ = full.partition("）")
    return told + bracket if bracket and short and told.startswith(f"{short}（") else full


def split_names(text: str) -> list[str]:
    """The single names of a list in one cell; a separator inside brackets does not separate."""
    names, current, depth = [], "", 0
    for character in text:
        depth += (character in _OPENING) - (character in _CLOSING)
        if character in _SEPARATORS and depth <= 0:
            names.append(current)
            current, depth = "", 0
        else:
            current += character
    return [name for name in map(tidy, (*names, current)) if name]
