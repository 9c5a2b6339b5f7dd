"""What the platform says of itself: edited on a screen, shown everywhere, refused to all but administrators."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import Image

from crm.core.storage import storage
from crm.reports.pdf import render
from crm.settings.queries import find_platform
from tests.conftest import Work
from tests.factories import a_picture, a_published_startup
from tests.reports.examples import profile_document
from tests.support.queries import counted_statements
from tests.support.visitor import Visitor


def test_a_new_name_stands_on_every_page_and_its_title(admin: Visitor, visitor: Visitor) -> None:
    admin.visit("admin.edit_platform").submit("Save", name_zh="漕河泾资本服务", name_en="Caohejing Capital Desk")
    assert "Caohejing Capital Desk" in admin.visit("accounts.list_accounts").now.title
    assert "Caohejing Capital Desk" in visitor.visit("accounts.sign_in").now.links()


def test_the_environment_names_the_platform_until_somebody_does(admin: Visitor, visitor: Visitor) -> None:
    assert "Moyuan Capital Services" in visitor.visit("accounts.sign_in").now.title
    assert admin.visit("admin.edit_platform").now.value_of("Name in Chinese") == "模源金融服务平台"


def test_the_sign_in_page_carries_notice_contact_and_filing_numbers(admin: Visitor, visitor: Visitor) -> None:
    assert "No state secrets" in visitor.visit("accounts.sign_in").text
    admin.visit("admin.edit_platform").submit(
        "Save", contact_en="021-0000 0000", icp_number="沪ICP备00000001号", notice_en="Keep secrets elsewhere."
    )
    shown = visitor.visit("accounts.sign_in").text
    for said in ("021-0000 0000", "沪ICP备00000001号", "Keep secrets elsewhere."):
        assert said in shown
    assert "No state secrets" not in shown


def test_the_portal_and_its_pdf_carry_the_disclaimer(admin: Visitor, investor: Visitor, work: Work) -> None:
    startup = a_published_startup()
    admin.visit("admin.edit_platform").submit("Save", disclaimer_zh="仅供参考甲", disclaimer_en="For reference only, A")
    page = investor.visit("portal.show_startup", startup_id=startup.id).now
    assert page.html.count("For reference only, A") == 1
    with work():
        document = profile_document(startup)
    assert "仅供参考甲" in document.html


def test_the_history_tells_what_changed(admin: Visitor) -> None:
    admin.visit("admin.edit_platform").submit("Save", police_number="沪公网安备31010000000001号")
    assert "Public-security filing number 沪公网安备31010000000001号" in admin.now.text


def test_two_administrators_compare_their_versions(as_role: Callable[..., Visitor]) -> None:
    first, second = as_role("admin"), as_role("admin")
    for editor in (first, second):
        editor.visit("admin.edit_platform")
    first.submit("Save", contact_en="first")
    second.submit("Save", contact_en="second")
    assert second.status == 409
    assert "first" in second.text


@pytest.mark.parametrize("role", ["finance", "manager", "leader", "investor"])
def test_others_may_not_change_it(as_role: Callable[..., Visitor], role: str) -> None:
    assert as_role(role).open("/settings").status_code == 403


def upload(admin: Visitor, name: str, content: bytes) -> Visitor:
    token = admin.visit("admin.edit_platform").now.fields_of(admin.now.form_of("Use this picture")[0])["csrf_token"]
    data = {"csrf_token": token, "logo": (BytesIO(content), name)}
    return admin.read(admin.open("/settings/logo", "POST", data), "/settings/logo")


def test_a_logo_is_drawn_anew_and_served_to_everybody_for_a_year(admin: Visitor, visitor: Visitor, work: Work) -> None:
    assert upload(admin, "logo.png", a_picture(960, 240)).status == 200
    shown = next(image for image in visitor.visit("accounts.sign_in").now.all("img") if "logo" in image.get("src", ""))
    answer = visitor.open(str(shown.get("src")))
    assert (answer.status_code, answer.mimetype) == (200, "image/png")
    assert "max-age=31536000" in answer.headers["Cache-Control"]
    assert Image.open(BytesIO(answer.data)).size == (480, 120)
    with work():
        assert storage.get(find_platform().logo_key) == answer.data
    admin.visit("admin.edit_platform").submit("Take it away")
    assert visitor.open("/settings/logo").status_code == 404
    assert "logo.png" in admin.now.text


@pytest.mark.parametrize("content", [b"<svg xmlns='http://www.w3.org/2000/svg'></svg>", b"%PDF-1.7", b"MZ"])
def test_what_is_no_picture_is_no_logo(admin: Visitor, content: bytes) -> None:
    assert upload(admin, "logo.png", content).status == 422
    assert admin.now.error_of("Picture").startswith("This is no picture")


def test_a_logo_stands_on_the_pdf(admin: Visitor, work: Work) -> None:
    startup = a_published_startup()
    with work():
        plain = profile_document(startup)
    upload(admin, "logo.png", a_picture(200, 80, colour="crimson"))
    with work():
        document = profile_document(startup)
    assert b"/Image" in render(document.html).content
    assert b"/Image" not in render(plain.html).content


def test_a_request_reads_the_settings_beside_the_account(admin: Visitor) -> None:
    admin.visit("admin.edit_platform")
    with counted_statements(admin.app) as statements:
        admin.visit("accounts.change_password")
    (only,) = [one for one in statements if "platform" in one]
    assert only.startswith("SELECT account.")
    assert "SELECT platform.stamp" in only
    assert not [one for one in statements if "FROM term" in one]


def test_a_pale_colour_of_reports_is_refused_beside_its_field(admin: Visitor) -> None:
    admin.visit("admin.edit_platform").submit("Save", report_colour="#ffee00")
    assert admin.status == 422
    assert admin.now.error_of("Colour of reports").startswith("White text on this colour")
    admin.submit("Save", report_colour="7a1f1f", closing_zh="谢谢支持。")
    assert admin.visit("admin.edit_platform").now.value_of("Colour of reports") == "#7a1f1f"
