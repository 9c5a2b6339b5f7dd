"""Files that somebody could send to do harm. Each is small; what it unpacks to is not."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Callable
from functools import cache
from io import BytesIO

import xlsxwriter
from PIL import Image

MB = 1024**2
SHEET = "xl/worksheets/sheet1.xml"
LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY l0 "haha">'
    + b"".join(b'<!ENTITY l%d "%s">' % (one, b"&l%d;" % (one - 1) * 10) for one in range(1, 10))
    + b"]><worksheet><sheetData><row><c t='inlineStr'><is><t>&l9;</t></is></c></row></sheetData></worksheet>"
)
OUTSIDE = b"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><worksheet><sheetData>&x;</sheetData></worksheet>"


def packed(members: dict[str, bytes]) -> bytes:
    kept = BytesIO()
    with zipfile.ZipFile(kept, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return kept.getvalue()


def deflated(piece: bytes, times: int) -> bytes:
    """A deflated stream of a piece again and again, packed once."""
    packer = zlib.compressobj(9, wbits=-15)
    return (packer.compress(piece) + packer.flush(zlib.Z_FULL_FLUSH)) * times + b"\x03\x00"


def swollen(content: bytes, name: str, piece: bytes, times: int, told: int | None = None) -> bytes:
    """The archive with one more member: a piece again and again; `told`: how large the archive says that it is."""
    kept, member = BytesIO(content), zipfile.ZipInfo(name)
    with zipfile.ZipFile(kept, "a") as archive:
        archive.writestr(member, deflated(piece, times))
        member.compress_type = zipfile.ZIP_DEFLATED
        member.file_size = len(piece) * times if told is None else told
    return kept.getvalue()


def a_workbook(sheet: bytes | None, **more: bytes) -> bytes:
    """An XLSX file whose one sheet, called 企业, is as it stands here, or missing."""
    with zipfile.ZipFile(BytesIO(written())) as whole:
        members = {name: whole.read(name) for name in whole.namelist()}
    del members[SHEET]
    return packed(members | more | ({SHEET: sheet} if sheet is not None else {}))


@cache
def written() -> bytes:
    kept = BytesIO()
    with xlsxwriter.Workbook(kept) as book:
        book.add_worksheet("企业")
    return kept.getvalue()


def cells(*places: str) -> bytes:
    rows = b"".join(
        b'<row r="%s"><c r="%s" t="inlineStr"><is><t>{{companies_served}}</t></is></c></row>'
        % (place.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ").encode(), place.encode())
        for place in places
    )
    return (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData></worksheet>'
        % rows
    )


def a_png(width: int, height: int, *chunks: bytes, depth: int = 8, colour: int = 2, body: bytes = b"") -> bytes:
    """A PNG with this head; `body`: its pixels, as they are before packing."""
    head = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    parts = (chunk(b"IHDR", head), *chunks, chunk(b"IDAT", zlib.compress(body or bytes(1000), 9)), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def chunk(name: bytes, content: bytes) -> bytes:
    whole = name + content
    return struct.pack(">I", len(content)) + whole + struct.pack(">I", zlib.crc32(whole))


def many_scans(count: int = 3000) -> bytes:
    """A progressive JPEG whose last scan is repeated: each costs as much as a picture."""
    kept = BytesIO()
    Image.new("RGB", (2000, 2000)).save(kept, "JPEG", progressive=True)
    content = kept.getvalue()
    last = content.rindex(b"\xff\xda")
    return content[:-2] + content[last:-2] * count + content[-2:]


def a_saved(form: str, size: tuple[int, int], mode: str = "L") -> bytes:
    kept = BytesIO()
    Image.new(mode, size).save(kept, form)
    return kept.getvalue()


def a_pdf(extra: bytes) -> bytes:
    return (
        b"%PDF-1.7\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n" + extra + b"\ntrailer<</Root 1 0 R>>\n%%EOF"
    )


def a_stream(piece: bytes, times: int = 1, told: bytes = b"") -> bytes:
    body = b"\x78\xda" + deflated(piece, times)
    return b"<</Filter/FlateDecode/Length %d%s>>stream\n%s\nendstream" % (len(body), told, body)


def a_swelling_pdf() -> bytes:
    """A page that unpacks to 200 MB of drawing."""
    page = b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R>>endobj\n"
    return a_pdf(page + b"4 0 obj" + a_stream(b"0 0 m 9 9 l S " * 75_000, 200) + b"endobj")


def a_pdf_with_a_huge_picture() -> bytes:
    page = (
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>>>>>"
        b"endobj\n4 0 obj" + a_stream(b"600 0 0 800 0 0 cm /I Do") + b"endobj\n5 0 obj"
    )
    told = b"/Type/XObject/Subtype/Image/Width 11500/Height 11500/ColorSpace/DeviceRGB/BitsPerComponent 8"
    return a_pdf(page + a_stream(bytes(MB), 380, told) + b"endobj")


# What no field of any form takes, by its name.
NO_FILES: dict[str, Callable[[], bytes]] = {
    "empty.png": lambda: b"",
    "empty.xlsx": lambda: b"",
    "zeros.xlsx": lambda: bytes(400_000),
    "page.pdf": lambda: b"<html><script>alert(1)</script>",
    "drawing.svg": lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "drawing.png": lambda: b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "program.pHaR": lambda: b"<?php __HALT_COMPILER(); ?>",
    "program.exe": lambda: b"MZ" + bytes(1000),
    "picture.tiff": lambda: a_saved("TIFF", (9, 9)),
    "picture.ico": lambda: a_saved("ICO", (16, 16)),
    "picture.bmp": lambda: a_saved("BMP", (9, 9)),
    "head of ten billion pixels.png": lambda: a_png(100_000, 100_000),
    "bomb of 400 million pixels.png": lambda: a_png(20_000, 20_000, depth=1, colour=0),
    "bomb.webp": lambda: b"RIFF\x16\0\0\0WEBPVP8L\x0a\0\0\0\x2f\xff\xff\xff\x0f\0\0\0\0\0",
    "bomb.gif": lambda: b"GIF89a\xff\xff\xff\xff\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\xff\xff\xff\xff\0\x02\x02D\x01\0;",
    "archive.zip": lambda: packed({"a.txt": b"a"}),
    "bomb.zip": lambda: swollen(packed({}), "zeros", bytes(MB), 420),
    "laughs.xml": lambda: LAUGHS,
    "macros.docx": lambda: packed(
        {"[Content_Types].xml": b"<Types/>", "word/document.xml": b"", "word/vbaProject.bin": b""}
    ),
    "bomb.docx": lambda: swollen(packed({"[Content_Types].xml": b"<Types/>"}), "word/document.xml", bytes(MB), 420),
    "old.xls": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(400_000),
    "locked.xlsx": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
}
# Pictures whose heads are in order.
PICTURES: dict[str, Callable[[], bytes]] = {
    "many scans.jpg": many_scans,
    "text that swells.png": lambda: a_png(9, 9, *[chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(9 * MB)))] * 40),
    "cut short.jpg": lambda: a_saved("JPEG", (900, 900))[:-900],
}
# What calls itself a workbook: a data room keeps it unopened, forms that read it refuse it.
WORKBOOKS: dict[str, Callable[[], bytes]] = {
    "bomb.xlsx": lambda: swollen(a_workbook(cells("A1")), "xl/zeros.bin", bytes(MB), 420),
    "liar.xlsx": lambda: swollen(a_workbook(cells("A1")), "xl/zeros.bin", bytes(MB), 420, told=10),
    "swelling sheet.xlsx": lambda: swollen(a_workbook(None), SHEET, b"<row/>" * 100_000, 200),
    "corners.xlsx": lambda: a_workbook(cells("A1", "XFD1048576")),
    "many cells.xlsx": lambda: a_workbook(
        cells(*(f"{column}{row}" for row in range(1, 9000) for column in "ABCDEFGHIJKLMNOP"))
    ),
    "laughs.xlsx": lambda: a_workbook(LAUGHS),
    "outside.xlsx": lambda: a_workbook(OUTSIDE),
    "deep.xlsx": lambda: a_workbook(b"<worksheet>" + b"<a>" * 400_000),
    "members.xlsx": lambda: a_workbook(cells("A1"), **{f"x/{number}": b"" for number in range(5100)}),
    "no xml.xlsx": lambda: a_workbook(b"\x00\xff"),
}
# What calls itself a PDF: kept as it is where nobody draws it, drawn by a child with limits where somebody does.
PDFS: dict[str, Callable[[], bytes]] = {
    "garbage.pdf": lambda: b"%PDF-1.7\n" + b"\xff" * 400_000,
    "swelling.pdf": a_swelling_pdf,
    "huge picture.pdf": a_pdf_with_a_huge_picture,
    "deep.pdf": lambda: a_pdf(b"3 0 obj" + b"[" * 400_000 + b"endobj"),
    "endless.pdf": lambda: a_pdf(b"3 0 obj<</Type/Pages/Kids[2 0 R 2 0 R]/Count 99999999>>endobj"),
}
NAMES = (
    "../../../etc/passwd.png",
    "..\\..\\boot.ini.png",
    "a\u202egnp.exe",
    "\u200b.png",
    "con.png",
    "名" * 3000 + ".png",
    '"; filename="b.exe.png',
    "\U0001f984<script>alert(1)</script>.png",
)


@cache
def content_of(name: str) -> bytes:
    """A file of those above; made once."""
    return (NO_FILES | PICTURES | WORKBOOKS | PDFS)[name]()
