"""Messages that are written here in English and translated where somebody reads them."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Message:
    """A text with `%(name)s` places and the values for them; hashable, so equal refusals can be counted."""

    text: str
    values: tuple[tuple[str, str | int | Message], ...] = ()

    def format(self, gettext: Callable[[str], str]) -> str:
        """The text in the language of `gettext`, with nested messages translated too."""
        translated = gettext(self.text)
        if not self.values:
            return translated
        return translated % {
            name: value.format(gettext) if isinstance(value, Message) else value for name, value in self.values
        }

    def __str__(self) -> str:
        return self.format(lambda text: text)


def N_(text: str, /, **values: str | int | Message) -> Message:  # noqa: N802  the name that extraction tools look for
    """Mark a text for translation without translating it."""
    return Message(text, tuple(sorted(values.items())))


class Unreadable(ValueError):
    """A cell or a field that cannot be read; `message` tells its writer what to do."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


_BLANK = re.compile(r"[-‐‑‒–—―−─_/\\／|.。·…]*")
_BLANK_WORDS = {"无", "暂无", "没有", "空", "n/a", "na", "none", "nil", "null"}


def is_blank(value: object) -> bool:
    """Whether a cell says nothing: empty, only dashes or slashes, or a word for "none"."""
    if value is None:
        return True
    if not isinstance(value, str):
        return False
    text = plain(value)
    return _BLANK.fullmatch(text) is not None or text.casefold() in _BLANK_WORDS


# Format and control characters (Cf, Cc) other than white space: zero-width, soft hyphens, directions, tags.
INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f"
    "\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001\U000e0020-\U000e007f]"
)


def plain(text: str) -> str:
    """NFKC (full-width digits and brackets become ordinary), no invisible characters, single white space."""
    return tidy(unicodedata.normalize("NFKC", text))


def tidy(text: str) -> str:
    """The text as written, without invisible characters and superfluous white space."""
    return " ".join(INVISIBLE.sub("", text).split())
