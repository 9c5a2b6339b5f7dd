"""What the PDF says, and that it is drawn with our fonts."""

from __future__ import annotations

import re
import shutil
import subprocess
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
import sqlalchemy as sa
from flask import Flask
from fontTools.ttLib import TTFont
from pypdf import PdfReader

from crm.core.errors import Refusal
from crm.deals.models import DealStatus
from crm.lib.money import Amount
from crm.reports import pdf
from crm.reports.periods import Period
from crm.reports.words import in_unit
from crm.settings.models import Platform
from crm.web.language import force_locale
from tests.conftest import Work
from tests.factories import WAN, a_deal, a_service, a_startup, an_institution
from tests.reports.examples import a_busy_startup, moved, pdf_of, text_of

pytestmark = pytest.mark.once

RARE = "喆旻䶮"


def squeezed(text: str) -> str:
    """Text without white space: lines may break anywhere."""
    return "".join(text.split())


def test_the_summary_of_a_startup_in_english(work: Work) -> None:
    startup, _ = a_busy_startup()
    text = text_of(pdf_of(startup, "en").content)
    for told in (
        "Moyuan Capital Services",
        "No. FW-2026-0612-031",
        "Summary of services 衡汐智能 上海衡汐智能科技有限公司 Credit code 91110000600037341L",
        "2026-01-01 to 2026-05-31",
        "2026-06-12 14:40, Beijing time",
        "In this period the platform completed 4 services for 衡汐智能. It made 3 introductions to 3 institutions; "
        "3 led to a meeting. Signed: CNY 30M on 1 deal. Received: CNY 10M on 1 deal.",
        "Introductions 3 introductions 3 institutions",
        "From introduction to first meeting 15 days median of 2 introductions",
        "Signed amount 30 M CNY 1 deal",
        "Credit granted 10 M CNY as recorded with the services",
        "Introduction 1 签署意向 1 —",
        "Credit 2 获批 1, not recorded 1 10 and 1 approximate",
        "Total 4",
        "4 deals: 3 made in the period, 1 made before and moved in it.",
        "Round: A sought: CNY 80M",
        "临渚（上海）创业投资有限公司 2026-02-01 10 Signed Active 30 10",
        "沧屿（上海）创业投资有限公司 2026-03-01 20 Met Passed — —",
        "北斛（上海）创业投资有限公司 2026-04-01 — Met Active — —",
        "4 deals 30 10",
        "Three amounts, never added up",
        "Prepared by 陈晏清",
    ):
        assert squeezed(told) in squeezed(text), f"{told!r} is not in {text!r}"
    assert "Valuation" not in text


def test_the_summary_of_a_startup_in_chinese(work: Work) -> None:
    startup, _ = a_busy_startup()
    text = text_of(pdf_of(startup, "zh").content)
    for told in (
        "模源金融服务平台",
        "编号 FW-2026-0612-031",
        "服务情况报告",
        "期间内，平台为衡汐智能完成 4 项服务。推荐 3 次对接，涉及 3 家机构，其中 3 次已会面。"
        "签约 ¥3,000 万（1 笔对接）。到账 ¥1,000 万（1 笔对接）。",
        "推荐至首次会面 15 天 中位数，2 次对接",
        "信贷 2 获批 1、未登记 1 1,000 另有 1 项为约数",
        "轮次：A 拟融资 ¥8,000 万",
        "临渚（上海）创业投资有限公司 2026-02-01 10 签约 进行 3,000 1,000",
        "指标口径说明",
        "2026-06-12 14:40 由陈晏清生成",
    ):
        assert squeezed(told) in squeezed(text), f"{told!r} is not in {text!r}"
    assert "估值" not in text


def test_both_languages_stand_in_one_file_with_one_count_of_pages(work: Work) -> None:
    startup, _ = a_busy_startup()
    made = pdf_of(startup, "both")
    pages = [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(made.content)).pages]
    assert len(pages) == made.pages
    assert all(f"{number} / {made.pages}" in page for number, page in enumerate(pages, 1))
    english = next(number for number, page in enumerate(pages) if "Summary of services" in page)
    assert "服务情况报告" in pages[0]
    assert english > 0
    assert not any("服务情况报告" in page for page in pages[english:])


def test_pages_after_the_first_name_platform_and_subject(work: Work) -> None:
    startup, _ = a_busy_startup()
    pages = PdfReader(BytesIO(pdf_of(startup, "en").content)).pages
    assert "Summary of services · 衡汐智能" not in pages[0].extract_text()
    assert "Summary of services · 衡汐智能" in pages[1].extract_text()


