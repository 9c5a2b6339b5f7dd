"""The names that the platform knows, and how they are found in a text: the longest one, short and former ones too."""

from __future__ import annotations

# ruff: noqa: E501 - lists of places; a character of Chinese counts twice
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from crm.lib.names import name_key
from crm.lib.text import INVISIBLE
from crm.paste.reader.text import Span

PLACES = (
    "北京", "上海", "天津", "重庆", "深圳", "广州", "杭州", "苏州", "南京", "成都", "武汉", "西安", "合肥", "宁波", "无锡",
    "厦门", "青岛", "长沙", "郑州", "济南", "福州", "珠海", "东莞", "佛山", "嘉兴", "常州", "南通", "绍兴", "温州", "海南",
    "江苏", "浙江", "广东", "安徽", "福建", "四川", "湖北", "湖南", "山东", "香港", "中国", "徐汇", "临港", "大连", "沈阳",
)  # fmt: skip
PLACE = "|".join(PLACES)
FORM = re.compile(r"\(有限合伙\)$|(?:有限责任公司|股份有限公司|有限公司|合伙企业|集团)$")
BUSINESS = re.compile(
    r"(?:私募基金管理|创业投资管理|股权投资管理|股权投资基金管理|投资管理|资本管理|基金管理|资产管理|创业投资|股权投资"
    r"|智能科技|信息科技|网络科技|数据科技|人工智能科技|科技发展|信息技术|科技|智能|技术|资本|创投|投资|基金|机器人)$"
)
# Words that a stem may not be: people say them without meaning the company.
COMMON = frozenset(
    [
        "天使",
        "智能",
        "科技",
        "未来",
        "创新",
        "资本",
        "投资",
        "基金",
        "数据",
        "模型",
        "算力",
        "项目",
        "公司",
        "机构",
        "银行",
        "平台",
        "团队",
        "中国",
        "上海",
        "北京",
        "战略",
        "政府",
        "引导",
        "国际",
        "集团",
        "时代",
        "世界",
        "今天",
        "明天",
        "新能源",
        "人工智能",
        "大模型",
        "具身",
        "合作",
        "合伙",
        "企业",
        "产业",
        "创业",
        "股权",
        "风险",
        "母基金",
        "浦东",
        "徐汇",
        "应用",
    ]
)
FULL, SHORT, FORMER, CORE, STEM = 5, 4, 3, 2, 1


@dataclass(frozen=True)
class Known:
    """A record of the platform: `kind` is startup or institution."""

    kind: str
    name: str
    short_name: str = ""
    former_names: tuple[str, ...] = ()


@dataclass(frozen=True)
class Offered:
    """A service type of the catalogue: its id and its names in both languages."""

    id: str
    names: tuple[str, ...]


@dataclass
class Directory:
    """Everything that the reader may know: records, service types, and the round names as {code: names}."""

    known: Iterable[Known] = ()
    services: tuple[Offered, ...] = ()
    rounds: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.called: dict[str, list[tuple[int, Known]]] = {}
        for one in self.known:
            for alias, rank in aliases(one).items():
                self.called.setdefault(alias, []).append((rank, one))
        self.longest = max(map(len, self.called), default=0)

    def meant_by(self, key: str) -> list[Known]:
        """The records that are called so; those for whom it is a full name before those for whom it is a part."""
        found = self.called.get(key, [])
        best = max((rank for rank, _ in found), default=0)
        return list(dict.fromkeys(one for rank, one in found if rank == best))


def aliases(one: Known) -> dict[str, int]:
    """{key: how sure it means the record} of everything that people call it."""
    told: dict[str, int] = {}

    def add(name: str, rank: int) -> None:
        key = name_key(name)
        fits = len(key) >= 2 and key not in COMMON and not (key.isascii() and len(key) < 3 and rank < SHORT)
        if fits and told.get(key, 0) < rank:
            told[key] = rank

    add(one.name, FULL)
    add(one.short_name, SHORT)
    for former in one.former_names:
        add(former, FORMER)
        add(core_of(former), STEM)
    add(core_of(one.name), CORE)
    for placed in with_place(one.name):
        add(placed, CORE)
    for base in (core_of(one.name), name_key(one.short_name)):
        add(BUSINESS.sub("", base), STEM)
    return told


