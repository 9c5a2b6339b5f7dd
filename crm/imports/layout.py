"""The sheets of a ledger: what their columns are called and which of them a sheet cannot do without."""

from __future__ import annotations

import re
from dataclasses import dataclass

from crm.lib.names import name_key


@dataclass(frozen=True, slots=True)
class Field:
    """One column: our name for it, and the headings it goes by, the usual one first."""

    name: str
    headings: tuple[str, ...]
    needed: bool = False
    is_money: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """One sheet: its usual name, other names, and its columns."""

    name: str
    other_names: tuple[str, ...]
    fields: tuple[Field, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return self.name, *self.other_names


def _field(name: str, headings: str) -> Field:
    return Field(name, tuple(headings.split()))


def _key(name: str, headings: str) -> Field:
    return Field(name, tuple(headings.split()), needed=True)


def _money(name: str, headings: str) -> Field:
    return Field(name, tuple(headings.split()), is_money=True)


INSTITUTIONS = Layout(
    "机构名录",
    ("投资机构名录", "投资机构", "机构"),
    (
        _key("name", "机构名称 机构全称 投资机构 机构 名称 全称"),
        _field("short_name", "简称 机构简称"),
        _field("kind", "机构类型 类型 机构类别 类别"),
        _field("credit_code", "统一社会信用代码 社会信用代码 信用代码"),
        _field("amac_number", "中基协登记编号 中基协编号 登记编号 管理人登记编号 登记编码"),
        _field("city", "所在地 所在城市 城市 注册地 地区"),
        _money("assets", "管理规模 资产管理规模 在管规模"),
        _field("growth_stages", "关注阶段 投资阶段 阶段"),
        _field("sectors", "关注赛道 投资赛道 赛道 关注领域"),
        _money("ticket", "单笔投资 单笔投资金额 单笔投资额 单笔金额 单笔"),
        _field("joined_on", "入库时间 入库日期 加入时间 加入日期"),
        _field("note", "备注 说明"),
    ),
)
FUNDS = Layout(
    "基金",
    ("基金矩阵", "基金名录"),
    (
        _key("name", "基金名称 基金全称 基金 名称 全称"),
        _key("managers", "管理人 基金管理人 管理机构 管理人名称"),
        _field("amac_code", "备案编码 备案编号 备案号 基金编码 基金编号 基金备案编码 基金备案编号"),
        _field("kind", "类型 基金类型 类别"),
        _field("currency", "币种 货币"),
        _field("vintage", "设立年份 成立年份 设立时间 成立时间 设立日期 成立日期 年份"),
        _money("target", "目标规模 募集目标"),
        _money("committed", "认缴规模 认缴总额 认缴金额 认缴出资 认缴"),
        _money("paid_in", "实缴 实缴规模 实缴总额 实缴金额 实缴出资"),
        _money("invested", "已投 已投资 已投金额 已投资金额 累计投资"),
        _field("investment_ends_on", "投资期截止 投资期截止日 投资期截止日期 投资期截止时间 投资期至 投资期"),
        _money("ticket", "单笔 单笔投资 单笔投资金额 单笔投资额 单笔金额"),
        _field("sectors", "赛道 关注赛道 投资赛道 关注领域"),
        _field("growth_stages", "阶段 关注阶段 投资阶段"),
        _money("investors", "基金出资人 出资人 有限合伙人 lp"),
        _field("note", "备注 说明"),
    ),
)
STARTUPS = Layout(
    "企业",
    ("入驻企业", "企业名录", "企业信息", "企业信息表", "入驻企业信息表"),
    (
        _key("name", "企业名称 企业全称 公司名称 企业 名称 全称"),
        _field("short_name", "简称 企业简称 公司简称"),
        _field("credit_code", "统一社会信用代码 社会信用代码 信用代码"),
        _field("founded_on", "成立日期 成立时间 注册日期 注册时间"),
        _field("joined_on", "入驻日期 入驻时间 入库日期 入库时间"),
        _field("sector_layer", "赛道 所属赛道 技术赛道"),
        _field("sector_vertical", "行业 所属行业 应用行业"),
        _field("growth_stage", "发展阶段 阶段 成长阶段"),
        _field("last_round", "最近一轮 最近轮次 最近一轮融资 当前轮次"),
        _field("headcount", "员工数 员工人数 人数 团队人数 员工"),
        _money("seeking", "拟融资 拟融资金额 拟融资额 融资需求"),
        _field("model_filing", "大模型备案号 备案号 大模型备案"),
        _field("labels", "标签 资质 资质标签 企业标签"),
        _field("summary", "一句话简介 简介 企业简介"),
        _field("note", "备注 说明"),
    ),
)
DEALS = Layout(
    "对接台账",
    ("投融资对接台账", "融资对接台账", "对接"),
    (
        _key("day", "日期 对接日期 时间 对接时间"),
        _key("startup", "企业 企业名称 公司名称 项目"),
        _key("institution", "机构 机构名称 投资机构 对接机构"),
        _key("round", "轮次 融资轮次"),
        _money("sought", "拟融资 拟融资金额 拟融资额 融资需求"),
        _key("progress", "进展 对接进展 当前进展 状态 阶段"),
        _money("signed", "签约金额 签约额 签约"),
        _money("received", "到账金额 到账额 到账"),
        _field("note", "备注 说明"),
    ),
)
SERVICES = Layout(
    "服务台账",
    ("投资服务台账", "企业服务台账", "服务记录", "服务"),
    (
        _key("day", "日期 服务日期 时间 服务时间"),
        _key("startup", "企业 企业名称 公司名称 服务企业"),
        _field("category", "类别 服务类别 服务分类"),
        _key("type", "服务事项 事项 服务内容类型 服务项目 服务类型"),
        _field("content", "内容 服务内容 具体内容"),
        _field("partners", "参与机构 合作机构 机构"),
        _field("outcome", "成果 服务成果 结果"),
        _money("amount", "金额 涉及金额"),
        _field("state", "状态 服务状态 进展"),
        _field("handler", "经办 经办人 服务人员 负责人"),
    ),
)
FLOWS = Layout(
    "资金流",
    ("基金资金流", "现金流", "基金现金流", "资金流水"),
    (
        _key("name", "基金名称 基金全称 基金 名称"),
        _key("day", "日期 时间 发生日期 发生日"),
        _key("kind", "类型 类别 性质 资金流类型"),
        Field("amount", ("金额", "发生额", "资金流金额"), needed=True, is_money=True),
        _field("currency", "币种 货币"),
        _field("note", "备注 说明"),
        _field("source", "来源 数据来源"),
    ),
)
LAYOUTS = (INSTITUTIONS, FUNDS, STARTUPS, DEALS, SERVICES, FLOWS)

_UNIT = re.compile(r"(万亿|[十百千]?[万亿]|千|百)?元|万亿|[百千]?[万亿]")
_SCALE = {"百": 10**2, "千": 10**3, "万": 10**4, "百万": 10**6, "千万": 10**7, "亿": 10**8, "十亿": 10**9}
_SCALE |= {"百亿": 10**10, "千亿": 10**11, "万亿": 10**12, "十万": 10**5, "": 1}
_BRACKETED = re.compile(r"\(.*?\)")
_UNIT_AT_END = re.compile(rf"(?:[/:*]|单位)*(?:{_UNIT.pattern})?[*:]*$")


def heading_key(text: str) -> str:
    """A heading without white space, remarks in brackets, and unit: `认缴规模 （亿元）` is 认缴规模."""
    return _UNIT_AT_END.sub("", _BRACKETED.sub("", name_key(text)))


def unit_in(text: str) -> int | None:
    """The unit that a heading or a remark such as `单位：万元` names, in fen; None where it names none."""
    key = name_key(text)
    bracketed = "".join(_BRACKETED.findall(key))
    match = _UNIT.search(bracketed) or _UNIT.search(key.removeprefix(heading_key(text)))
    return _SCALE[match.group().removesuffix("元")] * 100 if match else None
