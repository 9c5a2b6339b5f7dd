"""Reading what somebody uploads: an allow-list by content, and pictures drawn anew so that nothing hides in them."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from io import BytesIO

from crm.core.errors import Refusal
from crm.lib.text import N_

LARGEST_SIDE = 2400
LOGO_SIDE = 480
MOST_PIXELS = 50_000_000
PDF = "application/pdf"
FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
UNREADABLE = N_("This is no picture (PNG, JPEG, WebP, GIF) and no PDF, or it is damaged.")
TOO_LARGE = N_("This picture is too large: at most 50 million pixels.")


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
    shown = name.replace("\\", "/").rsplit("/", 1)[-1].strip()[:200]
    if content.startswith(b"%PDF-") and not pictures_only:
        return Upload(shown or "document.pdf", PDF, content)
    return redrawn(shown or "picture.png", content, field, side)


def redrawn(name: str, content: bytes, field: str, side: int) -> Upload:
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            opened = Image.open(BytesIO(content), formats=FORMATS)
            if opened.width * opened.height > MOST_PIXELS:
                raise Refusal({field: TOO_LARGE})
            as_jpeg = opened.format == "JPEG"
            picture = ImageOps.exif_transpose(opened)
            picture.thumbnail((side, side))
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
