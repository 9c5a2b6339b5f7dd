"""A briefing as a DOCX, because offices rewrite it: the only module that knows python-docx.

The same text, charts and tables as the PDF, from the data that was kept, with real headings, page numbers and tables.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from crm.lib.archives import same_bytes
from crm.lib.money import Amount
from crm.lib.sheets import CONTROL, Kind, wide
from crm.reports.content import Column
from crm.reports.data import Data
from crm.reports.rasters import picture_of
from crm.reports.words import DASH, amount_in_unit, on_paper, table_unit
from crm.reports.workbook import LOCALES, UNITS
from crm.web.language import force_locale
from crm.web.language import gettext as _

SONG, LATIN = "宋体", "Times New Roman"
MADE = datetime(2000, 1, 1, tzinfo=UTC)
TOP, RIGHT, BOTTOM, LEFT = 37, 26, 35, 28  # mm
WIDTH = 210 - LEFT - RIGHT
NARROW, LONG, MARGINS = 6, 34, 3  # characters: no column is made for fewer or for more, and what its margins take
SIZES = {"zh": (16, 28), "en": (12.5, 21)}  # pt of the text, and of a line
LARGE = {"zh": (18.5, 29), "en": (15.5, 23)}


def as_docx(reports: Sequence[Data]) -> bytes:
    """The document; a part in each language of the report."""
    import docx

    document: Any = docx.Document()
    first = reports[0]
    set_page(document.sections[0])
    set_styles(document, SIZES[first["language"]] if not first["letter"]["is_large"] else LARGE[first["language"]])
    for place, data in enumerate(reports):
        with force_locale(LOCALES[data["language"]]):
            if place:
                document.add_page_break()
            write_letter(document, data["letter"])
            write_annexes(document, data)
    about = document.core_properties
    about.title, about.author, about.created, about.modified = first["title"], first["name"], MADE, MADE
    content = io.BytesIO()
    document.save(content)
    return same_bytes(content.getvalue())


def set_page(section: Any) -> None:
    """A4 with the margins of an office's letter, and the page's number as — 1 —."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm, Pt

    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(TOP), Mm(BOTTOM)
    section.left_margin, section.right_margin = Mm(LEFT), Mm(RIGHT)
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    foot.paragraph_format.first_line_indent = Pt(0)
    foot.add_run("— ")
    add_field(foot.add_run(), "PAGE")
    foot.add_run(" —")


def add_field(run: Any, code: str) -> None:
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    for kind in ("begin", "", "end"):
        if kind:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
        else:
            element = OxmlElement("w:instrText")
            element.text = code
        run._r.append(element)


def set_styles(document: Any, sizes: tuple[float, float]) -> None:
    """The text, the title and two ranks of headings, all in Song."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml.ns import qn
    from docx.shared import Pt

    size, line = sizes
    for name, own_size, bold in (
        ("Normal", size, False),
        ("Title", 22, True),
        ("Heading 1", size, True),
        ("Heading 2", 12, True),
    ):
        style = document.styles[name]
        set_font(style, own_size, bold=bold)
        form = style.paragraph_format
        form.space_before = form.space_after = Pt(0)
        form.line_spacing = Pt(max(line, own_size * 1.4))
        form.first_line_indent = Pt(2 * size) if name in ("Normal", "Heading 1") else Pt(0)
    title = document.styles["Title"]
    title.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for rule in title.element.pPr.findall(qn("w:pBdr")):  # Word's own, in blue
        title.element.pPr.remove(rule)


def set_font(style: Any, size: float, *, bold: bool) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    style.font.name, style.font.size, style.font.bold = LATIN, Pt(size), bold
    style.font.color.rgb = RGBColor(0, 0, 0)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for name in [one for one in fonts.attrib if one.endswith("Theme")]:
        del fonts.attrib[name]
    for name, font in (("w:eastAsia", SONG), ("w:ascii", LATIN), ("w:hAnsi", LATIN), ("w:cs", LATIN)):
        fonts.set(qn(name), font)


def write_letter(document: Any, letter: Data) -> None:
    """The two pages."""
    add(document, letter["marking"], bold=True, indent=False)
    if letter["heading"]:
        unit, issue, day = letter["heading"]
        add(document, unit, bold=True, middle=True)
        add(document, "　　".join(filter(None, (issue, day))), middle=True)
    document.add_paragraph(plain(letter["title"]), style="Title")
    add(document, letter["day"], middle=True)
    add(document, letter["headline"], bold=True)
    for place, passage in enumerate(letter["passages"]):
        document.add_paragraph(plain(passage["title"]), style="Heading 1")
        for item in passage["items"]:
            paragraph = add(document, item["number"])
            paragraph.add_run(plain(item["lead"])).bold = True
            paragraph.add_run(plain(item["text"]))
        if not place:
            write_drawings(document, letter.get("drawings", ()))  # what was kept earlier has none
    if letter["annexes"]:
        add(document, _("Annexes") + _(": ") + "　".join(letter["annexes"]))
    for line in ("", "", letter["unit"], letter["written_on"]):
        add(document, line, right=True)
    if letter["contact"]:
        add(document, _("Contact: %(contact)s", contact=letter["contact"]), indent=False)
    people = "　　　".join(f"{part}{_(': ')}{who}" for part, who in letter["people"])
    add(document, people, indent=False)


def add(
    document: Any, text: str, *, bold: bool = False, indent: bool = True, middle: bool = False, right: bool = False
) -> Any:
    """A paragraph of the text's style."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm, Pt

    paragraph = document.add_paragraph()
    paragraph.add_run(plain(text)).bold = bold
    if middle or right or not indent:
        paragraph.paragraph_format.first_line_indent = Pt(0)
    if middle or right:
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if middle else WD_ALIGN_PARAGRAPH.RIGHT
    if right:
        paragraph.paragraph_format.right_indent = Mm(14)
    return paragraph


