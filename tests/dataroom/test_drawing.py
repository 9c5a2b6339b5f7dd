"""Pages as pictures, and the reader's mark: in a child process, within limits."""

from __future__ import annotations

from io import BytesIO

import pypdfium2
import pytest
from PIL import Image, ImageChops

from crm.core.errors import Refusal
from crm.dataroom import drawing
from crm.dataroom.drawing import draw, marked
from crm.dataroom.watermark import burnt_in
from tests.dataroom.files import a_huge_picture, a_pdf, a_picture

pytestmark = pytest.mark.once
MARK = "沈知行 · 临渚创投 · 2026-11-27 15:40"


def opened(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content)).convert("L")


def differ(one: bytes, other: bytes) -> float:
    """How many of a hundred pixels two pictures do not share, about."""
    shown = ImageChops.difference(opened(one), opened(other)).point(lambda value: 255 if value > 12 else 0)
    return 100 * shown.histogram()[255] / (shown.width * shown.height)


def test_every_page_of_a_pdf_becomes_a_picture() -> None:
    drawn = draw(a_pdf(3), "application/pdf")
    assert drawn.count == 3
    assert [opened(page).width for page in drawn.pages] == [1400] * 3


def test_a_picture_is_drawn_anew_without_what_it_hides() -> None:
    content = a_picture("JPEG") + b"<?php hidden"
    assert b"hidden" not in draw(content, "image/jpeg").pages[0]


def test_the_mark_is_in_the_pixels_and_names_its_reader() -> None:
    page = draw(a_pdf(), "application/pdf").pages[0]
    assert differ(page, page) == 0
    assert differ(page, burnt_in(page, MARK)) > 1
    assert differ(burnt_in(page, MARK), burnt_in(page, "别人 · 另一家")) > 1, "another reader, another mark"


def test_a_pdf_that_is_taken_along_bears_the_mark_on_every_page() -> None:
    content = a_pdf(2)
    stamped = marked(content, "application/pdf", MARK)
    assert len(pypdfium2.PdfDocument(stamped)) == 2
    plain, seen = draw(content, "application/pdf").pages, draw(stamped, "application/pdf").pages
    assert all(differ(one, other) > 1 for one, other in zip(plain, seen, strict=True))


def test_a_picture_that_is_taken_along_bears_the_mark() -> None:
    content = a_picture(size=(900, 600))
    assert differ(draw(content, "image/png").pages[0], marked(content, "image/png", MARK)) > 1


@pytest.mark.parametrize("content", [b"%PDF-1.7 broken", a_huge_picture()])
def test_what_cannot_be_drawn_is_refused(content: bytes) -> None:
    with pytest.raises(Refusal):
        draw(content, "application/pdf" if content.startswith(b"%PDF") else "image/png")


def test_a_child_that_takes_too_much_dies_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawing, "WAIT", 0.01)
    with pytest.raises(Refusal, match="cannot be drawn"):
        draw(a_pdf(), "application/pdf")
