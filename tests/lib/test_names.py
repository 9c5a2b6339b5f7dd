from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from crm.lib.names import name_key, split_names, tidy_name, told_apart


def test_spaces_widths_and_brackets_do_not_matter():
    spellings = [
        "寒溪（深圳）投资管理有限公司",
        "寒溪(深圳)投资管理有限公司",
        "　寒溪（深圳）投资管理有限公司 ",
        "寒溪【深圳】投资管理有限公 司",
        "寒溪（深圳）\u200b投资管理有限公司",
    ]
    assert len({name_key(spelling) for spelling in spellings}) == 1
    assert name_key("ＡＢＣ Capital") == name_key("abc capital")


def test_place_and_legal_form_stay():
    assert name_key("寒溪（深圳）投资管理有限公司") != name_key("寒溪（杭州）投资管理有限公司")
    assert name_key("寒溪投资管理有限公司") != name_key("寒溪投资")


def test_a_stored_name_is_trimmed_and_has_chinese_brackets():
    assert tidy_name("　寒溪(深圳)投资管理有限公司 ") == "寒溪（深圳）投资管理有限公司"
    assert tidy_name("ABC  Capital (HK)\n") == "ABC Capital (HK)"
    assert tidy_name("上海峤石\n科技有限公 司 AI 研究院") == "上海峤石科技有限公司 AI 研究院"


def test_a_list_of_names_is_split_outside_brackets_only():
    assert split_names("甲（北京、上海）公司、乙；丙/丁，戊\n己,") == [
        "甲（北京、上海）公司",
        "乙",
        "丙",
        "丁",
        "戊",
        "己",
    ]
    assert split_names("") == []


@given(st.text(max_size=40))
def test_a_key_is_stable_and_a_stored_name_keeps_it(text):
    assert name_key(name_key(text)) == name_key(text)
    assert name_key(tidy_name(text)) == name_key(text)


def test_names_are_as_short_as_tells_them_apart():
    full = [
        "朔望（苏州）创业投资有限公司",
        "朔望（上海）投资管理有限公司",
        "弦歌（北京）资本管理有限公司",
        "浦江资本",
        "无短名基金",
    ]
    assert list(told_apart(full, ["朔望", "朔望", "弦歌", "浦江资本", ""]).values()) == [
        "朔望（苏州）",
        "朔望（上海）",
        "弦歌",
        "浦江资本",
        "无短名基金",
    ]
    of_one_place = ["朔望（苏州）创业投资有限公司", "朔望（苏州）私募基金管理有限公司", "苏州朔望投资有限公司"]
    assert list(told_apart(of_one_place, ["朔望"] * 3).values()) == of_one_place