def write_annexes(document: Any, data: Data) -> None:
    """The tables, each under its name, and the definitions."""
    tables = list(annexed(data))
    if tables:
        document.add_page_break()
    write_drawings(document, data["letter"].get("annexed_drawings", ()))
    for name, columns, rows in tables:
        document.add_paragraph(plain(name), style="Heading 2")
        write_table(document, columns, rows)


def write_drawings(document: Any, drawings: Sequence[Data]) -> None:
    """Charts side by side, each with its name above and what it shows below."""
    from docx.enum.table import WD_TABLE_ALIGNMENT
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Mm

    if not drawings:
        return
    table = document.add_table(rows=1, cols=len(drawings))
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    keep_whole(table.rows[0])
    for cell, drawing in zip(table.rows[0].cells, drawings, strict=True):
        put_in_cell(cell.paragraphs[0], drawing["title"], 9, bold=True)
        run = put_in_cell(cell.add_paragraph(), "", 9)
        shown = run.add_picture(io.BytesIO(picture_of(drawing)), width=Mm(47))
        shown._inline.docPr.set("descr", f"{drawing['title']}{_(': ')}{drawing['description']}")
        for line in drawing["legend"]:
            put_in_cell(cell.add_paragraph(), line, 7.5)
        for paragraph in cell.paragraphs:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER


def annexed(data: Data) -> Iterator[tuple[str, list[Column], list[list[str]]]]:
    """(name, columns, rows) of each table in words; the only group of a table stands in its name."""
    for table in data["tables"]:
        columns = [Column(heading(one), UNITS[one["unit"]]) for one in table["columns"]]
        name, rows = table["name"], table["rows"]
        groups = {row[0] for row in rows} if table["grouped"] else set()
        if len(groups) == 1:
            name = " · ".join(dict.fromkeys((name, *groups)))
            rows = [row[1:] for row in rows]
        elif groups:
            columns = [Column(_("Group")), *columns]
        yield name, columns, [[shown(value, one.kind) for value, one in zip(row, columns, strict=True)] for row in rows]
    if data["definitions"]:
        rows = [[one["term"], one["text"]] for one in data["definitions"]]
        yield _("Definitions"), [Column(_("Term")), Column(_("Definition"))], rows


def heading(column: Data) -> str:
    """What stands above a column; above money what it is counted in, too."""
    if UNITS[column["unit"]] != Kind.MONEY:
        return str(column["label"])
    return _("%(label)s, %(unit)s", label=column["label"], unit=table_unit())


def shown(value: Any, unit: Kind) -> str:
    """A value of the data as the PDF shows it."""
    if isinstance(value, dict):
        return amount_in_unit(Amount(value["low"], value["high"], value["text"]))
    return on_paper(value, unit) if value is not None else DASH


def write_table(document: Any, columns: list[Column], rows: list[list[str]]) -> None:
    """A table whose head stands on each of its pages, whose rows stay whole and whose numbers stand to the right."""
    from docx.oxml import OxmlElement
    from docx.shared import Mm

    headings = [column.label for column in columns]
    to_the_right = [column.is_number for column in columns]
    table = document.add_table(rows=1, cols=len(columns), style="Table Grid")
    table.autofit = False
    for column, part in zip(table.columns, widths(headings, rows), strict=True):
        column.width = Mm(part)
    fill_row(table.rows[0], headings, to_the_right, bold=True)
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
    for row in rows:
        added = table.add_row()
        fill_row(added, row, to_the_right)
        keep_whole(added)


def widths(headings: list[str], rows: list[list[str]]) -> list[float]:
    """How wide each column is, in mm: as its texts are beside those of the others."""
    needed = [min(max(NARROW, *map(wide, texts)), LONG) + MARGINS for texts in zip(headings, *rows, strict=True)]
    return [WIDTH * one / sum(needed) for one in needed]


def keep_whole(row: Any) -> None:
    """Let no page end within a row."""
    from docx.oxml import OxmlElement

    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def fill_row(row: Any, texts: list[str], to_the_right: list[bool], *, bold: bool = False) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    for cell, text, is_right in zip(row.cells, texts, to_the_right, strict=True):
        put_in_cell(cell.paragraphs[0], text, 9, line=13, bold=bold)
        if is_right:
            cell.paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT


def put_in_cell(paragraph: Any, text: str, size: float, *, line: float = 0, bold: bool = False) -> Any:
    """A run on lines of so many pt; 0: as high as what stands on them."""
    from docx.shared import Pt

    form = paragraph.paragraph_format
    form.first_line_indent, form.line_spacing = Pt(0), Pt(line) if line else 1.0
    run = paragraph.add_run(plain(text))
    run.font.size, run.bold = Pt(size), bold
    return run


def plain(text: str) -> str:
    """Text without what XML forbids."""
    return CONTROL.sub("", text)
