"""Colours as people write them, and whether text on them can be read."""

from __future__ import annotations

import re

from crm.lib.text import N_, Unreadable

READABLE = 4.5  # WCAG 2.2, 1.4.3: contrast (minimum)
_HEX = re.compile(r"#?([0-9a-fA-F]{6})")


def read_colour(text: str) -> str:
    """A colour as #rrggbb. Raises Unreadable."""
    match = _HEX.fullmatch(text.strip())
    if match is None:
        raise Unreadable(N_("Write a colour such as #0b5f61."))
    return f"#{match[1].lower()}"


def contrast_with_white(colour: str) -> float:
    """The contrast ratio of white on a colour #rrggbb, from 1 to 21 (WCAG 2.2, relative luminance)."""
    red, green, blue = (linear(int(colour[place : place + 2], 16) / 255) for place in (1, 3, 5))
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)
