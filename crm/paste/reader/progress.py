"""What happened: rounds, stages, passes with their reason, services; and what is only planned."""

from __future__ import annotations

# ruff: noqa: E501 - lists of words of the desk; a character of Chinese counts twice
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from crm.paste.reader.directory import Offered
from crm.paste.reader.text import Span

STAGES: dict[str, str] = {
    "referred": r"推荐给|推给|推了|介绍给|引荐|转给|对接给|对接了|推荐|(?:发|给|转)了?(?:他们|对方)?(?:一份)?\s?BP|introduced|referred|sent (?:the|our) deck",
    "interested": r"感兴趣|有兴趣|有意向|很有意愿|表示意向|意向(?!书|金额)|想看看?|想聊|愿意聊|想约|interested",
    "met": r"约见|见了|见过|见完|见面|会面|面谈|面聊|聊了|聊过|聊完|会谈|座谈|拜访|走访|来访|[二三]面(?=[，,、。；;了\s]|$)|来看(?!看)|实地看|碰了|碰面|电话会|开了个?会|沟通了|沟通过"
    r"|(?<![A-Za-z])(?:met|meet|meeting|had a call|call with|visited)(?![A-Za-z])",
    "pitched": r"路演|pitched|pitch day",
    "approved": r"立项",
    "due_diligence": r"尽调|尽职调查|进场|(?<![A-Za-z])DD(?![A-Za-z])|due diligence",
    "term_sheet": r"(?<![A-Za-z])TS(?![A-Za-z])|条款|投资意向书|term ?sheet",
    "committee": r"投决|投委会?|过会|上会|(?<![A-Za-z])IC(?![A-Za-z])|investment committee",
    "signed": r"签约|签了|签完|签署|签协议|签投资协议|签SPA|(?<![A-Za-z])(?:SPA|signed)(?![A-Za-z])",
    "funded": r"到账|到帐|打款|打了款|款到|交割|(?:钱|款项?)(?:也|都)?已?到|收到.{0,6}款|(?<![A-Za-z])(?:wired|funded|funds received|closed the round)(?![A-Za-z])",
}
ORDER = tuple(STAGES)
PAID = {"signed": "signed", "funded": "received"}  # the amount that a text names, by the stage that a deal reached
_STAGE = re.compile("|".join(f"(?P<{code}>{words})" for code, words in STAGES.items()), re.IGNORECASE)
_PASS = re.compile(
    r"(?<![A-Za-z])pass(?:ed)?(?![A-Za-z])|不投|放弃|不看了|先不看|暂时?不看|不考虑|不再?跟|不推进|不往下|婉拒|拒了|否了|否决|毙了|没过会|没通过|未通过|(?:投委会|投决会?|IC|会上)没(?:有|能)?过|没过(?=$|[，,。\s])|不感兴趣"
    r"|没兴趣|暂?不参与|退出了?|turned (?:it )?down|not (?:moving|going) forward|declined",
    re.IGNORECASE,
)
_DECLINED = re.compile(
    r"(?:企业|公司|创始人|创业者|项目方|团队)(?:方面|那边|自己)?.{0,4}(?:拒|婉拒|放弃|不要|不接受|不想要|没接受)"
)
_HOLD = re.compile(r"暂缓|搁置|先放一放|放一放|缓一缓|先等等|暂停|on hold|paused", re.IGNORECASE)
REASONS: dict[str, str] = {
    "valuation": r"估值|贵(?!司|公司|方|州|宾|阳|重)|价格|too expensive|valuation",
    "local_investment": r"返投|落地要求|迁址|local investment",
    "conflict": r"竞品|冲突|同类|投过类似|已经?投了|portfolio|conflict|competitor",
    "team": r"团队|创始人|股权(?:太)?分散|team",
    "sector": r"赛道|方向|领域|行业不|不看(?:硬件|软件|应用|模型|机器人|具身|芯片|医疗|消费)|sector|thesis",
    "ticket": r"额度|金额(?:太|偏)|盘子|体量|单笔|ticket|too (?:small|large)",
    "stage": r"阶段|太早|偏早|早期|太晚|偏晚|后期|too early|too late",
    "timing": r"时机|节奏|今年不|明年再|募资期|没钱|观望|timing|not now",
}
_TERMS = re.compile(STAGES["term_sheet"], re.IGNORECASE)
_CONTRACT = re.compile(r"SPA|协议|签约")  # signed for good; a signed term sheet is not
# 还没, 未: it has not happened. 了, 过, 已: it has. 约, 准备: it will.
_NOT_YET = re.compile(
    r"还没|尚未|没有|未能|还未|没(?:出|签|到|上|定)|暂未|未(?=出|签|到|上)|不急|not yet|haven't|no .{0,10} yet",
    re.IGNORECASE,
)
_DONE = re.compile(
    r"已|刚|(?<!约)了(?!解)|(?<!不)过(?!会|来|去|两|几)|完(?!善)|今天|昨|前天|上周|\bmet\b|\bhad\b|signed|received|wired|done|passed",
    re.IGNORECASE,
)
_PLANNED = re.compile(
    r"(?<![签大节])约(?!见了|过|见过|谈)|来(?=尽调|看|谈|聊|路演|签|参观|实地)|计划|打算|准备|将|安排|待|再(?!次)|继续|下周|下个?月|下礼拜|明天|明日|明早|后天|明年|月底|等(?=.{0,8}(?:后|再|完|反馈|回复))|(?<![主需重])要(?!求|素|是|点)"
    r"|希望|争取|预计|预约|尽快|拟|之后|接下来|下一步|敲定|安排在|想(?=约|看|聊|安排|请)|will|plan|next|tomorrow|schedul|to be|going to|follow up|let's|\bneeds?\b",
    re.IGNORECASE,
)
OPENS = re.compile(
    r"启动(?!尽调|尽职|DD)|开放|开启|新一轮|准备融|要融|想融|在融|融资|拟融|seeking|raising|raise", re.IGNORECASE
)
_NEXT = re.compile(r"下一步|接下来|next step|follow[- ]?up|跟进", re.IGNORECASE)

