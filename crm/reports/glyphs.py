"""What our fonts can draw. Any other font would be that of the machine at hand, and a missing glyph spoils PDF/A."""

from __future__ import annotations

import re
from collections.abc import Set
from pathlib import Path
from unicodedata import category, normalize

GETA = "〓"  # what printers set in the place of a sign that they have not
UNSEEN = {"Cc", "Cf", "Cs", "Mn", "Me", "Zl", "Zp"}  # they join, mark or control other signs
SPACES = "\t\n\r"
TEXTS = re.compile(r"(?<=>)(?<!<style>)[^<]{100,}")
WORDS = re.compile(r"[!-~]{100}")


def breakable(html: str) -> str:
    """Text without words of more than a hundred letters: to break ten thousand takes WeasyPrint minutes."""
    return TEXTS.sub(lambda text: WORDS.sub(r"\g<0> ", text[0]), html)


def signs_of(font: Path) -> frozenset[str]:
    """The signs that a font has."""
    from fontTools.ttLib import TTFont

    with TTFont(font, lazy=True) as opened:
        return frozenset(map(chr, opened.getBestCmap())).union(SPACES)


def drawable(text: str, signs: Set[str]) -> str:
    """A text of these signs only: 〓 for any other, nothing for those that are not seen."""
    if set(text) <= signs:
        return text
    composed = normalize("NFC", text)
    others = set(composed) - signs
    return composed.translate({ord(one): "" if category(one) in UNSEEN else GETA for one in others})
