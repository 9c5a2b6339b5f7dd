"""Pictures of products that do not exist."""

from __future__ import annotations

import random
from io import BytesIO

SIZE = (960, 600)
INK, PAPER, ACCENT, PALE = "#14191d", "#f5f7f7", "#0b5f61", "#cfe3e2"


def screen(chance: random.Random) -> bytes:
    """Something like a dashboard: a rail, a few figures, a chart; as PNG."""
    from PIL import Image, ImageDraw

    picture = Image.new("RGB", SIZE, PAPER)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((0, 0, 150, 600), fill=INK)
    for number in range(5):
        draw.rounded_rectangle(
            (24, 96 + 44 * number, 126, 112 + 44 * number), 4, fill=ACCENT if not number else "#3a454c"
        )
    for number in range(3):
        left = 190 + 250 * number
        draw.rounded_rectangle((left, 60, left + 220, 160), 10, fill="white", outline=PALE)
        draw.rectangle((left + 20, 84, left + 20 + chance.randint(60, 160), 104), fill=ACCENT)
        draw.rectangle((left + 20, 122, left + 120, 130), fill=PALE)
    draw.rounded_rectangle((190, 190, 910, 550), 10, fill="white", outline=PALE)
    for number in range(14):
        height = chance.randint(40, 280)
        draw.rectangle((226 + 48 * number, 520 - height, 254 + 48 * number, 520), fill=ACCENT if number % 5 else PALE)
    kept = BytesIO()
    picture.save(kept, "PNG")
    return kept.getvalue()
