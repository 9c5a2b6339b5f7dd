"""How alike a thesis and a profile are: TF-IDF over pairs of Chinese characters and over Latin words, and their cosine.

The words that count are those that theses use; a word weighs the more, the fewer theses use it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import chain, groupby
from math import log, sqrt

from crm.lib.grams import bigrams, is_chinese, runs_of

CACHED = 8_192  # texts
TOLD = 3  # words
Vector = Mapping[str, float]


@lru_cache(CACHED)
def counts(text: str) -> Mapping[str, int]:
    """{pair of characters or word: how often a text has it}."""
    found: Counter[str] = Counter()
    for run in runs_of(text):
        found.update(bigrams(run) if is_chinese(run) else (run,))
    return found


class Theses:
    """What theses say altogether, so that a word that all of them use says little."""

    def __init__(self, texts: Iterable[str]) -> None:
        told = [one for one in texts if one]
        often = Counter(chain.from_iterable(map(counts, told)))
        self.rarity = {word: log((1 + len(told)) / (1 + found)) + 1 for word, found in often.items()}
        self.vectors: dict[str, Vector] = {}
        self.latest: tuple[str, Vector] = ("", {})

    def vector(self, text: str) -> Vector:
        """The weights of a text's words, of length 1; empty where it says nothing that theses say.

        A profile is compared with many theses in turn: the latest is remembered.
        """
        known, vector = self.latest
        if known != text:
            self.latest = text, (vector := self.weighed(text))
        return vector

    def weighed(self, text: str) -> Vector:
        raw = {
            word: (1 + log(often)) * self.rarity[word] for word, often in counts(text).items() if word in self.rarity
        }
        length = sqrt(sum(weight * weight for weight in raw.values()))
        return {word: weight / length for word, weight in raw.items()} if length else {}

    def vector_of_thesis(self, text: str) -> Vector:
        """The same of a thesis, which many profiles are compared with."""
        if text not in self.vectors:
            self.vectors[text] = self.weighed(text)
        return self.vectors[text]

    def likeness(self, thesis: str, profile: Vector) -> float:
        """The cosine between a thesis and a profile's vector: 0 for nothing in common, 1 for the same words."""
        vector = self.vector_of_thesis(thesis) if thesis else {}
        few, many = sorted((vector, profile), key=len)
        return sum(weight * many[word] for word, weight in few.items() if word in many)

    def shared(self, thesis: str, profile: Vector) -> list[str]:
        """The words of a thesis that a profile has too, those that weigh most first; pairs that follow are one word."""
        vector = self.vector_of_thesis(thesis)
        weight = {word: found * profile[word] for word, found in vector.items() if word in profile}
        words: dict[str, float] = {}
        for run in runs_of(thesis):
            for is_shared, group in groupby(bigrams(run) if is_chinese(run) else [run], key=weight.__contains__):
                parts = list(group)
                if is_shared:
                    words["".join([parts[0], *(part[1:] for part in parts[1:])] if is_chinese(run) else parts)] = sum(
                        map(weight.__getitem__, parts)
                    )
        return sorted(words, key=lambda word: (-words[word], word))[:TOLD]
