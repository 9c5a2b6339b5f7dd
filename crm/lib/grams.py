"""Texts as the tokens of a search index, and typed texts as what to look for among them.

Neither database splits Chinese, and a trigram index finds no word of two characters. So tokens are made here: every two
neighbouring characters, each character of a name, each Latin word, and for names the pinyin and its initials. Latin
tokens are kept with their first two and three letters, so that short beginnings are exact tokens, too, and quick.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from crm.lib.pinyin import spellings
from crm.lib.text import INVISIBLE

MOST_TOKENS = 600
LONGEST_WORD = 40
MOST_TERMS = 8
SHORT_NAME = 8  # characters: of a name up to this length every ending is found by its pinyin
PREFIX_FROM = 4  # letters: shorter beginnings are tokens of their own
CODE_PREFIX_FROM = (
    11  # characters of what holds digits: codes of one town begin alike, and long lists are slow to merge
)
START_MARK = "\ue002"  # private use: no typed text holds it

_IDEOGRAPHS = "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U000323af"
_RUNS = re.compile(rf"[{_IDEOGRAPHS}]+|[^\W_{_IDEOGRAPHS}\ue000-\uf8ff]+")
_ACCENTED = re.compile("[\u00e0-\u024f]")
_IDEOGRAPH = re.compile(rf"[{_IDEOGRAPHS}]")
_LEGAL_FORM = re.compile("(股份有限公司|有限责任公司|有限公司|合伙企业|有限合伙|普通合伙|公司)$")
_PLACE = re.compile(
    "(上海|北京|天津|重庆|深圳|广州|杭州|南京|苏州|无锡|常州|宁波|合肥|武汉|长沙|成都|西安|青岛|济南|郑州|厦门|福州"
    "|东莞|佛山|珠海|嘉兴|海南|海口|三亚|广东|浙江|江苏|安徽|福建|湖北|湖南|四川|山东|陕西|河南|河北|中国|香港)[市省]?"
)


@dataclass(frozen=True, slots=True)
class Term:
    """One thing to look for: tokens that follow one another; with `prefix`, the last one may go on."""

    tokens: tuple[str, ...]
    prefix: bool = False


@lru_cache(maxsize=1024)
def runs_of(text: str) -> tuple[str, ...]:
    """The stretches of characters of one script; case, width and accents do not matter."""
    normal = unicodedata.normalize("NFKC", INVISIBLE.sub("", text)).casefold()
    return tuple(_RUNS.findall(_ACCENTED.sub(lambda found: unicodedata.normalize("NFD", found[0])[0], normal)))


def is_chinese(run: str) -> bool:
    """True for a run of ideographs, kana or hangul: written without spaces."""
    return _IDEOGRAPH.match(run) is not None


def bigrams(run: str) -> list[str]:
    """Every two neighbouring characters; a character that stands alone is its own."""
    return [run[at : at + 2] for at in range(len(run) - 1)] or [run]


def tokens_of(names: Iterable[str], texts: Iterable[str] = (), codes: Iterable[str] = ()) -> list[str]:
    """The tokens of a record: `names` are found by single characters and pinyin, too, `codes` without their letter."""
    phrases: list[str] = []
    single: dict[str, None] = {}
    words: dict[str, None] = {}
    leading: tuple[str, ...] = ()
    seen = ""
    for text, is_name in (*((name, True) for name in names), *((text, False) for text in texts)):
        chinese: list[str] = []
        for run in runs_of(text):
            if not is_chinese(run):
                words |= beginnings((run[:LONGEST_WORD],))
                continue
            chinese.append(run)
            if run not in seen:
                phrases += bigrams(run)
                seen += run + " "
        if is_name:
            single |= dict.fromkeys("".join(chinese))
            words |= beginnings_of_name(tuple(chinese))
            leading = leading or first_forms(tuple(chinese[:1]))
    for code in codes:
        for run in runs_of(code):
            words |= beginnings((run, run[1:] if run[1:].isdigit() else run))
    alone = set(seen.split())
    starts = [START_MARK + form for form in beginnings(leading)]
    tokens = (*phrases, *(one for one in single if one not in alone), *words, *starts)
    return list(tokens[:MOST_TOKENS])


def beginnings(words: Iterable[str]) -> dict[str, None]:
    """Each word with those of its beginnings that are looked for as tokens, in order and none twice."""
    found: dict[str, None] = {}
    for word in words:
        found[word[:2]] = found[word[:3]] = found[word] = None
        if len(word) > PREFIX_FROM and not word.isalpha():
            for length in range(PREFIX_FROM, CODE_PREFIX_FROM):
                found[word[:length]] = None
    return found


@lru_cache(maxsize=1024)
def beginnings_of_name(runs: tuple[str, ...]) -> dict[str, None]:
    """The same of what somebody types for a Chinese name."""
    return beginnings(typed_forms(runs))


def typed_forms(runs: tuple[str, ...]) -> tuple[str, ...]:
    """What somebody types for a Chinese name: initials and full pinyin, from each place where people begin."""
    forms: dict[str, None] = {}
    kept = [short for run in runs if (short := _LEGAL_FORM.sub("", run))]
    for run in dict.fromkeys((*kept, *(["".join(kept)] if len(kept) > 1 else []))):
        place = _PLACE.match(run)
        skipped = place.end() if place and place.end() < len(run) else 0
        starts = range(len(run) - 1) if len(run) <= SHORT_NAME else {0, skipped}
        for syllables in spellings(run):
            for start in starts or (0,):
                forms["".join(one[0] for one in syllables[start:])] = None
                full = syllables[start:skipped] if start < skipped else syllables[start:]
                forms["".join(full)[:LONGEST_WORD]] = None
    forms.pop("", None)
    return tuple(forms)


@lru_cache(maxsize=1024)
def first_forms(runs: tuple[str, ...]) -> tuple[str, ...]:
    """What somebody types who begins at a name's beginning."""
    forms = (form for run in runs for one in spellings(run) for form in ("".join(s[0] for s in one), "".join(one)))
    return tuple(dict.fromkeys(form[:LONGEST_WORD] for form in forms))


def terms_of(typed: str) -> list[Term]:
    """What a typed text asks for; all of it must be found. Nothing for a text without letters or digits."""
    return list(dict.fromkeys(_terms(runs_of(typed))))[:MOST_TERMS]


def start_of(typed: str) -> Term | None:
    """The term for names whose pinyin or initials begin with a typed text; None for what is no pinyin."""
    letters = "".join(runs_of(typed))[:LONGEST_WORD]
    if not (letters.isascii() and letters.isalpha()):
        return None
    return Term((START_MARK + letters,), len(letters) >= PREFIX_FROM)


def _terms(runs: Iterable[str]) -> Iterator[Term]:
    for run in runs:
        if is_chinese(run):
            yield Term(tuple(bigrams(run)))
        else:
            yield Term((run[:LONGEST_WORD],), len(run) >= (PREFIX_FROM if run.isalpha() else CODE_PREFIX_FROM))


def holds(words: str, terms: Iterable[Term]) -> bool:
    """Whether a record's tokens, joined by spaces, hold every term; for small lists that need no database."""
    padded = f" {words} "
    return all(f" {' '.join(term.tokens)}{'' if term.prefix else ' '}" in padded for term in terms)
