"""What a data room takes: by its content, and its name must agree."""

from __future__ import annotations

import pytest

from crm.core.errors import Refusal
from crm.dataroom.kinds import accept
from tests.dataroom.files import a_bomb, a_huge_picture, a_pdf, a_picture, an_office_file


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("BP.pdf", a_pdf(), "PDF"),
        ("产品.PNG", a_picture(), "PNG"),
        ("照片.jpeg", a_picture("JPEG"), "JPEG"),
        ("合同.docx", an_office_file(), "DOCX"),
        ("模型.xlsx", an_office_file("xl/workbook.xml"), "XLSX"),
        ("路演.pptx", an_office_file("ppt/presentation.xml"), "PPTX"),
        ("说明.txt", "公司说明".encode(), "TXT"),
        ("说明.txt", "公司说明".encode("gb18030"), "TXT"),
        ("客户.csv", "客户,收入\n甲,1".encode("utf-8-sig"), "CSV"),
    ],
)
def test_the_kinds_of_the_list_are_taken(name: str, content: bytes, kind: str) -> None:
    assert accept(name, content).kind.name == kind


SVG = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
NO_KIND, MISNAMED = "This is no PDF", "The name ends with"


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("图.svg", SVG, NO_KIND),
        ("图.txt", SVG, NO_KIND),
        ("页.txt", b"  <!DOCTYPE html><p>x", NO_KIND),
        ("页.csv", b"<?php echo 1;", NO_KIND),
        ("x.pHaR", a_picture("JPEG"), MISNAMED),
        ("x.exe", a_pdf(), MISNAMED),
        ("x.pdf", a_picture(), MISNAMED),
        ("x.html", b"plain words", MISNAMED),
        ("x", a_pdf(), MISNAMED),
        ("x.pdf", b"", NO_KIND),
        ("x.png", b"\x89PNG\r\n\x1a\nbroken", NO_KIND),
        ("x.txt", b"\x00\x01\x02", NO_KIND),
        ("x.docx", b"PK\x03\x04broken", NO_KIND),
        ("x.zip", an_office_file("readme.md"), NO_KIND),
        ("x.docx", an_office_file(**{"word/vbaProject.bin": b"x"}), "macros"),
        ("x.docx", a_bomb(), "unpack"),
        ("x.png", a_huge_picture(), "too large"),
    ],
)
def test_all_else_is_refused_and_says_why(name: str, content: bytes, why: str) -> None:
    with pytest.raises(Refusal) as refused:
        accept(name, content)
    assert why in str(refused.value)
    assert f"“{name}”" in str(refused.value)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("C:\\Users\\沈\\BP 终稿.pdf", "BP 终稿.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("a\u202egpj.pdf", "a gpj.pdf"),
        ('re"port\r\nX-Evil: 1.pdf', "re port X-Evil 1.pdf"),
        ("长" * 300 + ".pdf", "长" * 196 + ".pdf"),
        (".pdf", "file.pdf"),
    ],
)
def test_odd_and_long_names_are_made_harmless(sent: str, kept: str) -> None:
    assert accept(sent, a_pdf()).name == kept
