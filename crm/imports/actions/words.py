"""What the words of a ledger mean in the vocabularies."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from crm.deals.models import FUNDED_STAGE, DealStatus
from crm.imports.investors import key_of
from crm.lib.text import N_, Message, Unreadable
from crm.services.models import ServiceState
from crm.settings.queries import Terms

OTHER = "other"

_SYNONYMS: dict[str, dict[str, str]] = {
    "institution_kind": {
        "创投": "vc", "风投": "vc", "风险投资": "vc", "创业投资": "vc", "私募股权": "pe", "产业投资": "cvc",
        "企业创投": "cvc", "天使投资": "angel", "引导基金": "government_guidance",
        "政府基金": "government_guidance",
        "国资平台": "state_capital", "国资": "state_capital", "证券": "securities", "证券公司": "securities",
        "保险公司": "insurer", "担保公司": "guarantee", "租赁公司": "leasing", "融资租赁": "leasing",
        "金融资产投资公司": "aic", "商业银行": "bank",
    },
    "fund_kind": {
        "直投基金": "direct", "直接投资": "direct", "fof": "fund_of_funds", "政府引导基金": "government",
        "引导基金": "government", "s基金": "secondary", "并购": "merger", "专项": "special_purpose",
    },
    "flow_kind": {
        "认缴出资": "commitment", "承诺出资": "commitment", "增加认缴": "commitment", "减少认缴": "reduction",
        "减资": "reduction", "实缴": "call", "实缴出资": "call", "出资": "call", "催缴": "call", "call": "call",
        "分红": "distribution", "退出分配": "distribution", "收益分配": "distribution", "本金返还": "distribution",
        "可循环分配": "recallable", "再投资": "reinvested",
    },
    "fund_figure": {"净值": "nav", "资产净值": "nav", "期末净值": "nav", "nav": "nav"},
    "growth_stage": {
        "种子期": "seed", "起步期": "early", "初创期": "early", "扩张期": "growth", "成长期": "growth",
        "成熟期": "mature",
    },
    "startup_label": {
        "高企": "high_tech", "国家高新技术企业": "high_tech", "专精特新企业": "specialised",
        "专精特新中小企业": "specialised", "小巨人企业": "little_giant", "专精特新小巨人": "little_giant",
        "专精特新“小巨人”": "little_giant", "瞪羚企业": "gazelle", "独角兽企业": "unicorn",
    },
}  # fmt: skip

_STATES: dict[str, ServiceState] = {
    "完成": ServiceState.COMPLETED, "已完成": ServiceState.COMPLETED, "已办结": ServiceState.COMPLETED,
    "计划": ServiceState.PLANNED, "计划中": ServiceState.PLANNED, "待开展": ServiceState.PLANNED,
    "进行": ServiceState.IN_PROGRESS, "进行中": ServiceState.IN_PROGRESS,
    "取消": ServiceState.CANCELLED, "已取消": ServiceState.CANCELLED,
    "completed": ServiceState.COMPLETED, "planned": ServiceState.PLANNED,
    "in progress": ServiceState.IN_PROGRESS, "cancelled": ServiceState.CANCELLED,
}  # fmt: skip

_ENDINGS: dict[str, DealStatus] = {
    "机构放弃": DealStatus.PASSED, "机构拒绝": DealStatus.PASSED, "企业放弃": DealStatus.DECLINED,
    "企业拒绝": DealStatus.DECLINED, "搁置": DealStatus.ON_HOLD, "暂缓": DealStatus.ON_HOLD,
    "失效": DealStatus.LAPSED,
}  # fmt: skip
_WITH_REASON = re.compile(r"([^:(（\-—]+?)\s*(?:[:：\-—]+\s*(.*)|[(（](.*)[)）])?")


class Step(NamedTuple):
    """What a cell of 进展 says. `stage` is None where the words tell only how it ended."""

    stage: str | None
    status: DealStatus
    reason: str | None = None
    note: str = ""


class Words:
    """The vocabularies by every spelling that a ledger may use."""

    def __init__(self, terms: Terms) -> None:
        self.known = {vocabulary: [term.name_zh for term in words.values()] for vocabulary, words in terms.items()}
        self.codes = {
            vocabulary: {
                **{key_of(word): code for word, code in _SYNONYMS.get(vocabulary, {}).items()},
                **{key_of(name): code for code, term in words.items() for name in (term.name_zh, term.name_en, code)},
            }
            for vocabulary, words in terms.items()
        }
        self._steps: dict[str, Step] = {}

    def code(self, vocabulary: str, word: str) -> str | None:
        """The code for a word, or None."""
        return self.codes.get(vocabulary, {}).get(key_of(word))

    def list_of(self, vocabulary: str) -> str:
        return "、".join(self.known.get(vocabulary, []))

    def unknown(self, vocabulary: str, word: str) -> Message:
        return N_("“%(word)s” is not one of %(words)s", word=word, words=self.list_of(vocabulary))

    def several(self, vocabulary: str, words: Iterable[str]) -> tuple[tuple[str, ...], list[Message]]:
        """The codes for a list of words, in the order of the vocabulary, and what is not known of them."""
        found = {word: self.code(vocabulary, word) for word in words}
        codes = set(found.values())
        unknown = [self.unknown(vocabulary, word) for word, code in found.items() if code is None]
        ordered = dict.fromkeys(self.codes.get(vocabulary, {}).values())
        return tuple(code for code in ordered if code in codes), unknown

    def round(self, word: str) -> str:
        """The code of a round: A轮, 天使轮, pre-A. Raises Unreadable."""
        bare = re.sub(r"轮?(融资)?$", "", word.strip())
        with_dash = re.sub(r"(?i)^pre\s*[-－–—]?\s*", "Pre-", bare)
        spellings = (word, bare, with_dash)
        code = next((code for one in spellings if (code := self.code("round_name", one))), None)
        if code is None:
            raise Unreadable(self.unknown("round_name", word))
        return code

    def step(self, progress: str) -> Step:
        """Where a deal stands by the words of the ledger. Raises Unreadable."""
        step = self._steps.get(progress)
        if step is None:
            step = self._steps[progress] = self._read_step(progress)
        return step

    def _read_step(self, progress: str) -> Step:
        stage = self.code("deal_stage", progress) or self.code("deal_stage", progress.strip().removesuffix("中"))
        stage = stage or self.code("deal_stage", re.sub(r"^已|^完成", "", progress.strip()))
        if stage is not None:
            return Step(stage, DealStatus.COMPLETED if stage == FUNDED_STAGE else DealStatus.ACTIVE)
        match = _WITH_REASON.fullmatch(progress.strip())
        status = _ENDINGS.get(key_of(match[1])) if match else None
        if match is None or status is None:
            words = f"{self.list_of('deal_stage')}、{'、'.join(_ENDINGS)}"
            raise Unreadable(N_("“%(word)s” is not one of %(words)s", word=progress, words=words))
        reason = (match[2] or match[3] or "").strip()
        code = self.code("pass_reason", reason) if reason else None
        if status == DealStatus.PASSED or reason:
            return Step(None, status, code or OTHER, "" if code else reason)
        return Step(None, status)

    def state(self, word: str) -> ServiceState:
        """The state of a service. Raises Unreadable."""
        state = _STATES.get(word.strip().casefold()) or _STATES.get(key_of(word))
        if state is None:
            words = "、".join(self.known.get("service_state", []))
            raise Unreadable(N_("“%(word)s” is not one of %(words)s", word=word, words=words))
        return state