def test_the_summary_of_an_institution_and_of_the_platform(work: Work) -> None:
    _, names = a_busy_startup()
    text = text_of(pdf_of(names["沧屿"], "en").content)
    assert "took part in 1 service. The platform made 1 introduction of 1 company to it; 1 led to a meeting." in text
    assert "衡汐智能 A 80 2026-03-01 20 Met Passed: Valuation — —" in text
    platform = text_of(pdf_of(None, "en").content)
    assert "Companies served 1 company in the period Institutions that joined" in platform
    assert "Companies served 1 company to 2026-05-31" in platform
    assert squeezed("衡汐智能 沧屿（上海）创业投资有限公司 A 2026-03-01 20 Met Passed: Valuation — —") in squeezed(
        platform
    )


def test_an_empty_period_says_so_without_empty_tables(work: Work) -> None:
    made = pdf_of(a_startup(), "en", Period(date(2020, 1, 1), date(2020, 3, 31)))
    text = text_of(made.content)
    assert made.pages == 1
    assert "Nothing was recorded for this period." in text
    assert "Services by category" not in text
    assert "Introductions and where they stand" not in text


def test_a_long_list_says_how_many_are_left_out(work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("crm.reports.kinds.summary.gathered.LISTED", 1)
    startup, _ = a_busy_startup()
    assert text_of(pdf_of(startup, "en").content).count("The latest 1 of 4 are listed; the application lists all.") == 2


def test_one_of_a_kind_is_told_in_the_singular(work: Work) -> None:
    startup = a_startup("独一科技")
    a_service(startup)
    text = text_of(pdf_of(startup, "en").content)
    assert "completed 1 service for 独一科技" in text
    assert "1 service in 1 category" in text


def test_the_metadata_names_title_platform_language_and_one_moment(work: Work) -> None:
    startup, _ = a_busy_startup()
    reader = PdfReader(BytesIO(pdf_of(startup, "zh").content))
    about = reader.metadata
    assert about is not None
    assert about.title == "服务情况报告 · 衡汐智能 · 2026-01-01 至 2026-05-31"
    assert about.author == "模源金融服务平台"
    assert about.creation_date == about.modification_date
    root: Any = reader.trailer["/Root"]
    assert root["/Lang"] == "zh-CN"
    assert root["/MarkInfo"]["/Marked"]


def test_equal_data_gives_equal_bytes(work: Work) -> None:
    startup, _ = a_busy_startup()
    assert pdf_of(startup, "both").content == pdf_of(startup, "both").content


def rare_pdf() -> bytes:
    startup = a_startup(f"上海{RARE}科技有限公司", short_name=f"{RARE}科技")
    institution = an_institution(f"{RARE}资本管理有限公司")
    deal = a_deal(startup, institution)
    moved(deal, "met", date(2026, 5, 3), status=DealStatus.ACTIVE)
    a_service(startup, partners=(institution,), content=f"{RARE}讲座", outcome="获批", amount=Amount.exactly(WAN))
    return pdf_of(startup, "zh").content


def test_rare_characters_are_in_the_text(work: Work) -> None:
    content = rare_pdf()
    text = text_of(content)
    for told in (f"{RARE}科技", f"{RARE}资本管理有限公司", f"{RARE}讲座"):
        assert told in text


def test_rare_characters_are_drawn(work: Work) -> None:
    """Each embedded font that says it has the character holds an outline for it, and it is not the missing glyph."""
    reader = PdfReader(BytesIO(rare_pdf()))
    drawn = {one: outlines(reader, one) for one in RARE}
    assert all(len(found) == 2 and all(found) for found in drawn.values()), drawn  # 400 and 700
    assert outlines(reader, "龘") == []


def outlines(reader: PdfReader, character: str) -> list[bool]:
    """For each embedded font with the character in its text: whether that glyph has an outline."""
    found = []
    for font, to_unicode in embedded_fonts(reader):
        glyph = next((glyph for glyph, text in to_unicode.items() if text == character), None)
        if glyph is not None:
            name = font.getGlyphName(glyph)
            found.append(glyph != 0 and font["glyf"][name].numberOfContours != 0)
    return found


def embedded_fonts(reader: PdfReader) -> list[tuple[TTFont, dict[int, str]]]:
    fonts: dict[int, tuple[TTFont, dict[int, str]]] = {}
    for page in reader.pages:
        resources: Any = page["/Resources"]
        for name in resources.get("/Font", {}):
            entry = resources["/Font"].raw_get(name)
            font = entry.get_object()
            file = font["/DescendantFonts"][0].get_object()["/FontDescriptor"]["/FontFile2"].get_data()
            fonts[entry.idnum] = (TTFont(BytesIO(file)), read_to_unicode(font["/ToUnicode"].get_data().decode()))
    return list(fonts.values())


def read_to_unicode(cmap: str) -> dict[int, str]:
    """{glyph: text} of a ToUnicode table."""
    pairs = re.findall(r"<([0-9a-fA-F]{4})>\s*<([0-9a-fA-F]+)>", cmap.partition("beginbfchar")[2])
    return {int(glyph, 16): bytes.fromhex(text).decode("utf-16-be") for glyph, text in pairs}


def test_every_font_is_ours_and_only_a_part_of_it(work: Work) -> None:
    content = rare_pdf()
    reader = PdfReader(BytesIO(content))
    bases = {
        str(font.get_object()["/BaseFont"])
        for page in reader.pages
        for font in (page["/Resources"]["/Font"].raw_get(name) for name in page["/Resources"]["/Font"])  # type: ignore[index]
    }
    assert all("Noto-Sans-SC" in base or "NotoSansSC" in base for base in bases), bases
    assert len(content) < 200_000


def test_poppler_reads_the_same_text(work: Work, tmp_path: Path) -> None:
    file = tmp_path / "rare.pdf"
    file.write_bytes(rare_pdf())
    command = [shutil.which("pdftotext") or "pdftotext", "-layout", str(file), "-"]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert f"{RARE}讲座" in text
    assert "服务情况报告" in text


def test_a_missing_library_is_told_with_the_command_that_mends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    import weasyprint.text.ffi

    monkeypatch.setattr(weasyprint.text.ffi, "harfbuzz_subset", None)
    pdf.forget_press()
    with pytest.raises(Refusal, match="apt-get install libharfbuzz-subset0"):
        pdf.render("<p>text</p>")
    pdf.forget_press()


def test_a_missing_font_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(pdf, "FONTS", {("Noto Sans SC", 400): tmp_path / "NotoSansSC-400.ttf"})
    pdf.forget_press()
    with pytest.raises(Refusal, match=r"NotoSansSC-400\.ttf is missing"):
        pdf.render("<p>text</p>")
    pdf.forget_press()


def test_the_running_head_shortens_a_long_name_and_keeps_the_text_clean(work: Work) -> None:
    startup = a_startup("上海" + "很长的名字" * 20 + "科技有限公司")
    a_service(startup, content="内容" * 200)
    reader = PdfReader(BytesIO(pdf_of(startup, "zh").content))
    head = reader.pages[1].extract_text()
    assert "服务情况报告 · 上海很长的名字很长的名字很长的名字很长…" in head
    assert {text for _, table in embedded_fonts(reader) for text in table.values() if len(text) > 3} == set()


@pytest.mark.parametrize(
    ("fen", "chinese", "english"),
    [(None, "—", "—"), (0, "0", "0"), (3000 * WAN, "3,000", "30"), (12_345_678, "12.35", "0.1235"), (150, "0", "0")],
)
def test_amounts_in_tables_are_told_to_the_hundred_yuan(
    app: Flask, fen: int | None, chinese: str, english: str
) -> None:
    with app.app_context():
        for locale, told in (("zh_CN", chinese), ("en", english)):
            with force_locale(locale):
                assert in_unit(fen) == told


def test_colour_and_closing_line_come_from_the_settings(work: Work) -> None:
    startup, _ = a_busy_startup()
    plain = pdf_of(startup, "zh").content
    with work() as session:
        platform = session.scalars(sa.select(Platform)).one()
        platform.report_colour, platform.closing_zh, platform.stamp = "#7a1f1f", "谢谢支持。", "another"
    made = pdf_of(startup, "zh").content
    assert "谢谢支持。" in text_of(made)
    assert corner_of(made) == (0x7A, 0x1F, 0x1F)
    assert corner_of(plain) == (0x07, 0x3F, 0x41)


def corner_of(content: bytes) -> tuple[int, ...]:
    """The colour of the first page's upper left corner."""
    page = pypdfium2.PdfDocument(content)[0]
    colour: tuple[int, ...] = page.render(scale=0.5).to_pil().convert("RGB").getpixel((5, 5))
    return colour


def test_each_tag_names_its_page() -> None:
    paragraphs = "".join(f"<p style='break-after: page'>Page {number}</p>" for number in range(3))
    made = pdf.render(f"<html lang='en'><title>Pages</title>{paragraphs}")
    with pikepdf.open(BytesIO(made.content)) as opened:
        tagged = [one.Pg.objgen for one in opened.Root.StructTreeRoot.K[0].K]
        assert tagged == [page.obj.objgen for page in opened.pages][: len(tagged)]
        assert len(tagged) == 3


def test_digits_stand_below_each_other_without_asking_for_a_feature() -> None:
    """WeasyPrint keeps a list for each line of text that asks for one, for as long as the process lives."""
    assert not re.search("font-(variant|feature)", pdf.style_sheet())
    for weight in (400, 700):
        with TTFont(pdf.FONTS["Noto Sans SC", weight], lazy=True) as font:
            assert len({font["hmtx"][font.getBestCmap()[ord(digit)]][0] for digit in "0123456789"}) == 1
