"""The reader's mark: name, institution and time, many times across a picture, in its pixels."""

from __future__ import annotations

from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageFont import FreeTypeFont

FONT = Path(__file__).parent.parent / "static" / "vendor" / "fonts" / "NotoSansSC-400.ttf"
GREY = 110
STRENGTH = 72  # of 255
ANGLE = 30
LETTERS = 45  # a letter's height is a part of the picture's width
GAP = 1.5  # letters


def burnt_in(picture: bytes, text: str) -> bytes:
    """A picture of ours (a page as the job drew it) with the mark in it, as JPEG."""
    from PIL import Image

    with Image.open(BytesIO(picture)) as opened:
        page = opened.convert("RGB")
    page.paste((GREY, GREY, GREY), mask=pattern(page.size, text))
    kept = BytesIO()
    page.save(kept, "JPEG", quality=82)
    return kept.getvalue()


def layer(size: tuple[int, int], text: str) -> Image:
    """The mark alone, on nothing."""
    from PIL import Image

    drawn = Image.new("RGBA", size, (GREY, GREY, GREY, 0))
    drawn.putalpha(pattern(size, text))
    return drawn


def pattern(size: tuple[int, int], text: str) -> Image:
    """How strong the mark is at each pixel: the text aslant, in rows that are set off."""
    from PIL import Image

    letters = max(14, min(size) // LETTERS)
    line, gap = aslant(text, letters), int(letters * GAP)
    mask = Image.new("L", size, 0)
    for row, top in enumerate(range(-line.height // 2, size[1], line.height + gap)):
        for left in range(-(line.width // 2) * (row % 2), size[0], line.width + gap):
            mask.paste(line, (left, top))
    return mask


def aslant(text: str, letters: int) -> Image:
    from PIL import Image, ImageDraw

    typeface = font(letters)
    left, top, right, bottom = typeface.getbbox(text)
    line = Image.new("L", (int(right - left) + 4, int(bottom - top) + 4), 0)
    ImageDraw.Draw(line).text((2 - left, 2 - top), text, fill=STRENGTH, font=typeface)
    return line.rotate(ANGLE, expand=True, resample=Image.Resampling.BICUBIC)


@lru_cache(16)
def font(letters: int) -> FreeTypeFont:
    from PIL import ImageFont

    return ImageFont.truetype(str(FONT), letters)