_ROUND = re.compile(
    r"(?P<name>种子|天使\+?|战略|并购|定增|可转债|老股(?:转让)?)\s?(?P<wheel>轮|融资|投资(?!人|部|总|经)|round)?"
    r"|(?<![A-Za-z])(?:series\s?)(?P<series>[A-G]\+{0,2})(?![A-Za-z])"
    r"|(?<![A-Za-z])(?P<letter>pre-?\s?[A-C]\+?|pre-?\s?IPO|[A-G]\+{0,2}|seed|angel|strategic)\s?(?P<round>轮|round|融资)?(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_ALIASES = {"老股": "secondary", "老股转让": "secondary"}

SERVICES: dict[str, str] = {
    "BP辅导": r"(?:改|辅导|优化|打磨|修改|梳理|写|过|(?<![想要先])看|帮忙改|完善)(?:了|过|完|一下|两版|第.版|一版|一遍|[一两三几]轮|下)*(?:他们?的?|其)?\s?(?:BP|商业计划书|融资材料)"
    r"|(?:BP|商业计划书|融资材料)\s?(?:的)?(?:辅导|修改|优化|打磨|诊断|梳理|改|完善|coaching|review)|(?:review(?:ed)?|revised|worked on|coached).{0,20}(?:pitch deck|business plan|BP)",
    "估值与股权架构": r"股权架构|股权结构|估值(?:辅导|模型|测算)|架构梳理|cap table|equity structure",
    "股权激励方案": r"股权激励|期权池|期权方案|持股平台|ESOP|incentive plan",
    "高新技术企业认定": r"高企|高新技术企业",
    "专精特新申报": r"专精特新|小巨人",
    "大模型备案辅导": r"备案辅导|大模型备案|算法备案|生成式.{0,8}备案|模型备案|model filing",
    "银行授信": r"授信|银行贷款|信用贷|流贷|科创贷|经营贷|贷款|credit line|bank loan",
    "融资担保": r"融资担保|担保(?!法)|loan guarantee",
    "知识产权质押": r"(?:知识产权|知产|专利)质押(?:贷款)?|IP pledge",
    "融资租赁": r"融资租赁|设备租赁|售后回租",
    "上市辅导": r"上市辅导|IPO辅导|科创板|北交所|股改|listing advice",
    "并购辅导": r"并购辅导|并购方案",
    "专场路演": r"专场路演|路演活动|路演日|路演|roadshow|demo day",
    "投融资沙龙": r"沙龙|闭门会|私董会|salon",
    "算力券": r"算力券|算力补贴|算力抵扣|compute voucher",
    "语料授权": r"语料授权|语料(?:对接|开放|采购)|corpus licen[cs]e",
    "人才引进": r"人才引进|落户|居转户|人才公寓|人才政策",
    "场景对接": r"场景对接|应用场景对接|场景开放|对接.{0,6}场景",
}  # fmt: skip
_ONGOING = re.compile(r"正在|在办|办理中|推进中|进行中|审核中|受理|in progress|under review", re.IGNORECASE)


@dataclass(frozen=True)
class Word:
    """A code that a part of the text stands for."""

    code: str
    start: int
    end: int


def rounds_in(text: str, span: Span, names: Mapping[str, tuple[str, ...]]) -> list[Word]:
    """The round names in a part, as codes of the vocabulary."""
    codes = {key: code for code, words in names.items() for key in (code, *(word.lower() for word in words))}
    found = []
    for match in _ROUND.finditer(text, *span):
        written = next(filter(None, (match["name"], match["series"], match["letter"])))
        alone = match["series"] or match["wheel"] or match["round"] or written in ("老股转让", "定增", "可转债")
        if not alone and not re.fullmatch(r"(?:pre-?\s?[A-Ca-c]\+?|pre-?\s?ipo|[A-G]\+{1,2})", written, re.IGNORECASE):
            continue
        key = re.sub(r"^pre-?\s?", "pre-", written.lower())
        code = _ALIASES.get(written) or codes.get(key)
        if code in names:
            found.append(Word(str(code), match.start(), match.end()))
    return found


def is_planned(clause: str, *, has_day_ahead: bool) -> bool:
    """Whether a clause says what will be, and not what has been."""
    if has_day_ahead:
        return True
    return _PLANNED.search(clause) is not None and _DONE.search(clause) is None


def names_next_step(clause: str) -> bool:
    """Whether a clause says of itself that it is the next step."""
    return _NEXT.search(clause) is not None


def without_label(text: str, span: Span) -> Span:
    """下一步：实地走访 is 实地走访."""
    label = re.compile(r"(?:下一步|接下来|下步计划|next steps?)\s*:\s*", re.IGNORECASE).match(text, *span)
    return (label.end(), span[1]) if label else span


def stages_in(text: str, span: Span) -> Iterator[Word]:
    """The stages that a clause says were reached; 不, 没 and 还没 in front of them take them back."""
    if _NOT_YET.search(text, *span):
        return
    for match in _STAGE.finditer(text, *span):
        if text[max(match.start() - 1, span[0]) : match.start()] in ("不", "没", "未"):
            continue
        if match.lastgroup == "signed" and _TERMS.search(text, *span) and not _CONTRACT.search(text, *span):
            continue
        yield Word(match.lastgroup or "", match.start(), match.end())


def further(one: Word | None, other: Word) -> Word:
    """The later of two stages."""
    return other if one is None or ORDER.index(other.code) >= ORDER.index(one.code) else one


def status_in(text: str, span: Span) -> Word | None:
    """Whether a part says that a deal ended or rests: passed, declined or on_hold."""
    for code, pattern in (("declined", _DECLINED), ("passed", _PASS), ("on_hold", _HOLD)):
        match = pattern.search(text, *span)
        if match is not None:
            return Word(code, match.start(), match.end())
    return None


def reason_in(text: str, span: Span) -> Word | None:
    """Why an institution passed, as far as the part says."""
    for code, words in REASONS.items():
        match = re.compile(words, re.IGNORECASE).search(text, *span)
        if match is not None:
            return Word(code, match.start(), match.end())
    return None


def services_in(text: str, span: Span, offered: tuple[Offered, ...]) -> list[Word]:
    """The service types that a part names, as ids of the catalogue; the longest name at a place."""
    found: list[Word] = []
    for one in offered:
        patterns = [SERVICES[name] for name in one.names if name in SERVICES]
        patterns += [re.escape(name) for name in one.names if len(name) > 2]
        match = re.compile("|".join(patterns), re.IGNORECASE).search(text, *span) if patterns else None
        if match is not None:
            found.append(Word(one.id, match.start(), match.end()))
    longest = sorted(found, key=lambda word: word.start - word.end)
    kept: list[Word] = []
    for word in longest:
        if not any(word.start < other.end and other.start < word.end for other in kept):
            kept.append(word)
    return sorted(kept, key=lambda word: word.start)


def is_ongoing(text: str) -> bool:
    """Whether a service is under way."""
    return _ONGOING.search(text) is not None
