"""What a data room takes: an allow-list by content, with which the name must agree."""

from __future__ import annotations

import re
import warnings
import zipfile
from dataclasses import dataclass
from io import BytesIO

from crm.core.errors import Refusal
from crm.documents.pictures import shown_name
from crm.lib.text import N_

MOST_PIXELS = {"JPEG": 50_000_000, "PNG": 36_000_000}  # A4 at 600 dots an inch is 35 million
MOST_MEMBERS = 5_000
MOST_UNPACKED = 300 * 1024**2
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
MARKUP = re.compile(r"\s*<(\?|!|svg|html|head|body|script|iframe|img|a\b)", re.IGNORECASE)

UNKNOWN = N_("This is no PDF, PNG, JPEG, DOCX, XLSX, PPTX, TXT or CSV, or it is damaged.")
MISNAMED = N_("The name ends with .%(suffix)s, but the file is something else. Rename it or save it anew.")
TOO_LARGE = N_("This picture is too large: at most 50 million pixels as JPEG, 36 million as PNG.")
SWELLS = N_("This file would unpack to far more than it is. Save it anew.")
MACROS = N_("This file holds macros. Save it without them.")


@dataclass(frozen=True)
class Kind:
    """A kind of file. `is_drawn`: its pages are shown as pictures."""

    name: str
    media_type: str
    suffixes: tuple[str, ...]
    is_drawn: bool = False


OFFICE = "application/vnd.openxmlformats-officedocument."
PDF = Kind("PDF", "application/pdf", ("pdf",), is_drawn=True)
PNG = Kind("PNG", "image/png", ("png",), is_drawn=True)
JPEG = Kind("JPEG", "image/jpeg", ("jpg", "jpeg"), is_drawn=True)
DOCX = Kind("DOCX", f"{OFFICE}wordprocessingml.document", ("docx",))
XLSX = Kind("XLSX", f"{OFFICE}spreadsheetml.sheet", ("xlsx",))
PPTX = Kind("PPTX", f"{OFFICE}presentationml.presentation", ("pptx",))
TEXT = Kind("TXT", "text/plain", ("txt",))
CSV = Kind("CSV", "text/csv", ("csv",))
KINDS = {kind.media_type: kind for kind in (PDF, PNG, JPEG, DOCX, XLSX, PPTX, TEXT, CSV)}
MAIN_PARTS = {"word/document.xml": DOCX, "xl/workbook.xml": XLSX, "ppt/presentation.xml": PPTX}
SUFFIXES = tuple(suffix for kind in KINDS.values() for suffix in kind.suffixes)


@dataclass(frozen=True)
class Upload:
    """A file that was accepted, under the name that people will read."""

    name: str
    kind: Kind
    content: bytes


def accept(name: str, content: bytes, *, field: str = "files") -> Upload:
    """The upload as it will be kept. Raises Refusal at the field, with the file's name."""
    shown = shown_name(name)
    suffix = suffix_of(shown)
    try:
        kind = kind_of(content, suffix)
        if suffix not in kind.suffixes:
            raise Refusal({field: N_(MISNAMED.text, suffix=suffix)})
    except Refusal as refusal:
        reason = next(iter(refusal.fields.values()))
        raise Refusal({field: N_("“%(name)s”: %(reason)s", name=shown, reason=reason)}) from None
    return Upload(shown, kind, content)


def suffix_of(name: str) -> str:
    return name.rpartition(".")[2].lower() if "." in name else ""


def refuse_suffix(name: str) -> None:
    """Refuse by its name what would be refused in any case, before any of it is sent."""
    if suffix_of(name) not in SUFFIXES:
        raise Refusal({"": UNKNOWN})


def kind_of(content: bytes, suffix: str) -> Kind:
    """What a content is; `suffix` tells only plain texts apart. Raises Refusal."""
    if content.startswith(b"%PDF-"):
        return PDF
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return picture(content, "PNG", PNG)
    if content.startswith(b"\xff\xd8\xff"):
        return picture(content, "JPEG", JPEG)
    if content.startswith(b"PK\x03\x04"):
        return office(content)
    return plain(content, suffix)


def picture(content: bytes, form: str, kind: Kind) -> Kind:
    """Reads the head alone: what the picture holds is drawn elsewhere, within limits."""
    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            opened = Image.open(BytesIO(content), formats=[form])
    except Image.DecompressionBombError:
        raise Refusal({"": TOO_LARGE}) from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        raise Refusal({"": UNKNOWN}) from None
    if opened.width * opened.height > MOST_PIXELS[form]:
        raise Refusal({"": TOO_LARGE})
    return kind


def office(content: bytes) -> Kind:
    """Reads the table of contents alone."""
    try:
        members = zipfile.ZipFile(BytesIO(content)).infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise Refusal({"": UNKNOWN}) from None
    names = {one.filename for one in members}
    if len(members) > MOST_MEMBERS or sum(one.file_size for one in members) > MOST_UNPACKED:
        raise Refusal({"": SWELLS})
    if any("vbaproject" in name.lower() for name in names):
        raise Refusal({"": MACROS})
    kinds = [kind for part, kind in MAIN_PARTS.items() if part in names]
    if "[Content_Types].xml" not in names or len(kinds) != 1:
        raise Refusal({"": UNKNOWN})
    return kinds[0]


def plain(content: bytes, suffix: str) -> Kind:
    text = decoded(content)
    if text is None or not text.strip() or CONTROL.search(text) or MARKUP.match(text):
        raise Refusal({"": UNKNOWN})
    return CSV if suffix in CSV.suffixes else TEXT


def decoded(content: bytes) -> str | None:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def named(media_type: str) -> str:
    """A media type as people call it."""
    kind = KINDS.get(media_type)
    return kind.name if kind else media_type


def is_drawn(media_type: str) -> bool:
    """True for what is shown as pictures of its pages."""
    kind = KINDS.get(media_type)
    return kind is not None and kind.is_drawn
