"""HTML to PDF: the only module that knows WeasyPrint, and it loads it when the first document is rendered.

What comes out is PDF/A-3u for the archive and carries the mark of PDF/UA-1, with its figures as JSON attached.
The documents fetch nothing: their style and fonts are ours and are read once per process, a logo stands in the
document itself, and whatever else it asks for is refused, so that no text of a user can make it read a file or open
a connection.
"""

from __future__ import annotations

import atexit
import gc
import hashlib
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from crm.core.errors import Refusal
from crm.lib.text import N_
from crm.reports.glyphs import breakable, drawable, signs_of
from crm.reports.tagging import finish, references

PACKAGE = Path(__file__).parent.parent
FAMILIES = {"Noto Sans SC": "NotoSansSC", "Noto Serif SC": "NotoSerifSC"}
FONTS = {
    (family, weight): PACKAGE / "static" / "vendor" / "fonts" / f"{name}-{weight}.ttf"
    for family, name in FAMILIES.items()
    for weight in (400, 700)
}
VARIANT = "pdf/a-3u"
COLOURS = "srgb"
DATA_NAME = "report.json"
LONG_AGO = "2000-01-01T00:00:00Z"  # of a document without a date
# WeasyPrint writes the mark of one standard; PDF/A wants the names of any other described.
ACCESSIBLE = b"""<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA Universal Accessibility Schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 that the document follows</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>
"""


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
    signs: frozenset[str]
    style: Any
    colours: Any
    refuse: Any
    attach: Callable[[bytes, str | None], Any]


def render(html: str, data: bytes = b"") -> Pdf:
    """The PDF of a document with its data attached. Equal documents give equal bytes.

    Raises Refusal where the machine lacks a library.
    """
    press = warm_press()
    options = {"pdf_variant": VARIANT, "pdf_tags": True}
    document = press.html(string=drawable(breakable(html), press.signs), url_fetcher=press.refuse).render(
        font_config=press.fonts,
        stylesheets=[press.style],
        color_profiles={COLOURS: press.colours},
        output_intent=COLOURS,
        **options,
    )
    name = hashlib.sha256(b"\0".join((html.encode(), data))).hexdigest()[:32].encode()
    document.metadata.generate_rdf_metadata = marked(document.metadata.generate_rdf_metadata)
    attachments = [press.attach(data, document.metadata.created)] if data else []
    content = document.write_pdf(
        pdf_identifier=name,
        attachments=attachments,
        finisher=finish,
        output_intent="",  # the one above; WeasyPrint would read it again for each document
        **options,
    )
    return Pdf(content, len(document.pages))


def marked(generate: Callable[..., bytes]) -> Callable[..., bytes]:
    """Metadata that name PDF/UA-1 as well."""
    return lambda *arguments: generate(*arguments).replace(b"</rdf:RDF>", ACCESSIBLE + b"</rdf:RDF>")


@cache
def warm_press() -> Press:
    """Load WeasyPrint, check the machine, read fonts and style."""
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    try:
        import weasyprint
        from weasyprint.css import ColorProfile
        from weasyprint.pdf import pydyf
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
        """Reads the font files, and nothing else."""

        def fetch(self, url: str, headers: dict[str, str] | None = None) -> Any:
            if url not in {file.as_uri() for file in FONTS.values()}:
                raise ValueError(f"not one of our fonts: {url}")
            return super().fetch(url, headers)

    pydyf.PDF.page_references = property(references)
    fonts = FontConfiguration()
    atexit.register(forget_press)
    style = weasyprint.CSS(string=font_faces() + style_sheet(), url_fetcher=OnlyOurFonts(), font_config=fonts)

    def attach(data: bytes, made_at: str | None) -> Any:
        moment = datetime.fromisoformat(made_at or LONG_AGO)
        return weasyprint.Attachment(
            string=data,
            name=DATA_NAME,
            created=moment,
            modified=moment,
            relationship="Data",
            description="The figures, tables and definitions of this document",
        )

    with files("weasyprint.pdf").joinpath("sRGB2014.icc").open("rb") as profile:
        colours = ColorProfile(profile, "sRGB2014.icc", "relative-colorimetric", ("r", "g", "b"))
    refuse = URLFetcher(allowed_protocols=("data",))
    return Press(weasyprint.HTML, fonts, signs_of(next(iter(FONTS.values()))), style, colours, refuse, attach)


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
        f'@font-face {{ font-family: "{family}"; font-weight: {weight}; src: url("{file.as_uri()}") }}\n'
        for (family, weight), file in FONTS.items()
    )


def style_sheet() -> str:
    """The style of every report."""
    return (PACKAGE / "static" / "css" / "pdf.css").read_text(encoding="utf-8")
