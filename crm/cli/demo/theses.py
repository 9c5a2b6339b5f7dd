"""What institutions say that they look for, and what startups are good at, in words; invented."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from crm.funds.queries import funds_of
from crm.institutions.models import Institution
from crm.settings.queries import label, offered
from crm.startups.models import Startup

# What is done in each industry, as theses and profiles name it.
SCENES = {
    "health": ("影像辅助诊断", "病历质控", "药物分子生成"),
    "finance": ("智能投研", "信贷风控", "理赔审核"),
    "manufacturing": ("产线视觉质检", "设备预测性维护", "工艺参数优化"),
    "education": ("作业批改", "个性化学习路径", "虚拟教师"),
    "entertainment": ("短剧生成", "数字人直播", "游戏角色对话"),
    "office": ("会议纪要", "合同审阅", "企业知识库问答"),
    "automotive": ("智能座舱", "端到端辅助驾驶", "仿真数据合成"),
    "consumer_hardware": ("端侧语音助手", "智能眼镜", "陪伴机器人"),
    "science": ("材料发现", "蛋白质结构预测", "气象预报"),
    "government": ("政务热线", "公文写作", "城市运行监测"),
    "general": ("多模态理解", "长文本推理", "智能体编排"),
}
OPENINGS = ("重点关注", "长期跟踪", "偏好")
CLOSINGS = (
    "要求已有付费客户，创始团队有工程落地经验。",
    "看重数据壁垒与续约率，可配合后续轮次。",
    "希望企业能与我们的产业资源协同。",
    "看技术领先性，对收入规模不做硬性要求。",
)
STRUCTURES = ("domestic",) * 16 + ("red_chip", "vie", None, None)
DOMESTIC_ONLY = 0.35
FIELDS = 2  # industries that a thesis names
STRONG_LEANING = 2
READER_STAGES, READER_SECTORS = ("early", "growth"), ("models", "tools", "applications")  # of the investor's account


@dataclass
class Theses:
    """Theses of institutions, and a first paragraph in the profile of every startup."""

    chance: random.Random

    def tell(self, institutions: Sequence[Institution], startups: Sequence[Startup]) -> None:
        self.widen(institutions[0])
        for one in institutions:
            one.thesis = self.thesis(one)
            if self.chance.random() < DOMESTIC_ONLY:
                one.structures = ("domestic",)
        for startup in startups:
            startup.structure = self.chance.choice(STRUCTURES)
            startup.profile = self.profile(startup)

    @staticmethod
    def widen(reader: Institution) -> None:
        """The institution of the investor's account takes enough for its portal to show something."""
        reader.growth_stages, reader.sectors = READER_STAGES, READER_SECTORS
        for fund in funds_of(reader):
            fund.growth_stages, fund.sectors = (), ()

    def thesis(self, one: Institution) -> str:
        industries = self.chance.sample(offered("sector_vertical"), FIELDS)
        layers = "、".join(word("sector_layer", code) for code in one.sectors[:2])
        fields = "，".join(
            f"{word('sector_vertical', code)}领域的{'、'.join(self.chance.sample(SCENES[code], 2))}"
            for code in industries
            if code in SCENES
        )
        opening, closing = self.chance.choice(OPENINGS), self.chance.choice(CLOSINGS)
        return f"{opening}{layers}方向，尤其是{fields}。{closing}"

    def profile(self, startup: Startup) -> str:
        scenes = SCENES.get(startup.sector_vertical or "", SCENES["general"])
        scene = scenes[startup.id % len(scenes)]
        return f"{startup.short_name}做{scene}，服务{word('sector_vertical', startup.sector_vertical)}客户。"


def word(vocabulary: str, code: str | None) -> str:
    return label(vocabulary, code, "zh_CN")


def leaning(institution: Institution, startup: Startup) -> int:
    """How much a thesis speaks of what a startup does: 2 for the very thing, 1 for its industry."""
    scenes = SCENES.get(startup.sector_vertical or "", ())
    if any(scene in institution.thesis and scene in startup.profile for scene in scenes):
        return STRONG_LEANING
    return int(bool(startup.sector_vertical) and word("sector_vertical", startup.sector_vertical) in institution.thesis)
