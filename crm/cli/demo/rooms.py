"""The demonstration's data rooms: invented decks, figures and papers of companies that do not exist."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from io import BytesIO
from typing import TYPE_CHECKING, Any

from crm.accounts.models import Account
from crm.core.clock import day_of
from crm.core.db import db
from crm.core.storage import storage
from crm.dataroom import actions, queries
from crm.dataroom.actions import DocumentValues, GrantValues
from crm.dataroom.kinds import Upload, accept
from crm.dataroom.models import Reading, Room, RoomDocument
from crm.dataroom.watermark import font
from crm.deals import queries as deal_queries
from crm.institutions.models import Institution
from crm.lib.sheets import Kind, Sheet, as_xlsx
from crm.publishing import actions as publishing
from crm.publishing.actions import AuthorisationValues
from crm.publishing.queries import authorisation_of
from crm.startups.models import Startup

if TYPE_CHECKING:
    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw

SIZE = (1400, 788)
INK, PAPER, ACCENT, PALE, GREY = "#14191d", "#ffffff", "#0b5f61", "#cfe3e2", "#5c6770"
DECK = (
    ("要解决的问题", ("客户现有系统改造成本高，上线周期以季度计", "推理成本占项目预算的四成以上", "数据不能离开厂区")),
    ("产品", ("一套软件适配二十三款端侧芯片", "不更换现有系统即可接入", "平均四周完成部署")),
    ("客户与收入", ()),
    ("团队", ("创始人曾负责某头部企业推理引擎", "核心研发二十六人，平均从业九年", "两位顾问来自高校实验室")),
    ("本轮计划", ("研发投入百分之五十", "交付团队百分之三十", "市场与认证百分之二十")),
)
TERM_SHEET = ("投资条款清单", ("仅供本次对接讨论", "估值与金额以正式协议为准"))
ROOMS = 3
FOLDERS = ("01 公司与团队", "02 财务", "03 产品与技术")


class Rooms:
    """Rooms of a few published startups, opened to the demonstration's institution."""

    def __init__(self, keeper: Account, manager: Account, reader: Account, at: datetime) -> None:
        self.keeper, self.manager, self.reader, self.at = keeper, manager, reader, at
        self.chance = random.Random(41)  # noqa: S311 - invented data, no secret

    def tell(self, startups: Sequence[Startup], institution: Institution) -> int:
        """A room for each startup that the institution has a deal with, and one for the first deal; says how many."""
        found = [deal_queries.deals_between(one.id, institution.id) for one in startups]
        deals = [between[0] for between in found if between][:ROOMS]
        for number, deal in enumerate(deals):
            self.room(deal.round.startup, institution, whole=number == 0)
        for deal in deals[1:2]:
            self.name_documents(deal.round.startup)
        for deal in deals[:1]:
            room = actions.open_room(deal.round.startup, deal, by=self.keeper, at=self.at)
            self.add(
                room,
                None,
                "投资条款清单（讨论稿）.pdf",
                ("投资条款清单", ("仅供本次对接讨论", "估值与金额以正式协议为准")),
            )
        return len(deals) + len(deals[:1])

    def room(self, startup: Startup, institution: Institution, *, whole: bool) -> None:
        room = actions.open_room(startup, by=self.keeper, at=self.at)
        folders = [actions.add_folder(room, name, by=self.keeper, at=self.at) for name in FOLDERS]
        db.session.flush()  # documents need the ids
        company, money, product = (one.id for one in folders)
        deck = self.add(room, None, f"{startup.short_name}商业计划书.pdf", *DECK)
        values = DocumentValues(deck.name, None, is_pitch_deck=True)
        actions.edit_document(deck, values, version=None, by=self.keeper, at=self.at)
        self.add(room, company, "股权结构.pdf", ("股权结构", ("创始团队 62%", "员工持股平台 13%", "天使轮投资人 25%")))
        self.add(room, money, "近三年收入.pdf", ("客户与收入", ()))
        self.keep(room, money, accept("财务模型.xlsx", as_xlsx(self.model())), [])
        picture = self.page("系统架构", ("接入层", "推理层", "管理层"), self.chance)
        self.keep(room, product, accept("系统架构.png", saved(picture, "PNG")), [picture])
        until = day_of(self.at) + timedelta(days=45)
        if whole:
            actions.grant(room, GrantValues(institution, may_download=True), by=self.keeper, at=self.at)
        else:
            leave = GrantValues(institution, self.reader, document=deck, until=until)
            actions.grant(room, leave, by=self.keeper, at=self.at)
            leave = GrantValues(institution, folder=folders[1], until=until)
            actions.grant(room, leave, by=self.keeper, at=self.at)
        for days, what in ((6, Reading.OPENED), (6, Reading.DOWNLOADED), (2, Reading.OPENED))[: 3 if whole else 1]:
            when = self.at - timedelta(days=days, minutes=self.chance.randint(0, 400))
            actions.note_reading(deck.id, 1, what, address="203.0.113.24", by=self.reader, at=when)

    def name_documents(self, startup: Startup) -> None:
        """A later authorisation that covers two documents of the room alone, and what is published on it."""
        named = [one for one in queries.documents_about(startup) if one.is_pitch_deck or one.folder_name == FOLDERS[0]]
        earlier, moment = authorisation_of(startup, day_of(self.at)), self.at + timedelta(seconds=2)
        if earlier is None:
            return
        values = AuthorisationValues(
            signed_by=earlier.signed_by,
            signer_position=earlier.signer_position,
            signed_on=day_of(self.at),
            documents="、".join(one.name for one in named),
            all_documents=False,
            until=earlier.until,
        )
        signed = publishing.authorise(startup, values, by=self.manager, at=moment)
        actions.name_documents(signed, [one.id for one in named])
        publishing.publish(startup, by=self.manager, at=moment)

    def add(self, room: Room, folder_id: int | None, name: str, *pages: tuple[str, tuple[str, ...]]) -> RoomDocument:
        """A PDF with these pages, (title, lines); one without lines shows columns."""
        drawn = [self.page(title, lines, self.chance) for title, lines in pages]
        return self.keep(room, folder_id, accept(name, as_pdf(drawn)), drawn)

    def keep(self, room: Room, folder_id: int | None, upload: Upload, pages: list[Image]) -> RoomDocument:
        """Keep a file with the pictures of its pages, so that nobody must draw them."""
        document = actions.add_file(room, folder_id, upload, by=self.keeper, at=self.at)
        version = queries.version_of(document, 1)
        if version is not None and pages:
            keys = [storage.put(saved(page, "JPEG")) for page in pages]
            actions.keep_pages(version.id, keys, [page.size for page in pages], len(pages))
        return document

    def page(self, title: str, lines: tuple[str, ...], chance: random.Random) -> Image:
        from PIL import Image, ImageDraw

        page = Image.new("RGB", SIZE, PAPER)
        draw = ImageDraw.Draw(page)
        draw.rectangle((0, 0, 24, SIZE[1]), fill=ACCENT)
        draw.text((96, 80), title, fill=INK, font=font(56))
        if lines:
            for number, text in enumerate(lines):
                top = 240 + 120 * number
                draw.rounded_rectangle((100, top + 12, 124, top + 36), 6, fill=ACCENT)
                draw.text((156, top), text, fill=INK, font=font(36))
        else:
            columns(draw, chance)
        draw.text((96, 724), "示例资料，公司与数字均为虚构", fill=GREY, font=font(20))
        return page

    def model(self) -> Sheet:
        """Three years of invented figures."""
        rows: list[Sequence[Any]] = [
            (year, 800 * 2**number + self.chance.randint(0, 90), 500 * 2**number)
            for number, year in enumerate(("2024", "2025", "2026"))
        ]
        headings = (("年度", Kind.TEXT), ("收入（万元）", Kind.COUNT), ("成本（万元）", Kind.COUNT))
        return Sheet(["财务模型"], headings, rows)


def columns(draw: ImageDraw, chance: random.Random) -> None:
    draw.text((96, 176), "收入，万元", fill=GREY, font=font(28))
    for number, year in enumerate(("2023", "2024", "2025", "2026")):
        left, value = 180 + 280 * number, 260 * (number + 1) + chance.randint(0, 120)
        top = 640 - value // 3
        draw.rectangle((left, top, left + 140, 640), fill=ACCENT if number == 3 else PALE)
        draw.text((left + 30, top - 44), f"{value:,}", fill=INK, font=font(28))
        draw.text((left + 34, 652), year, fill=GREY, font=font(28))


def as_pdf(pages: list[Image]) -> bytes:
    """Pictures as a PDF, the same bytes each time."""
    kept, epoch = BytesIO(), time.gmtime(0)
    more: dict[str, Any] = {"save_all": True, "append_images": pages[1:], "creationDate": epoch, "modDate": epoch}
    pages[0].save(kept, "PDF", resolution=110, **more)
    return kept.getvalue()


def saved(picture: Image, form: str) -> bytes:
    kept = BytesIO()
    picture.save(kept, form)
    return kept.getvalue()
