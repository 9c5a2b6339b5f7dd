"""Text likeness, with the arithmetic in the test."""

from __future__ import annotations

from math import isclose, log, sqrt

from crm.matching.likeness import Theses


def test_words_that_fewer_theses_use_weigh_more() -> None:
    theses = Theses(["医疗影像", "医疗"])
    # 医疗 stands in both of two theses: log(3/3) + 1; 疗影 and 影像 in one: log(3/2) + 1.
    assert theses.rarity["医疗"] == 1
    assert isclose(theses.rarity["影像"], log(3 / 2) + 1)


def test_the_cosine_is_what_it_is_by_hand() -> None:
    theses = Theses(["医疗影像", "医疗"])
    rare = log(3 / 2) + 1
    profile = theses.vector("影像")  # one known word: length 1
    assert profile == {"影像": 1.0}
    expected = rare / sqrt(1 + 2 * rare**2)  # its part of the vector (1, rare, rare) of 医疗影像
    assert isclose(theses.likeness("医疗影像", profile), expected)


def test_the_same_words_are_alike_and_others_are_not() -> None:
    theses = Theses(["端侧 inference chips", "文娱短剧"])
    assert isclose(theses.likeness("端侧 inference chips", theses.vector("Inference Chips 端侧")), 1)
    assert theses.likeness("文娱短剧", theses.vector("inference")) == 0
    assert theses.likeness("", theses.vector("inference")) == 0, "an institution that says nothing is like nobody"


def test_shared_words_are_told_whole() -> None:
    theses = Theses(["关注影像辅助诊断与病历质控", "关注短剧生成"])
    assert theses.shared("关注影像辅助诊断与病历质控", theses.vector("做影像辅助诊断")) == ["影像辅助诊断"]
    assert theses.shared("invests in edge inference", Theses(["invests in edge inference"]).vector("edge")) == []