def core_of(name: str) -> str:
    """A company's name without place and legal form: 上海衡汐智能科技有限公司 is 衡汐智能科技."""
    key = FORM.sub("", FORM.sub("", name_key(name)))
    key = re.sub(rf"^(?:{PLACE})(?:市|自贸区)?(?=..)", "", key)
    return re.sub(rf"\((?:{PLACE})(?:市)?\)", "", key)


def with_place(name: str) -> tuple[str, ...]:
    """How people tell namesakes apart: 穹庐（杭州）创业投资有限公司 is 穹庐（杭州）, and 穹庐杭州."""
    stem = BUSINESS.sub("", FORM.sub("", FORM.sub("", name_key(name))))
    return (stem, re.sub(r"[()]", "", stem)) if stem.endswith(")") else ()


@dataclass(frozen=True)
class Mention:
    """A company named in the text. `names`: the records that it may mean; none for one that nobody knows yet."""

    kind: str
    start: int
    end: int
    written: str
    names: tuple[str, ...] = ()
    is_new: bool = False

    @property
    def span(self) -> Span:
        """Where it stands."""
        return self.start, self.end

    @property
    def value(self) -> str:
        """What a field should say: the record's name, or what was written where several are called so."""
        return self.names[0] if len(self.names) == 1 else self.written


class Folded:
    """A text as names are compared, each character with the place that it came from."""

    def __init__(self, text: str) -> None:
        self.characters: list[str] = []
        self.places: list[int] = []
        for place, character in enumerate(text):
            if character.isspace() or INVISIBLE.match(character):
                continue
            for one in unicodedata.normalize("NFKC", character).casefold():
                self.characters.append({"【": "(", "】": ")", "〔": "(", "〕": ")", "[": "(", "]": ")"}.get(one, one))
                self.places.append(place)
        self.text = "".join(self.characters)


def known_in(text: str, directory: Directory) -> list[Mention]:
    """Every known company in the text, the longest name at each place."""
    folded, found, at = Folded(text), [], 0
    while at < len(folded.text):
        mention, length = _known_at(text, folded, at, directory)
        if mention is not None:
            found.append(mention)
        at += length
    return found


def _known_at(text: str, folded: Folded, at: int, directory: Directory) -> tuple[Mention | None, int]:
    for length in range(min(directory.longest, len(folded.text) - at), 1, -1):
        key = folded.text[at : at + length]
        if key not in directory.called:
            continue
        start, end = folded.places[at], folded.places[at + length - 1] + 1
        if _cuts_word(text, start, end):
            continue
        meant = directory.meant_by(key)
        end = _with_business(text, end, meant)
        kinds = {one.kind for one in meant}
        kind = meant[0].kind if len(kinds) == 1 else _likely_kind(text[start:end])
        names = tuple(one.name for one in meant if one.kind == kind) or tuple(one.name for one in meant)
        return Mention(kind, start, end, text[start:end].strip(), names), length
    return None, 1


def _cuts_word(text: str, start: int, end: int) -> bool:
    """Whether a Latin name stands inside a longer word or stretches over several."""
    before, after = text[start - 1 : start], text[end : end + 1]
    return any(
        edge.isascii() and edge.isalnum() and other.isascii() and other.isalnum()
        for edge, other in ((text[start], before), (text[end - 1], after))
    )


def _with_business(text: str, end: int, meant: list[Known]) -> int:
    """临渚 in 临渚创投 is the institution with its business: both belong to the name."""
    if meant[0].kind != "institution":
        return end
    more = re.match(r"\s?(?:资本|创投|基金|投资(?![经总人额协意])|Capital|Ventures)", text[end:], re.IGNORECASE)
    return end + more.end() if more else end


def _likely_kind(written: str) -> str:
    return "institution" if re.search(r"资本|创投|投资|基金|capital|ventures", written, re.IGNORECASE) else "startup"
