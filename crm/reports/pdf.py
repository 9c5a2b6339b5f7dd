"""HTML to PDF: the only module that knows WeasyPrint, and it loads it when the first document is rendered.

The documents fetch nothing: their style and fonts are ours and are read once per process, a logo stands in the
document itself, and whatever else it asks for is refused, so that no text of a user can make it read a file or open
a connection.
"""

from __future__ import annotations

import atexit
import gc
import hashlib
import logging
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from crm.core.errors import Refusal
from crm.lib.text import N_

PACKAGE = Path(__file__).parent.parent
FONTS = {weight: PACKAGE / "static" / "vendor" / "fonts" / f"NotoSansSC-{weight}.ttf" for weight in (400, 700)}
FAMILY = "Noto Sans SC"


@dataclass(frozen=True)
class Pdf:
    """A rendered document."""

    content: bytes
    pages: int


@dataclass(frozen=True)
class Press:
    """WeasyPrint with our fonts and style, made once per process."""

    html: Any
    fonts: Any
    style: Any
    refuse: Any


def render(html: str) -> Pdf:
    """The PDF of a document. Equal documents give equal bytes. Raises Refusal where the machine lacks a library."""
    press = warm_press()
    document = press.html(string=html, url_fetcher=press.refuse).render(
        font_config=press.fonts, stylesheets=[press.style], pdf_tags=True
    )
    name = hashlib.sha256(html.encode()).hexdigest()[:32].encode()
    return Pdf(document.write_pdf(pdf_identifier=name, pdf_tags=True), len(document.pages))


@cache
def warm_press() -> Press:
    """Load WeasyPrint, check the machine, read fonts and style."""
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    try:
        import weasyprint
        from weasyprint.text.ffi import harfbuzz_subset
        from weasyprint.text.fonts import FontConfiguration
        from weasyprint.urls import URLFetcher
    except OSError as error:
        raise missing("libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0") from error
    if not harfbuzz_subset:
        raise missing("libharfbuzz-subset0")
    for file in FONTS.values():
        if not file.is_file():
            raise Refusal({"": N_("The font %(name)s is missing. Run: ./dev setup", name=file.name)})

    class OnlyOurFonts(URLFetcher):  # type: ignore[misc]  # weasyprint is untyped
        """Reads the two font files, and nothing else."""

        def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
            if url not in {file.as_uri() for file in FONTS.values()}:
                raise ValueError(f"not one of our fonts: {url}")
            return super().fetch(url, headers)

    fonts = FontConfiguration()
    atexit.register(forget_press)
    style = weasyprint.CSS(string=font_faces() + style_sheet(), url_fetcher=OnlyOurFonts(), font_config=fonts)
    return Press(weasyprint.HTML, fonts, style, URLFetcher(allowed_protocols=("data",)))


def forget_press() -> None:
    """Let go of the press while Python is whole, so that it removes its copy of the fonts."""
    warm_press.cache_clear()
    gc.collect()


def missing(packages: str) -> Refusal:
    """What to install before anything can be rendered."""
    return Refusal(
        {"": N_("A system library for PDF files is missing. Run: apt-get install %(packages)s", packages=packages)}
    )


def font_faces() -> str:
    """Our fonts, by their addresses on this machine."""
    return "".join(
        f'@font-face {{ font-family: "{FAMILY}"; font-weight: {weight}; src: url("{file.as_uri()}") }}\n'
        for weight, file in FONTS.items()
    )


def style_sheet() -> str:
    """The style of every report."""
    return (PACKAGE / "static" / "css" / "pdf.css").read_text(encoding="utf-8")
