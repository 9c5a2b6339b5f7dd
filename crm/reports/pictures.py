"""The pages of a PDF as pictures, for browsers that cannot download: inside chat programs, for instance."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

WIDTH = 1000
MOST_PAGES = 60


def draw_pages(pdf: bytes) -> Iterator[bytes]:
    """The first pages of a PDF of ours, one after the other, as PNG 1,000 pixels wide."""
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    try:
        for number in range(min(len(document), MOST_PAGES)):
            page = document[number]
            drawn = page.render(scale=WIDTH / page.get_width()).to_pil()
            picture = BytesIO()
            drawn.convert("P", palette=1, colors=64).save(picture, "PNG")
            page.close()
            yield picture.getvalue()
    finally:
        document.close()
