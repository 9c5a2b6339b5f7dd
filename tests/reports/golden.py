"""What every PDF must be: read by its objects, by its text and by its drawn glyphs. Each check tells what is wrong."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any

import pikepdf
import pypdfium2
from fontTools.ttLib import TTFont

from crm.reports.pdf import FONTS, Pdf

MARKS = ('pdfaid:part="3"', 'pdfaid:conformance="U"', 'pdfuaid:part="1"', "pdfaExtension:schemas")
MAY_HOLD = {"/L": {"/L", "/LI"}, "/LI": {"/Lbl", "/LBody"}, "/TR": {"/TH", "/TD"}}
WHOLE = min(file.stat().st_size for file in FONTS.values()) // 2  # bytes
DRAWS = {"Tj", "TJ", "'", '"'}


def faults(made: Pdf, data: bytes) -> list[str]:
    """What is wrong with a report; nothing if it is right."""
    with pikepdf.open(BytesIO(made.content)) as pdf:
        return [
            *pdf.check_pdf_syntax(),
            *([] if len(pdf.pages) == made.pages > 0 else [f"{len(pdf.pages)} pages, told {made.pages}"]),
            *marks(pdf),
            *attachments(pdf, data),
            *fonts(pdf),
            *missing_glyphs(pdf),
            *structure(pdf.Root.StructTreeRoot.K[0]),
            *outside(made.content),
        ]


def marks(pdf: pikepdf.Pdf) -> Iterator[str]:
    """PDF/A-3u and PDF/UA-1, with what they rest on."""
    metadata = pdf.Root.Metadata.read_bytes().decode()
    yield from (f"no mark {mark}" for mark in MARKS if mark not in metadata)
    if [str(one.S) for one in pdf.Root.OutputIntents] != ["/GTS_PDFA1"]:
        yield "no output intent"
    if not (pdf.Root.MarkInfo.Marked and pdf.Root.ViewerPreferences.DisplayDocTitle and str(pdf.Root.Lang)):
        yield "not marked as tagged, or without its title or its language"
    if "/Encrypt" in pdf.trailer or "/JavaScript" in pdf.Root.get("/Names", {}):
        yield "encrypted, or with a script"


def attachments(pdf: pikepdf.Pdf, data: bytes) -> Iterator[str]:
    """The data, as data, and nothing else."""
    held = {name: pdf.attachments[name].get_file().read_bytes() for name in pdf.attachments}
    if held != ({"report.json": data} if data else {}):
        yield f"attached: {list(held)}"
    if data and [str(one.AFRelationship) for one in pdf.Root.get("/AF", [])] != ["/Data"]:
        yield "an attachment that does not say what it is"


def fonts(pdf: pikepdf.Pdf) -> Iterator[str]:
    """Each font is in the file, only the part that is used, and says what its glyphs mean."""
    for page in pdf.pages:
        for font in page.Resources.get("/Font", {}).values():
            inside = font.DescendantFonts[0].FontDescriptor
            name = str(font.BaseFont)
            if not {"/FontFile2", "/FontFile3"} & set(inside.keys()) or "/ToUnicode" not in font:
                yield f"{name} is not embedded with its meaning"
            if name[7:8] != "+" or "Noto" not in name:
                yield f"{name} is no subset of ours"
            if len(font_file(inside)) > WHOLE:
                yield f"{name} is there as a whole"


def font_file(inside: Any) -> bytes:
    """An embedded font; nothing where it is not embedded."""
    held = inside.get("/FontFile2", inside.get("/FontFile3"))
    return held.read_bytes() if held is not None else b""


def missing_glyphs(pdf: pikepdf.Pdf) -> Iterator[str]:
    """A sign that a font has not is drawn with its glyph 0, or with one beyond its last."""
    counts: dict[Any, int] = {}
    for number, page in enumerate(pdf.pages, 1):
        drawn = [page, *(one for one in page.Resources.get("/XObject", {}).values() if one.get("/Subtype") == "/Form")]
        for stream in drawn:
            count = 0
            for operands, operator in pikepdf.parse_content_stream(stream):
                if str(operator) == "Tf":
                    font = page.Resources.Font[str(operands[0])]
                    count = counts.setdefault(font.objgen, glyphs(font))
                if str(operator) in DRAWS and any(not 0 < glyph < count for glyph in told(operands)):
                    yield f"a missing glyph on page {number}"


def glyphs(font: Any) -> int:
    """How many glyphs an embedded font has."""
    inside = font.DescendantFonts[0].FontDescriptor
    with TTFont(BytesIO(font_file(inside)), lazy=True) as opened:
        return int(opened["maxp"].numGlyphs)


def told(operands: Any) -> Iterator[int]:
    """The glyphs that are drawn: two bytes for each."""
    for one in operands:
        if isinstance(one, pikepdf.Array):
            yield from told(one)
        elif isinstance(one, pikepdf.String):
            drawn = bytes(one)
            yield from (int.from_bytes(drawn[place : place + 2], "big") for place in range(0, len(drawn), 2))


def structure(element: Any, inside: str = "") -> Iterator[str]:
    """Pictures have words, lists hold entries, rows hold cells."""
    if not isinstance(element, pikepdf.Dictionary) or "/S" not in element:
        return
    kind = str(element.S)
    if kind == "/Figure" and not str(element.get("/Alt", "")):
        yield "a picture without words"
    if inside in MAY_HOLD and kind not in MAY_HOLD[inside]:
        yield f"{kind} in {inside}"
    held = element.get("/K", [])
    for one in held if isinstance(held, pikepdf.Array) else [held]:
        yield from structure(one, kind)


def outside(content: bytes) -> Iterator[str]:
    """Characters that the page cuts off, and pages that say nothing."""
    document = pypdfium2.PdfDocument(content)
    try:
        for number, page in enumerate(document, 1):
            text = page.get_textpage()
            width, height = page.get_size()
            boxes = [text.get_charbox(place) for place in range(text.count_chars())]
            if any(left < 0 or low < 0 or right > width or top > height for left, low, right, top in boxes):
                yield f"text outside page {number}"
            if len(boxes) < 40:
                yield f"page {number} is empty"
            text.close()
            page.close()
    finally:
        document.close()
