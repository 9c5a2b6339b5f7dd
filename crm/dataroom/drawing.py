"""Draws and marks files that people sent, in a child process of its own for each: what swells or hangs dies there.

`python -m crm.dataroom.drawing` is the child. It reads a line of JSON and then the file from its standard input, and
answers on its standard output with a line of JSON that gives the size of each part, then the parts.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

from crm.core.errors import Refusal
from crm.dataroom.kinds import MOST_PIXELS, PDF
from crm.dataroom.watermark import burnt_in, layer
from crm.lib.text import N_

if TYPE_CHECKING:
    from PIL.Image import Image

MEMORY = 384 * 1024**2
SECONDS = 10  # of computing, for each page
WAIT = 90  # seconds until it is ended
WIDTH = 1400  # pixels of a page
TALLEST = 6000
MOST_PAGES = 200
LAYER = 900  # pixels of a PDF's mark on its shorter side
UNDRAWN = N_("This file cannot be drawn: it is locked, damaged or too large.")


@dataclass(frozen=True)
class Drawn:
    """The first pages of a file as JPEG, and how many pages it has."""

    pages: list[bytes]
    count: int

    @property
    def sizes(self) -> list[tuple[int, int]]:
        """(width, height) of each page in pixels."""
        from PIL import Image

        return [Image.open(BytesIO(page), formats=["JPEG"]).size for page in self.pages]


def draw(content: bytes, media_type: str) -> Drawn:
    """The pages of a PDF, or a picture. Raises Refusal."""
    head, parts = in_child({"job": "draw", "media_type": media_type}, content)
    return Drawn(parts, head["count"])


def marked(content: bytes, media_type: str, text: str) -> bytes:
    """A PDF, or a picture (as JPEG), with the reader's mark on every page. Raises Refusal."""
    _head, parts = in_child({"job": "mark", "media_type": media_type, "text": text}, content)
    return parts[0]


def in_child(head: dict[str, Any], content: bytes) -> tuple[dict[str, Any], list[bytes]]:
    try:
        done = subprocess.run(
            [sys.executable, "-P", "-m", "crm.dataroom.drawing"],
            input=json.dumps(head).encode() + b"\n" + content,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=WAIT,
            check=True,
        )
    except (subprocess.SubprocessError, OSError):
        raise Refusal({"": UNDRAWN}) from None
    answer = BytesIO(done.stdout)
    told: dict[str, Any] = json.loads(answer.readline())
    return told, [answer.read(size) for size in told["sizes"]]


# --- the child


def serve() -> None:
    """Do one job. What goes wrong ends the child, and its parent says so."""
    limit(resource.RLIMIT_DATA, MEMORY)
    allow_time()
    head = json.loads(sys.stdin.buffer.readline())
    parts, count = JOBS[head["job"]](head, sys.stdin.buffer.read())
    sys.stdout.buffer.write(json.dumps({"sizes": [len(part) for part in parts], "count": count}).encode() + b"\n")
    for part in parts:
        sys.stdout.buffer.write(part)
    sys.stdout.buffer.flush()


def allow_time() -> None:
    """Let what comes next compute for as long as one page may."""
    limit(resource.RLIMIT_CPU, int(time.process_time()) + SECONDS)


def limit(what: int, amount: int) -> None:
    resource.setrlimit(what, (amount, resource.getrlimit(what)[1]))


def draw_here(head: dict[str, Any], content: bytes) -> tuple[list[bytes], int]:
    if head["media_type"] != PDF.media_type:
        return [as_jpeg(opened(content))], 1
    import pypdfium2

    document = pypdfium2.PdfDocument(content)
    return [as_jpeg(page) for page in pages_of(document)], len(document)


def pages_of(document: Any) -> Iterator[Image]:
    for number in range(min(len(document), MOST_PAGES)):
        allow_time()
        page = document[number]
        width, height = page.get_size()
        yield page.render(scale=min(WIDTH / width, TALLEST / height)).to_pil()
        page.close()


def mark_here(head: dict[str, Any], content: bytes) -> tuple[list[bytes], int]:
    if head["media_type"] != PDF.media_type:
        return [burnt_in(as_jpeg(opened(content)), head["text"])], 1
    return [marked_pdf(content, head["text"])], 1


def marked_pdf(content: bytes, text: str) -> bytes:
    """Every page with the mark above all else; pages of one size share it."""
    import pypdfium2

    document = pypdfium2.PdfDocument(content)
    stamps: dict[tuple[float, float], Any] = {}
    for number in range(len(document)):
        page = document[number]
        left, bottom, right, top = page.get_cropbox()
        size = (right - left, top - bottom)
        if size not in stamps:
            stamps[size] = stamp(document, size, text)
        mark = stamps[size].as_pageobject()
        mark.transform(pypdfium2.PdfMatrix().translate(left, bottom))
        page.insert_obj(mark)
        page.gen_content()
    kept = BytesIO()
    document.save(kept)
    return kept.getvalue()


def stamp(document: Any, size: tuple[float, float], text: str) -> Any:
    """The mark for pages of a size, as a part of the document that pages can share."""
    import pypdfium2

    width, height = size
    scale = LAYER / min(size)
    drawn = layer((min(int(width * scale), TALLEST), min(int(height * scale), TALLEST)), text)
    apart = pypdfium2.PdfDocument.new()
    page = apart.new_page(width, height)
    picture = pypdfium2.PdfImage.new(apart)
    picture.set_bitmap(pypdfium2.PdfBitmap.from_pil(drawn))
    picture.set_matrix(pypdfium2.PdfMatrix().scale(width, height))
    page.insert_obj(picture)
    page.gen_content()
    return apart.page_as_xobject(0, document)


def opened(content: bytes) -> Image:
    """A picture the right way up, no larger than a page."""
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = max(MOST_PIXELS.values())
    picture = Image.open(BytesIO(content), formats=["PNG", "JPEG"])
    picture.draft("RGB", (WIDTH, TALLEST))
    picture.thumbnail((WIDTH, TALLEST))
    upright = ImageOps.exif_transpose(picture).convert("RGBA")
    paper = Image.new("RGBA", upright.size, "white")
    paper.alpha_composite(upright)
    return paper


def as_jpeg(picture: Image) -> bytes:
    kept = BytesIO()
    picture.convert("RGB").save(kept, "JPEG", quality=82)
    return kept.getvalue()


JOBS: dict[str, Callable[[dict[str, Any], bytes], tuple[list[bytes], int]]] = {"draw": draw_here, "mark": mark_here}

if __name__ == "__main__":
    serve()
