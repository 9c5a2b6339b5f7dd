"""Pages as pictures, where a chat program's browser downloads nothing."""

from __future__ import annotations

from io import BytesIO

import pytest
from flask import Flask
from PIL import Image

from crm.accounts.models import Role
from crm.publishing.queries import publication_in_force
from crm.reports import actions
from crm.reports.actions import Wanted
from tests.conftest import Work
from tests.factories import AT, a_published_startup, a_service, a_startup, an_account, an_institution
from tests.reports.examples import PERIOD
from tests.reports.test_jobs import worked
from tests.support.visitor import Visitor

pytestmark = pytest.mark.once

WECHAT = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 MicroMessenger/8.0.50"


@pytest.fixture
def summary(app: Flask, work: Work) -> int:
    startup = a_startup()
    a_service(startup)
    account = an_account(Role.MANAGER)
    with work():
        report_id = actions.request(Wanted("summary", PERIOD, "zh", startup=startup), by=account, at=AT).id
    worked(app)
    return report_id


def test_every_page_of_a_report_is_a_picture(manager: Visitor, summary: int) -> None:
    page = manager.visit("reports.show_pages", report_id=summary).now
    pictures = [image.get("src") or "" for image in page.all("img")]
    assert len(pictures) >= 1
    answer = manager.open(pictures[0])
    assert answer.mimetype == "image/png"
    assert Image.open(BytesIO(answer.data)).size[0] == 1000
    assert manager.open(f"/reports/{summary}/pages/{len(pictures) + 1}").status_code == 404
    assert manager.open(f"/reports/{summary}/pages/0").status_code == 404


def test_in_wechat_the_pages_come_first_and_the_way_out_is_told(manager: Visitor, summary: int) -> None:
    path = f"/reports/{summary}"
    page = manager.read(manager.open(path, headers={"User-Agent": WECHAT}), path).now
    assert "Open in browser" in page.text
    links = list(page.links())
    assert links.index("Read the pages here") < links.index("Download the PDF")
    elsewhere = manager.visit("reports.show_report", report_id=summary).text
    assert "Open in browser" not in elsewhere
    assert "Read the pages here" in elsewhere


def test_the_pages_of_a_profile_are_for_its_reader_only(app: Flask, work: Work) -> None:
    startup = a_published_startup()
    mine, other = (an_account(Role.INVESTOR, an_institution().id) for _ in range(2))
    with work() as session:
        publication = publication_in_force(startup)
        session.refresh(publication, ["startup"])
        report_id = actions.request_profile(publication, "zh", [], by=mine, at=AT).id
    worked(app)
    reader, stranger = Visitor(app).signed_in_as(mine), Visitor(app).signed_in_as(other)
    assert reader.open(f"/portal/reports/{report_id}/pages/1").mimetype == "image/png"
    assert stranger.open(f"/portal/reports/{report_id}/pages/1").status_code == 404
    assert stranger.open(f"/portal/reports/{report_id}/pages/").status_code == 404
