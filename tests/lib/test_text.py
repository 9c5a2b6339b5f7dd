from __future__ import annotations

import sys
import unicodedata

from crm.lib.text import INVISIBLE, N_, Message, Unreadable, is_blank, plain

CHINESE = {
    "Row %(row)s: %(reason)s": "第%(row)s行：%(reason)s",
    "the date is missing": "缺少日期",
    "100 % sure": "百分之百",
}


def chinese(text: str) -> str:
    return CHINESE[text]


def test_a_message_is_english_until_somebody_translates_it():
    message = N_("Row %(row)s: %(reason)s", row=3, reason=N_("the date is missing"))
    assert str(message) == "Row 3: the date is missing"
    assert message.format(chinese) == "第3行：缺少日期"


def test_a_message_without_values_may_contain_a_per_cent_sign():
    assert N_("100 % sure").format(chinese) == "百分之百"


def test_a_value_that_looks_like_a_place_is_left_alone():
    assert str(N_("Row %(row)s: %(reason)s", row=1, reason="%(row)s %s")) == "Row 1: %(row)s %s"


def test_equal_messages_are_one_in_a_set():
    assert len({N_("a", b=1, c=2), N_("a", c=2, b=1), Message("a", (("b", 1), ("c", 2)))}) == 1


def test_an_unreadable_text_carries_its_message():
    error = Unreadable(N_("“%(text)s” is not a date", text="x"))
    assert error.message.values == (("text", "x"),)
    assert str(error) == "“x” is not a date"


def test_dashes_slashes_and_words_for_none_are_blank():
    for blank in ("", "  ", "　", "——", "—", "-", "/", "无", "暂无", None):
        assert is_blank(blank), blank
    for filled in ("0", 0, 0.0, "无锡", "-5", "种子/天使"):
        assert not is_blank(filled), filled


def test_invisible_characters_are_those_that_unicode_calls_format_and_control():
    for number in range(sys.maxunicode + 1):
        character = chr(number)
        category = unicodedata.category(character)
        hidden = category in ("Cf", "Cc") and not character.isspace()
        if category != "Cn":
            assert (INVISIBLE.fullmatch(character) is not None) == hidden, hex(number)


def test_plain_text_has_half_width_forms_and_no_invisible_characters():
    assert plain("　３，０００ 万\u200b元\ufeff ") == "3,000 万元"
