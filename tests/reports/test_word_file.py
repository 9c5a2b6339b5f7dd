"""The briefing as DOCX: the same text, charts and tables as the PDF."""

from __future__ import annotations

from io import BytesIO
from typing import Any
from zipfile import ZipFile

import docx
import pytest
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt
from PIL import Image

from crm.core.db import unit_of_work
from crm.reports.data import as_data
from crm.reports.html import in_languages
from crm.reports.rasters import SCALE
from crm.reports.word_file import as_docx
from tests.conftest import Work
from tests.factories import a_published_startup
from tests.reports.examples import a_busy_startup
from tests.reports.test_briefing import ALL, KIND, gathered
from tests.support import world


def written(language: str = "zh", options: frozenset[str] = ALL, **words: Any) -> tuple[bytes, list[Any]]:
    found = gathered(options, **words)
    with world.app.test_request_context(), unit_of_work(write=False):
        data = [as_data(locale, content) for locale, content in in_languages(language, lambda: KIND.tell(found))]
        return as_docx(data), data


def read(content: bytes) -> Document:
    return docx.Document(BytesIO(content))


@pytest.mark.once
def test_it_says_what_the_pdf_says_under_real_headings(work: Work) -> None:
    a_busy_startup()
    case = a_published_startup("言川语言")
    content, [data] = written(cases=[case.id], contact="陈晏清")
    document = read(content)
    told = [paragraph.text for paragraph in document.paragraphs]
    letter = data["letter"]
    assert letter["headline"] in told
    for passage in letter["passages"]:
        for item in passage["items"]:
            assert f"{item['number']}{item['lead']}{item['text']}" in told
    headings = [one.text for one in document.paragraphs if one.style is not None and one.style.name == "Heading 1"]
    assert headings == [passage["title"] for passage in letter["passages"]]
    assert headings[0] == "一、总体情况"
    assert "内部资料" in told


def test_its_tables_are_those_of_the_report(work: Work) -> None:
    a_busy_startup()
    content, [data] = written()
    document = read(content)
    assert len(document.tables) == 1 + len(data["tables"]) + 1  # the charts, and the definitions
    for table, told in zip(document.tables[1:], data["tables"], strict=False):
        assert len(table.rows) == len(told["rows"]) + 1
    names = [one.text for one in document.paragraphs if one.style is not None and one.style.name == "Heading 2"]
    assert [name.split(" · ")[0] for name in names[: len(data["tables"])]] == [one["name"] for one in data["tables"]]


def test_the_only_group_of_a_table_stands_in_its_name_and_columns_are_as_wide_as_their_texts(work: Work) -> None:
    a_busy_startup()
    document = read(written()[0])
    names = [one.text for one in document.paragraphs if one.style is not None and one.style.name == "Heading 2"]
    place = next(place for place, name in enumerate(names) if name.startswith("服务企业 · "))
    table = document.tables[1 + place]
    assert [cell.text for cell in table.rows[0].cells] == ["序号", "企业", "首次服务"]
    number, company, _day = (column.width.mm for column in table.columns)  # type: ignore[union-attr]
    assert number < 40 < company
    assert "pBdr" not in document.styles["Title"].element.xml


@pytest.mark.once
def test_its_page_is_that_of_an_office(work: Work) -> None:
    document = read(written()[0])
    section = document.sections[0]
    assert [round(one.mm) for one in (section.page_width, section.top_margin, section.left_margin)] == [210, 37, 28]
    normal, title = document.styles["Normal"], document.styles["Title"]
    assert (normal.font.size, normal.paragraph_format.line_spacing) == (Pt(16), Pt(28))  # type: ignore[attr-defined]
    assert title.font.size == Pt(22)  # type: ignore[attr-defined]
    assert 'w:eastAsia="宋体"' in normal.element.xml
    assert "PAGE" in section.footer._element.xml


@pytest.mark.once
def test_its_charts_are_pictures_in_grey_of_what_the_page_draws(work: Work) -> None:
    a_busy_startup()
    content, [data] = written()
    drawings = data["letter"]["drawings"]
    told = [shape._inline.docPr.get("descr") for shape in read(content).inline_shapes]
    assert told == [f"{one['title']}：{one['description']}" for one in drawings]
    with ZipFile(BytesIO(content)) as archive:
        pictures = [Image.open(BytesIO(archive.read(one))) for one in archive.namelist() if one.endswith(".png")]
    assert [(one.mode, one.size) for one in pictures] == [("L", (208 * SCALE, 150 * SCALE))] * 3
    columns = [one for one in drawings[0]["geometry"] if one["height"]]
    assert columns
    for column in columns:
        middle, top = round((column["x"] + 2) * SCALE), round(column["y"] * SCALE)
        assert pictures[0].getpixel((middle, top + 6)) == 0x4D
        assert pictures[0].getpixel((middle, top - 6)) == 255


@pytest.mark.once
def test_charts_for_which_the_pages_have_no_room_stand_among_the_annexes(work: Work) -> None:
    a_busy_startup()
    content, [data] = written(options=ALL | {"large_print"})
    assert data["letter"]["drawings"] == []
    document = read(content)
    kinds = [one.tag.rsplit("}")[-1] for one in document.element.body]
    assert len(document.inline_shapes) == 3
    assert "tbl" not in kinds[: next(place for place, one in enumerate(document.element.body) if "w:br" in one.xml)]
    assert written(options=ALL - {"charts"})[0].count(b"image1.png") == 0


@pytest.mark.once
def test_equal_reports_give_equal_files_in_both_languages(work: Work) -> None:
    a_busy_startup()
    first, data = written("both")
    with world.app.test_request_context():
        assert as_docx(data) == first
    assert "I. Overall situation" in [one.text for one in read(first).paragraphs]


def test_numbers_of_its_tables_stand_to_the_right_and_words_to_the_left(work: Work) -> None:
    a_busy_startup()
    document = read(written()[0])
    names = [one.text for one in document.paragraphs if one.style is not None and one.style.name == "Heading 2"]
    table = document.tables[1 + next(place for place, name in enumerate(names) if name.startswith("服务企业 · "))]
    for row in table.rows:
        number, company, day = (cell.paragraphs[0].alignment for cell in row.cells)
        assert number == WD_ALIGN_PARAGRAPH.RIGHT
        assert WD_ALIGN_PARAGRAPH.RIGHT not in (company, day)
