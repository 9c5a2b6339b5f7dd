"""Small files of the kinds that a data room takes, and of kinds that it does not."""

from __future__ import annotations

import struct
import zipfile
import zlib
from io import BytesIO

from PIL import Image, ImageDraw


def a_pdf(pages: int = 1, text: str = "PAGE") -> bytes:
    drawn = [Image.new("RGB", (300, 420), "white") for _ in range(pages)]
    for number, page in enumerate(drawn):
        ImageDraw.Draw(page).text((20, 20), f"{text} {number + 1}", fill="black")
    kept = BytesIO()
    drawn[0].save(kept, "PDF", save_all=True, append_images=drawn[1:])
    return kept.getvalue()


def a_picture(form: str = "PNG", size: tuple[int, int] = (320, 200)) -> bytes:
    kept = BytesIO()
    Image.new("RGB", size, "navy").save(kept, form)
    return kept.getvalue()


def a_huge_picture() -> bytes:
    """A PNG whose head says 100,000 × 100,000 pixels."""
    head = struct.pack(">IIBBBBB", 100_000, 100_000, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(1000)))


def chunk(name: bytes, content: bytes) -> bytes:
    whole = name + content
    return struct.pack(">I", len(content)) + whole + struct.pack(">I", zlib.crc32(whole))


def an_office_file(main: str = "word/document.xml", **more: bytes) -> bytes:
    kept = BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr(main, "<document/>")
        for name, content in more.items():
            archive.writestr(name, content)
    return kept.getvalue()


def a_bomb() -> bytes:
    return an_office_file(**{"word/media/zeros.bin": bytes(400 * 1024**2)})
