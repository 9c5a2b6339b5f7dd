"""Rows copied from a spreadsheet: the columns by their headings, or by what stands in them."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import date

from crm.lib.dates import read_day
from crm.lib.identifiers import read_credit_code
from crm.lib.money import parse_form_amount
from crm.lib.names import name_key, split_names
from crm.lib.text import Unreadable, is_blank
from crm.paste.reader import progress
from crm.paste.reader.directory import Directory, known_in
from crm.paste.reader.newcomers import FINANCE
from crm.paste.reader.people import MAIL, PHONE, TITLE, name_in, tidy_phone
from crm.paste.reader.reading import Proposal, Reading, Told
from crm.paste.reader.text import even

MOST_ROWS = 200
HEADINGS: dict[str, str] = {
    "day": "日期 对接日期 服务日期 时间 对接时间 服务时间 date",
    "startup": "企业 企业名称 公司名称 公司 项目 项目名称 服务企业 企业全称 startup company",
    "institution": "机构 机构名称 投资机构 对接机构 机构全称 资方 投资人 investor institution",
    "round": "轮次 融资轮次 本轮 当前轮次 round",
    "sought": "拟融资 拟融资金额 拟融资额 融资需求 融资金额 融资额 sought amount",
    "intended": "意向金额 意向额 拟投金额 拟投资金额 拟投",
    "progress": "进展 对接进展 当前进展 状态 阶段 对接阶段 服务状态 stage status",
    "signed": "签约金额 签约额 签约 signed",
    "received": "到账金额 到账额 到账 received",
    "type": "服务事项 事项 服务项目 服务类型 服务 服务内容类型 类别 服务类别 service",
    "content": "内容 服务内容 具体内容 content",
    "partners": "参与机构 合作机构",
    "outcome": "成果 服务成果 结果",
    "amount": "金额 涉及金额",
    "handler": "经办 经办人 服务人员 负责人",
    "next_step": "下一步 下步计划 跟进事项 后续 next",
    "note": "备注 说明 反馈 机构反馈 note notes comment",
    "name": "姓名 联系人 名字 name",
    "title": "职务 职位 岗位 title",
    "phone": "电话 手机 手机号 联系电话 联系方式 phone mobile tel",
    "email": "邮箱 邮件 电子邮箱 email mail",
    "wechat": "微信 微信号 wechat",
    "short_name": "简称 企业简称 机构简称 公司简称",
    "credit_code": "统一社会信用代码 社会信用代码 信用代码",
    "city": "所在地 所在城市 城市 注册地 地区 city",
    "summary": "一句话简介 简介 企业简介 主营业务 业务",
    "nothing": "序号 编号 no #",
}
STATES = frozenset(("计划", "计划中", "待开展", "进行中", "办理中", "审批中", "完成", "已完成", "已取消", "取消"))
_FIELD_OF = {heading: field for field, words in HEADINGS.items() for heading in words.split()}
_UNIT = re.compile(r"(?:\(|/|:|单位)*(?P<unit>万元?|亿元?|千元|元)(?:人民币)?\)?$")


@dataclass(frozen=True)
class Cell:
    """One cell and where it stands in the text."""

    text: str
    start: int
    end: int


@dataclass
class Column:
    """What a column holds, and the unit that its heading names."""

    field: str
    unit: str = ""


def cells_of(text: str) -> list[list[Cell]]:
    """The rows of a copied block; a cell in quotation marks may hold tabs, line ends and doubled marks."""
    rows: list[list[Cell]] = [[]]
    at = 0
    while at <= len(text):
        quoted = re.compile(r'"(?:[^"]|""){0,2000}"(?=[\t\r\n]|$)').match(text, at)
        written = quoted.group() if quoted else re.split(r"[\t\n]", text[at:], maxsplit=1)[0]
        inner = written[1:-1].replace('""', '"') if quoted else written
        start = at + len(written) - len(written.lstrip())
        rows[-1].append(Cell(" ".join(inner.split()), start, max(start, at + len(written.rstrip()))))
        at += len(written)
        if at < len(text) and text[at] == "\n":
            rows.append([])
        at += 1
    return [row for row in rows if any(cell.text for cell in row)]


def is_table(text: str) -> bool:
    """Whether most lines of a text have cells side by side."""
    written = [line for line in text.splitlines() if line.strip()]
    tabbed = [line for line in written if "\t" in line.strip()]
    return bool(tabbed) and 2 * len(tabbed) >= len(written) and (len(tabbed) > 1 or tabbed[0].strip().count("\t") >= 2)


def read_table(text: str, today: date, directory: Directory) -> Reading:
    """One proposal for each row; none where there are more rows than a page should show."""
    rows = cells_of(text)
    if not rows:
        return Reading()
    columns = _headed(rows[0])
    body = rows[1:] if columns else rows
    if not columns:
        columns = _guessed(body, today, directory)
    if len(body) > MOST_ROWS:
        return Reading(is_table=True, rows=len(body))
    kind = _kind(columns, body, directory)
    found = [_proposal(kind, row, columns, today, directory) for row in body]
    return Reading([one for one in found if one.fields], is_table=True, rows=len(body))


def _headed(row: list[Cell]) -> list[Column]:
    """The columns that a first row names; none when it is no heading."""
    columns = []
    for cell in row:
        key = name_key(cell.text)
        unit = _UNIT.search(key)
        bare = re.sub(r"\(.*?\)|[*:]", "", key[: unit.start()] if unit else key)
        columns.append(
            Column(_FIELD_OF.get(bare, _FIELD_OF.get(key, "")), unit["unit"].removesuffix("元") if unit else "")
        )
        if unit and unit["unit"] == "元":
            columns[-1].unit = "元"
    known = [one for one in columns if one.field]
    return columns if len(known) >= 2 and 2 * len(known) >= len([cell for cell in row if cell.text]) else []


def _guessed(rows: list[list[Cell]], today: date, directory: Directory) -> list[Column]:
    """What each column holds, by most of its cells; a kind that two columns share goes to the first."""
    columns: list[Column] = []
    for at in range(max(map(len, rows))):
        cells = [row[at].text for row in rows[:30] if at < len(row) and not is_blank(row[at].text)]
        votes = Counter(_guess(cell, today, directory) for cell in cells)
        field = votes.most_common(1)[0][0] if votes else ""
        taken = {one.field for one in columns}
        columns.append(Column("note" if field in taken or (not field and cells and "note" not in taken) else field))
    fields = [one.field for one in columns]
    for column in columns:
        if column.field == "amount" and "type" not in fields:
            column.field = "sought"
    return columns


def _guess(cell: str, today: date, directory: Directory) -> str:  # noqa: PLR0911 - one for each kind of cell
    plain = even(cell)
    if re.fullmatch(r"\d{1,3}", plain):
        return "nothing"
    if MAIL.fullmatch(plain):
        return "email"
    if PHONE.fullmatch(plain.strip()):
        return "phone"
    tests = (
        ("credit_code", read_credit_code),
        ("day", lambda text: read_day(text, today=today)),
        ("amount", parse_form_amount),
    )
    for field, test in tests:
        try:
            test(cell)
        except Unreadable:
            continue
        return field
    whole = (0, len(plain))
    known = known_in(plain, directory)
    if known and known[0].end - known[0].start >= len(plain.strip()) - 1:
        return known[0].kind
    rounds = progress.rounds_in(plain, whole, directory.rounds)
    if len(plain) <= 10 and (rounds or _round_code(plain, directory)):
        return "round"
    if len(plain) <= 20 and progress.services_in(plain, whole, directory.services):
        return "type"
    if re.search(r"公司|合伙企业|集团|资本|创投|基金|银行|科技$|智能$", plain) and len(plain) <= 40:
        return "institution" if FINANCE.search(plain) else "startup"
    if len(plain) <= 12 and TITLE.search(plain) and not name_in(plain, whole):
        return "title"
    if plain.strip() in STATES or (len(plain) <= 10 and (_stage(plain) or progress.status_in(plain, whole))):
        return "progress"
    if name_in(plain, whole) == whole:
        return "name"
    return ""


def _kind(columns: list[Column], rows: list[list[Cell]], directory: Directory) -> str:
    fields = {one.field for one in columns}
    if fields & {"phone", "email", "wechat", "name"} and "name" in fields:
        return "person"
    if "type" in fields:
        return "service"
    if {"startup", "institution"} <= fields:
        return "deal"
    if "institution" in fields:
        return "institution"
    if "startup" in fields and "round" in fields and "sought" in fields and _all_known(columns, rows, directory):
        return "round"
    return "startup"


def _all_known(columns: list[Column], rows: list[list[Cell]], directory: Directory) -> bool:
    at = [one.field for one in columns].index("startup")
    named = [row[at].text for row in rows if at < len(row)]
    return all(directory.meant_by(name_key(name)) for name in named)


def _proposal(kind: str, row: list[Cell], columns: list[Column], today: date, directory: Directory) -> Proposal:
    cells = {
        column.field: (cell, column.unit)
        for column, cell in zip(columns, row, strict=False)
        if column.field not in ("", "nothing") and not is_blank(cell.text)
    }
    proposal = Proposal(kind)
    for field, (cell, unit) in cells.items():
        for name, told in _told(kind, field, cell, unit, today=today, directory=directory):
            if name not in proposal.fields:
                proposal.tell(name, told)
    if kind in ("deal", "service") and proposal.fields:
        _complete(proposal, today)
    if "amount" in cells and kind in ("deal", "round", "startup"):
        _amount(proposal, *cells["amount"])
    return proposal


def _amount(proposal: Proposal, cell: Cell, unit: str) -> None:
    """A column called an amount and no more: signed or received money once a deal came so far, else what is sought."""
    stage = proposal.fields.get("stage", Told("")).value
    name = "seeking" if proposal.kind == "startup" else progress.PAID.get(stage, "sought")
    proposal.fields.setdefault(name, Told(_with_unit(cell.text, unit), cell.start, cell.end))


def _complete(proposal: Proposal, today: date) -> None:
    """What a deal or a service cannot do without and a row often leaves out."""
    proposal.fields.setdefault("happened_on", Told(today.isoformat()))
    if proposal.kind == "deal":
        proposal.fields.setdefault("stage", Told("referred"))
    else:
        ahead = proposal.fields["happened_on"].value > today.isoformat()
        proposal.fields.setdefault("state", Told("planned" if ahead else "completed"))


RENAMED = {
    "startup": {"startup": "name", "sought": "seeking"},
    "institution": {"institution": "name"},
    "round": {"round": "name"},
    "deal": {"round": "round_name"},
}
TAKEN = {
    "startup": {"name", "short_name", "credit_code", "summary", "seeking", "note"},
    "institution": {"name", "short_name", "credit_code", "city", "note"},
    "person": {"name", "title", "phone", "email", "wechat", "startup", "institution", "note"},
    "round": {"startup", "name", "sought"},
    "deal": {"startup", "round_name", "institution", "sought", "intended", "signed", "received", "next_step", "note"},
    "service": {"startup", "content", "partners", "outcome", "amount", "handler"},
}


def _told(kind: str, field: str, cell: Cell, unit: str, *, today: date, directory: Directory) -> list[tuple[str, Told]]:
    """What a cell says, as fields of a proposal of a kind."""
    span = (cell.start, cell.end)
    plain = even(cell.text)
    if field == "day":
        return [("happened_on", Told(_day(cell.text, today), *span))] if kind in ("deal", "service") else []
    if field == "progress":
        return _progress(kind, plain, span)
    if field == "type":
        words = progress.services_in(plain, (0, len(plain)), directory.services)
        return [("type_id", Told(words[0].code, *span))] if words else [("content", Told(cell.text, *span))]
    if field == "institution" and kind == "service":
        field = "partners"
    if field == "round":
        return (
            [(RENAMED[kind]["round"], Told(_round_code(plain, directory), *span))] if kind in ("deal", "round") else []
        )
    name = RENAMED.get(kind, {}).get(field, field)
    if name not in TAKEN[kind]:
        return []
    value, candidates = _value(field, cell.text, unit, directory)
    return [(name, Told(value, *span, candidates))]


def _value(field: str, text: str, unit: str, directory: Directory) -> tuple[str, tuple[str, ...]]:
    if field in ("startup", "institution"):
        names = tuple(one.name for one in directory.meant_by(name_key(text)) if one.kind == field)
        return (names[0] if len(names) == 1 else text), (names if len(names) > 1 else ())
    if field == "partners":
        return "、".join(_value("institution", name, "", directory)[0] for name in split_names(text)), ()
    if field == "phone":
        return tidy_phone(even(text)), ()
    if field in ("sought", "intended", "signed", "received", "amount"):
        return _with_unit(text, unit), ()
    return text, ()


def _with_unit(text: str, unit: str) -> str:
    return text + unit if unit and re.search(r"\d$", even(text)) else text


def _day(text: str, today: date) -> str:
    try:
        return read_day(text, today=today).isoformat()
    except Unreadable:
        return text


def _stage(text: str) -> str:
    stage = None
    for word in progress.stages_in(text, (0, len(text))):
        stage = progress.further(stage, word)
    if stage is not None:
        return stage.code
    return {"会面": "met", "会面中": "met", "条款中": "term_sheet", "签约中": "term_sheet"}.get(text, "")


def _progress(kind: str, text: str, span: tuple[int, int]) -> list[tuple[str, Told]]:
    if kind == "service":
        state = (
            "planned"
            if re.search(r"计划|待|预约|约", text)
            else "in_progress"
            if re.search(r"进行|中$|办理", text)
            else "completed"
        )
        return [("state", Told("cancelled" if "取消" in text else state, *span))]
    if kind != "deal":
        return []
    status = progress.status_in(text, (0, len(text)))
    stage = _stage(text)
    told = [("stage", Told(stage, *span))] if stage else []
    if status is not None:
        told.append(("status", Told(status.code, *span)))
        if status.code == "passed":
            reason = progress.reason_in(text, (0, len(text)))
            told.append(("reason", Told(reason.code if reason else "other", *span)))
            told.append(("note", Told(text, *span)))
    return told


def _round_code(text: str, directory: Directory) -> str:
    found = progress.rounds_in(text, (0, len(text)), directory.rounds)
    key = name_key(text).removesuffix("轮")
    codes = {word.lower(): code for code, words in directory.rounds.items() for word in (code, *words)}
    return found[0].code if found else codes.get(key, "")
