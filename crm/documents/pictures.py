"""Reading what somebody uploads: an allow-list by content, and pictures drawn anew so that nothing hides in them."""

from __future__ import annotations

import re
import threading
import warnings
from dataclasses import dataclass
from io import BytesIO

from crm.core.errors import Refusal
from crm.lib.text import N_, tidy

LARGEST_SIDE = 2400
LOGO_SIDE = 480
MOST_PIXELS = {"JPEG": 50_000_000}  # read at about the size that is kept
MOST_PIXELS_WHOLE = 12_000_000  # of all else: up to 16 bytes for each
MOST_SCANS = 100  # of a progressive JPEG: programs write ten, and each costs as much as a picture
SCAN = b"\xff\xda"
PDF = "application/pdf"
LONGEST_NAME = 200
UNFIT = re.compile(r'[\x00-\x1f\x7f\u200b-\u200f\u202a-\u202e\u2066-\u2069/\\:*?"<>|]+')
FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
UNREADABLE = N_("This is no picture (PNG, JPEG, WebP, GIF) and no PDF, or it is damaged.")
TOO_LARGE = N_("This picture is too large: at most 50 million pixels as JPEG, 12 million in other formats.")
one_at_a_time = threading.Lock()  # so that many pictures at once take no more memory than one


@dataclass(frozen=True)
class Upload:
    """A file that was accepted: its name, its type, and what will be kept of it."""

    name: str
    media_type: str
    content: bytes


def accept(
    name: str, content: bytes, *, field: str = "files", pictures_only: bool = False, side: int = LARGEST_SIDE
) -> Upload:
    """The upload as it will be kept. Pictures lose what cameras write into them, such as the place.

    `side`: the most pixels that a picture keeps on its longer side.

    Raises Refusal at the field for anything but a picture or a PDF, judged by its content and not by its name.
    """
    shown = shown_name(name)
    if content.startswith(b"%PDF-") and not pictures_only:
        return Upload(shown, PDF, content)
    return redrawn(shown, content, field, side)


def shown_name(name: str) -> str:
    """A file's name without folders and without what no file system takes, its end kept."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    stem, dot, suffix = tidy(UNFIT.sub(" ", last)).rpartition(".")
    if not dot:
        return suffix[:LONGEST_NAME] or "file"
    return f"{stem.strip()[: LONGEST_NAME - len(suffix[:20]) - 1] or 'file'}.{suffix[:20]}"


def redrawn(name: str, content: bytes, field: str, side: int) -> Upload:
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with one_at_a_time, warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            opened = Image.open(BytesIO(content), formats=FORMATS)
            as_jpeg = opened.format == "JPEG"
            if opened.width * opened.height > MOST_PIXELS.get(opened.format or "", MOST_PIXELS_WHOLE):
                raise Refusal({field: TOO_LARGE})
            if as_jpeg and content.count(SCAN) > MOST_SCANS:
                raise Refusal({field: UNREADABLE})
            opened.thumbnail((side, side), reducing_gap=1.0)
            picture = ImageOps.exif_transpose(opened)
            drawn = BytesIO()
            if as_jpeg:
                picture.convert("RGB").save(drawn, "JPEG", quality=88)
            else:
                picture.convert("RGBA").save(drawn, "PNG", optimize=False)
    except Image.DecompressionBombError as error:
        raise Refusal({field: TOO_LARGE}) from error
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, Image.DecompressionBombWarning) as error:
        raise Refusal({field: UNREADABLE}) from error
    return Upload(name, "image/jpeg" if as_jpeg else "image/png", drawn.getvalue())
