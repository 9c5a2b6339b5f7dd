"""Opening a workbook: what is no ledger is refused before it can do harm, what is one is found by its names."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from crm.core.errors import Refusal
from crm.imports import container, reader
from crm.imports.layout import DEALS, FUNDS, INSTITUTIONS, SERVICES, STARTUPS, heading_key, unit_in
from crm.imports.reader import read_book
from tests.imports.ledger import FIRST, ledger, opened, saved

SAMPLE = Path(__file__).parent.parent / "data" / "ledger-2025.xlsx"


def refusal(content: bytes) -> str:
    with pytest.raises(Refusal) as refused:
        read_book(content)
    assert list(refused.value.fields) == ["file"]
    return str(refused.value)


def test_a_text_under_another_name_is_no_workbook():
    assert "not an Excel workbook" in refusal("日期,企业\n2025.1.1,甲\n".encode())
    assert "not an Excel workbook" in refusal(b"")


def test_another_kind_of_zip_is_no_workbook():
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("word/document.xml", "<document/>")
    assert "not an Excel workbook" in refusal(target.getvalue())


def test_a_workbook_with_macros_is_not_opened():
    def with_macros(name: str, content: bytes) -> bytes:
        return content.replace(b"spreadsheetml.sheet.main+xml", b"ms-excel.sheet.macroEnabled.main+xml")

    assert "not an Excel workbook" in refusal(rewritten(SAMPLE.read_bytes(), with_macros))


def test_an_old_workbook_must_be_saved_anew():
    assert "old .xls" in refusal(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))


def test_an_encrypted_workbook_is_refused_as_such():
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600)
    assert "encrypted" in refusal(ole)


def test_a_member_with_a_password_is_refused_as_encrypted():
    content = bytearray(SAMPLE.read_bytes())
    start = content.rindex(b"PK\x01\x02")
    content[start + 8] |= 1
    assert "encrypted" in refusal(bytes(content))


@pytest.mark.parametrize("end", [200, 20_000, -40])
def test_a_file_that_was_cut_short_is_damaged(end):
    assert "damaged" in refusal(SAMPLE.read_bytes()[:end])


def test_a_file_with_a_flipped_byte_is_damaged():
    content = bytearray(SAMPLE.read_bytes())
    start = content.index(b"xl/worksheets/sheet4.xml") + 3000
    content[start : start + 40] = bytes(40)
    assert "damaged" in refusal(bytes(content))


def test_a_sheet_that_is_no_xml_is_damaged():
    def spoiled(name: str, content: bytes) -> bytes:
        return content[: len(content) // 2] if name.endswith("sheet1.xml") else content

    assert "damaged" in refusal(rewritten(SAMPLE.read_bytes(), spoiled))


def test_a_large_file_is_not_even_opened(monkeypatch):
    monkeypatch.setattr(container, "MAX_FILE", 1000)
    assert "too large" in refusal(SAMPLE.read_bytes())


def test_what_unpacks_to_too_much_is_refused_before_it_is_parsed(monkeypatch):
    monkeypatch.setattr(container, "MAX_UNPACKED", 50_000)
    monkeypatch.setattr(reader, "_unpack", lambda *_: pytest.fail("it was parsed"))
    assert "too large" in refusal(SAMPLE.read_bytes())


def test_a_workbook_that_lies_about_its_size_is_found_out(monkeypatch):
    content = bytearray(bomb(3_000_000))
    for signature, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        start = content.index(b"xl/worksheets/sheet1.xml", content.index(signature))
        head = content.rindex(signature, 0, start)
        content[head + offset : head + offset + 4] = struct.pack("<I", 100)
    monkeypatch.setattr(container, "MAX_UNPACKED", 1_000_000)
    assert "too large" in refusal(bytes(content))


def test_too_many_rows_or_columns_are_refused(monkeypatch):
    monkeypatch.setattr(reader, "MAX_ROWS", 3)
    assert "too large" in refusal(SAMPLE.read_bytes())
    monkeypatch.undo()

    def widen(workbook: openpyxl.Workbook) -> None:
        workbook["企业"].cell(3, 300).value = "far away"

    assert "too large" in refusal(ledger(widen))


def test_a_cell_in_the_last_corner_does_not_eat_the_memory():
    def corner(workbook: openpyxl.Workbook) -> None:
        workbook["企业"].cell(1_048_576, 16_384).value = "x"

    assert "too large" in refusal(ledger(corner))


def test_a_reader_that_takes_too_long_is_stopped(monkeypatch):
    monkeypatch.setattr(reader, "SECONDS", 0.001)
    assert "too large" in refusal(SAMPLE.read_bytes())


def test_a_workbook_without_our_sheets_is_no_ledger():
    workbook = openpyxl.Workbook()
    workbook.active.append(["日期", "企业"])
    assert "none of the sheets 机构名录" in refusal(saved(workbook))


def test_a_sheet_without_a_needed_column_is_refused_by_name():
    def rename(workbook: openpyxl.Workbook) -> None:
        workbook["对接台账"]["F2"].value = "随便"

    assert "Sheet 对接台账 lacks the column 进展" in refusal(ledger(rename))


def test_the_sample_is_read_with_its_row_numbers_and_without_totals():
    book = read_book(SAMPLE.read_bytes())
    sizes = {name: len(sheet.rows) for name, sheet in book.sheets.items()}
    assert sizes == {"机构名录": 103, "基金": 120, "企业": 181, "对接台账": 395, "服务台账": 630}
    number, row = book.sheets["机构名录"].rows[0]
    assert (number, row[1]) == (3, "寒溪(深圳)投资管理有限公司")
    assert book.sheets["机构名录"].units == {"assets": 10**10, "ticket": 10**6}


def test_merged_cells_are_filled_down():
    rows = dict(read_book(SAMPLE.read_bytes()).sheets["服务台账"].rows)
    assert rows[630][1] == rows[631][1] == rows[632][1] == "上海芷江感知科技有限公司"
    assert rows[632][0] == date(2025, 10, 22)


def test_sheets_may_be_missing_or_empty_or_carry_a_year():
    def fewer(workbook: openpyxl.Workbook) -> None:
        for name in ("基金", "对接台账"):
            workbook.remove(workbook[name])
        workbook["企业"].delete_rows(1, 10)
        workbook["机构名录"].title = "1.机构名录（2025年）"

    book = read_book(ledger(fewer))
    assert book.sheet(INSTITUTIONS).name == "1.机构名录（2025年）"
    assert len(book.sheet(INSTITUTIONS).rows) == 1
    assert book.sheet(FUNDS) is book.sheet(STARTUPS) is book.sheet(DEALS) is None
    assert book.sheet(SERVICES).rows == []


def test_columns_are_found_wherever_they_stand_and_whatever_their_units():
    def move(workbook: openpyxl.Workbook) -> None:
        sheet = workbook["机构名录"]
        sheet.delete_rows(1, 2)
        sheet.insert_rows(1, 5)
        sheet["B2"].value = "机构名录"
        headings = ["备注", "管理规模(万元)", "机 构 名 称", "单笔投资/亿元", "入库日期"]
        for column, heading in enumerate(headings, 2):
            sheet.cell(5, column).value = heading
        for column, value in enumerate(["好", 80000, "甲", "0.1-0.5", date(2025, 1, 6)], 2):
            sheet.cell(6, column).value = value

    sheet = read_book(ledger(move)).sheet(INSTITUTIONS)
    assert sheet.columns == {"name": 3, "assets": 2, "ticket": 4, "joined_on": 5, "note": 1}
    assert sheet.units == {"assets": 10**6, "ticket": 10**10}
    number, row = sheet.rows[0]
    assert (number, row[1:6]) == (6, ["好", 80000.0, "甲", "0.1-0.5", date(2025, 1, 6)])


def test_a_unit_above_the_header_counts_where_a_heading_names_none():
    def state_unit(workbook: openpyxl.Workbook) -> None:
        workbook["对接台账"]["E1"].value = "金额单位：万元"
        workbook["对接台账"]["E2"].value = "拟融资"
        workbook["对接台账"]["G2"].value = "签约金额（元）"

    assert read_book(ledger(state_unit)).sheet(DEALS).units == {"sought": 10**6, "signed": 100, "received": 10**6}


@pytest.mark.parametrize(
    ("heading", "key", "unit"),
    [
        ("认缴规模（亿元）", "认缴规模", 10**10),
        ("签约金额 (万元)", "签约金额", 10**6),
        ("签约金额/万元", "签约金额", 10**6),
        ("签约金额（单位：元）", "签约金额", 100),
        ("基金出资人（认缴）", "基金出资人", None),
        ("拟融资*", "拟融资", None),
        ("管理规模（百万元）", "管理规模", 10**8),
    ],
)
def test_a_heading_is_read_without_its_unit(heading, key, unit):
    assert heading_key(heading) == key
    assert unit_in(heading) == unit


@pytest.mark.parametrize("label", ["合计", "小计：", "总 计", "合计（万元）", "本页小计", "2025年合计", "累计"])
def test_totals_are_skipped_whatever_they_are_called(label):
    def total(workbook: openpyxl.Workbook) -> None:
        workbook["企业"].append([label, None, None])
        workbook["机构名录"].append([label, "1 家", None, None, None, None, None, 5279])
        workbook["机构名录"].append([None, label])

    book = read_book(ledger(total))
    assert [number for number, _ in book.sheet(STARTUPS).rows] == [FIRST]
    assert [number for number, _ in book.sheet(INSTITUTIONS).rows] == [FIRST]


def test_blank_rows_remarks_and_repeated_headers_are_skipped():
    def furnish(workbook: openpyxl.Workbook) -> None:
        sheet = workbook["企业"]
        sheet.append([None])
        sheet.append(["　", " "])
        sheet.append([cell.value for cell in sheet[2]])
        sheet.append(["上海丑科技有限公司"])
        sheet.append(["注：金额以万元计"])
        sheet.append(["填表人：王五"])

    assert [number for number, _ in read_book(ledger(furnish)).sheet(STARTUPS).rows] == [FIRST, FIRST + 4]


def test_a_company_whose_name_begins_like_a_total_or_a_remark_is_kept():
    rows = [{"企业名称": "合计科技有限公司"}, {"企业名称": "注册易科技有限公司"}, {"企业名称": "备安科技"}]
    assert len(read_book(ledger(企业=rows)).sheet(STARTUPS).rows) == 3


def test_a_merge_beyond_the_last_row_is_filled_to_the_last_row_only():
    def merge(workbook: openpyxl.Workbook) -> None:
        workbook["服务台账"].merge_cells("B3:B2000")

    assert len(read_book(ledger(merge, 服务台账=[{}, {"企业": None}])).sheet(SERVICES).rows) == 2


def test_a_formula_that_was_never_computed_is_an_empty_cell_and_text_like_one_stays_text():
    def formulas(workbook: openpyxl.Workbook) -> None:
        workbook["企业"]["N3"].value = "=cmd|' /C calc'!A0"
        workbook["企业"]["N3"].data_type = "s"
        workbook["企业"]["K3"].value = "=1+1"

    row = read_book(ledger(formulas)).sheet(STARTUPS).rows[0][1]
    assert row[13] == "=cmd|' /C calc'!A0"
    assert row[10] == ""


def rewritten(content: bytes, change) -> bytes:
    """The same workbook with each member changed."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy:
        for name in source.namelist():
            copy.writestr(name, change(name, source.read(name)))
    return target.getvalue()


def bomb(size: int) -> bytes:
    """A workbook whose first sheet unpacks to more than it seems."""

    def blow_up(name: str, content: bytes) -> bytes:
        return content + b" " * size if name.endswith("sheet1.xml") else content

    return rewritten(ledger(), blow_up)


def test_the_bomb_is_one():
    content = bomb(3_000_000)
    assert len(content) < 30_000
    assert len(zlib.compress(b" " * 3_000_000)) < 4000
    assert opened(content)["企业"]["A3"].value == "上海子科技有限公司"
