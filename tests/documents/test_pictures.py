"""What may be uploaded, and what is kept of it."""

from __future__ import annotations

from io import BytesIO

import pytest
import sqlalchemy as sa
from PIL import Image

from crm.core.errors import Refusal
from crm.documents.models import Document
from crm.documents.pictures import LARGEST_SIDE, TOO_LARGE, UNREADABLE, accept
from tests.conftest import Work
from tests.factories import a_document, a_picture, a_startup
from tests.support.visitor import Visitor


def test_a_photograph_loses_where_it_was_taken() -> None:
    with_place = BytesIO()
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (31.0, 11.0, 0.0)}
    exif[0x010E] = "secret place"
    Image.new("RGB", (20, 20)).save(with_place, "JPEG", exif=exif)
    kept = accept("现场.jpg", with_place.getvalue())
    assert kept.media_type == "image/jpeg"
    assert not Image.open(BytesIO(kept.content)).getexif()


def test_a_huge_picture_is_made_smaller() -> None:
    kept = accept("海报.png", a_picture(4800, 1200))
    assert Image.open(BytesIO(kept.content)).size == (LARGEST_SIDE, 600)


@pytest.mark.parametrize(
    "content",
    [b"", b"hello", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", a_picture()[:40]],
)
def test_what_is_no_picture_is_refused_beside_the_field(content: bytes) -> None:
    with pytest.raises(Refusal) as refused:
        accept("picture.png", content, field="logo")
    assert refused.value.fields == {"logo": UNREADABLE}


def test_a_picture_that_unpacks_to_too_much_is_refused() -> None:
    packed = BytesIO()
    Image.new("1", (9000, 9000)).save(packed, "PNG")
    with pytest.raises(Refusal) as refused:
        accept("bomb.png", packed.getvalue())
    assert refused.value.fields == {"files": TOO_LARGE}


def test_the_name_of_an_upload_is_never_a_path() -> None:
    assert accept("../../etc/passwd", a_picture()).name == "passwd"
    assert accept("C:\\fakepath\\名片.png", a_picture()).name == "名片.png"


def test_a_document_is_served_to_staff_but_its_contacts_not_to_leaders(as_role: object, finance: Visitor) -> None:
    document = a_document(a_startup())
    answer = finance.open(f"/documents/{document.id}")
    assert (answer.status_code, answer.mimetype) == (200, "image/png")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    leader = as_role("leader")  # type: ignore[operator]
    assert leader.open(f"/documents/{document.id}").status_code == 404


@pytest.mark.parametrize("page", ["startups.show_startup", "documents.attach_to_startup"])
def test_attachments_that_are_sent_twice_are_kept_once(finance: Visitor, work: Work, page: str) -> None:
    startup = a_startup()
    form, _ = finance.visit(page, startup_id=startup.id).now.form_of("Attach")
    sent = finance.now.fields_of(form)
    for _ in range(2):
        files = [(BytesIO(a_picture()), "一.png"), (BytesIO(a_picture()), "二.png")]
        answer = finance.open(f"/documents/startups/{startup.id}", "POST", {**sent, "files": files})
        assert answer.location.endswith("#attachments")
    with work() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Document)) == 2
