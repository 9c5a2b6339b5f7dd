"""Companies that nobody knows yet, recognised by how company names end."""

from __future__ import annotations

# ruff: noqa: E501 - lists of endings; a character of Chinese counts twice
import re

from crm.paste.reader.directory import COMMON, PLACE, Mention, core_of
from crm.paste.reader.text import even

FINANCE = re.compile(
    r"资本|创投|创业投资|股权投资|投资|基金|私募|资产管理|银行|证券|保险|担保|融资租赁|capital|ventures|partners|fund|invest|bank",
    re.IGNORECASE,
)
_HAN = r"\u4e00-\u9fff"
_LEGAL = re.compile(
    rf"[{_HAN}A-Za-z0-9()·&]{{2,40}}?(?:有限责任公司|股份有限公司|有限公司|合伙企业\(有限合伙\)|合伙企业)"
)
_SHORT = re.compile(
    rf"(?P<brand>[{_HAN}]{{2,10}}|[A-Z][A-Za-z0-9]{{1,14}})"
    r"(?P<end>资本|创投|智能科技|科技|智能|机器人|智算|生物|半导体|银行|投资(?![经总人方额协意款期决了的于比组标收回者副合主部委机一\d])"
    r"|基金(?![管公经的了会份规产])|智驾|医疗|网络)"
    rf"(?=$|[^{_HAN}]|[的和与跟给在把也都来想要说见约已表对介推是有会觉投领那那边这王李张刘陈杨赵黄周吴徐孙马朱胡林郭何高罗]|合伙人|投资|总|创始)"
)
_LATIN = re.compile(
    r"\b(?P<name>[A-Z][\w&.'-]*(?: (?:of|and|&|[A-Z][\w&.'-]*)){0,3}? "
    r"(?P<end>Capital|Ventures|Venture Partners|Partners|Investments?|Technologies|Technology|Tech|Robotics|AI|Labs?|Bank)"
    r"(?: (?:Management|Group|China))?(?:,? (?:Co\.?,? ?Ltd\.?|Inc\.?|Ltd\.?|Limited|LLC))?)(?![A-Za-z])"
)
# Where a sentence goes over into a name: 今天见了|蓝渚资本.
_CUT = re.compile(
    r".*(?:见了|约了|聊了|介绍了|推荐了|对接了|拜访了|走访了|走访|拜访|介绍给|推荐给|引荐给|对接给|推给|对接|约见|见到|聊过|见过"
    r"|介绍|推荐|引荐|来自|名为|叫做|公司|企业|机构|项目|单位|客户|关于|以及|还有|今天|明天|昨天|后天|前天|上午|下午|晚上|中午"
    r"|周[一二三四五六日天]|[下上本这]周|刚刚|刚才|刚|已经|同时|另外|新来|新的|一家|两家|我们|他们|那边|这边|现在|目前|由|跟|和|与|及|给|帮|为|是|的|了|把|在|到|向|请|让|找|简称|下称|约|见|拿|有"
    r"|老师|同事|帮忙|准备|计划|打算|安排|追加|签约|签了|尽调|名称|全称|单位名称|聊|推|发|看|叫|转|去|往|对|从|等|被|个|家|位|过)"
)
_NO_BRAND = COMMON | frozenset(
    [
        "产业",
        "股权",
        "风险",
        "早期",
        "人民币",
        "美元",
        "美金",
        "母",
        "引导",
        "政府",
        "国资",
        "国有",
        "并购",
        "专项",
        "直投",
        "天使轮",
        "战略投",
        "财务",
        "拟",
        "意向",
        "跟",
        "领",
        "追加",
        "本次",
        "本轮",
        "高",
        "新",
        "生成式人工",
        "信息",
        "数字",
        "生物",
        "金融",
        "计算",
        "前沿",
        "硬",
        "一家",
        "这家",
        "那家",
        "该",
        "对方",
        "其他",
        "多家",
        "几家",
        "商业",
        "招商引",
        "开发",
        "合作",
        "互联网",
        "固定资产",
        "对外",
        "创业",
        "科技",
        "智能",
        "想",
        "可",
        "愿意",
        "打算",
        "准备",
        "计划",
        "考虑",
        "额度",
        "总",
        "首次",
        "后续",
        "大额",
        "单笔",
        "股份制",
        "开户",
        "贷款",
        "合作的",
    ]
)


def newcomers_in(text: str, known: list[Mention]) -> list[Mention]:
    """Companies by their endings, in the order of the text; what is known already is left out."""
    plain = even(text)
    found: list[Mention] = []
    for pattern, read in ((_LEGAL, _legal), (_SHORT, _short), (_LATIN, _latin)):
        for match in pattern.finditer(plain):
            mention = read(text, match)
            if mention is not None and not _overlaps(mention, known if pattern is not _LEGAL else []):
                found.append(mention)
    kept: list[Mention] = []
    for mention in sorted(found, key=lambda one: one.start - one.end):
        if not _overlaps(mention, kept):
            kept.append(mention)
    return sorted(kept, key=lambda one: one.start)


def _overlaps(mention: Mention, others: list[Mention]) -> bool:
    return any(mention.start < other.end and other.start < mention.end for other in others)


def _mention(text: str, start: int, end: int) -> Mention:
    written = " ".join(text[start:end].split())
    return Mention("institution" if FINANCE.search(written) else "startup", start, end, written, is_new=True)


def _legal(text: str, match: re.Match[str]) -> Mention | None:
    start, whole = match.start(), match.group()
    place = [one.start() for one in re.finditer(rf"(?<!\()(?:{PLACE})", whole) if one.start() < len(whole) - 8]
    body = whole[: len(whole) - 4]
    cut = _CUT.match(body[: max(len(body) - 4, 0)])
    if place:
        start += max(place)
    elif cut is not None:
        start += cut.end()
    mention = _mention(text, start, match.end())
    return mention if len(core_of(mention.written)) >= 2 else None


def _short(text: str, match: re.Match[str]) -> Mention | None:
    brand, start = match["brand"], match.start("brand")
    cut = _CUT.match(brand)
    if cut is not None:
        start, brand = start + cut.end(), brand[cut.end() :]
    place = re.match(rf"(?:{PLACE})(?=..)", brand)
    bare = brand[place.end() :] if place else brand
    odd = bare in _NO_BRAND or len(bare) < 2 or (not bare.isascii() and len(bare) > 4)
    if odd or any(bare.endswith(word) for word in ("股权", "产业", "风险", "战略", "天使", "引导", "人工", "具身")):
        return None
    return _mention(text, start, match.end("end"))


def _latin(text: str, match: re.Match[str]) -> Mention | None:
    first = match["name"].split()[0]
    if first.lower() in {"the", "we", "our", "their", "met", "with", "series", "dear", "hi", "an", "a", "generative"}:
        return None
    return _mention(text, match.start("name"), match.end("name"))
