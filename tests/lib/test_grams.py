"""What a name is found by, before any database: worked examples."""

from __future__ import annotations

import subprocess
import sys

import pytest

from crm.lib.grams import MOST_TOKENS, holds, start_of, terms_of, tokens_of
from crm.lib.pinyin import MOST_SPELLINGS, readings, spellings, without_tone

NAMES = ("无问芯穹", "上海无问芯穹智能科技有限公司")
CODES = ("91310104MA1FR12345", "P1234567")


def finds(typed: str, names: tuple[str, ...] = NAMES, texts: tuple[str, ...] = (), codes: tuple[str, ...] = ()) -> bool:
    return holds(" ".join(tokens_of(names, texts, codes)), terms_of(typed))


@pytest.mark.parametrize(
    "typed",
    [
        *("芯穹", "问芯", "无问芯穹", "智能科技", "穹", "无", "司"),
        *("wwxq", "ww", "wwx", "wxq", "xq", "WWXQ", "ｗｗｘｑ", "shww", "wwxqzn"),
        *("wuwenxinqiong", "wuwen", "wuwenx", "xinqiong", "shanghai"),
        *("芯穹 上海", "wwxq 科技", "无问 芯穹"),
    ],
)
def test_a_startup_is_found_by(typed: str) -> None:
    assert finds(typed)


@pytest.mark.parametrize("typed", ["芯问", "穹芯", "北京", "wxwq", "wenwu", "穹苍", "芯穹 北京", "w", "科学"])
def test_a_startup_is_not_found_by(typed: str) -> None:
    assert not finds(typed)


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("重庆长安银行", "cqcayh"),
        ("重庆长安银行", "chongqing"),
        ("重庆长安银行", "changan"),
        ("重庆长安银行", "zqcayh"),
        ("乐行科技", "lexing"),
        ("乐行科技", "yuehang"),
        ("绿洲资本", "lvzhou"),
        ("绿洲资本", "luzhou"),
        ("吕梁基金", "lvliang"),
        ("厦门晟元", "xiamen"),
        ("厦门晟元", "xmcy"),
    ],
)
def test_every_usual_reading_of_a_character_finds_it(name: str, typed: str) -> None:
    assert finds(typed, (name,))


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("9131", CODES),
        ("91310104ma1f", CODES),
        ("91310104MA1FR12345", CODES),
        ("P1234567", CODES),
        ("1234567", CODES),
        ("P12", CODES),
        ("SXK123", ("SXK123",)),
    ],
)
def test_codes_are_found_from_their_beginning(typed: str, codes: tuple[str, ...]) -> None:
    assert finds(typed, codes=codes)
    assert not finds("104MA1", codes=codes)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("Pre-A", True),
        ("pre a", True),
        ("A轮", True),
        ("open", True),
        ("opencs", True),
        ("OpenCSG", True),
        ("csg", False),
    ],
)
def test_latin_words_are_found_from_their_beginning(typed: str, found: bool) -> None:
    assert finds(typed, ("OpenCSG 传神",), ("Pre-A 轮",)) is found


def test_rare_characters_are_found() -> None:
    assert finds("𫖯", ("上海𫖯元科技",))
    assert finds("𫖯元", ("上海𫖯元科技",))
    assert finds("喆", ("喆远资本",))


def test_accents_width_case_and_invisible_characters_do_not_matter() -> None:
    assert finds("cafe", ("Café 资本",))
    assert finds("ＣＡＦÉ", ("cafe 资本",))
    assert finds("芯\u200b穹")


def test_texts_are_not_found_by_pinyin() -> None:
    assert finds("工厂", texts=("让大模型在工厂里跑",))
    assert not finds("gc", texts=("让大模型在工厂里跑",))


def test_what_holds_no_letter_or_digit_asks_for_nothing() -> None:
    assert terms_of("  \"*' -- （） ") == []
    assert start_of("芯穹") is None
    assert start_of("") is None


def test_marks_cannot_be_typed() -> None:
    assert terms_of("\ue001startup") == terms_of("startup")


def test_the_tokens_of_one_record_are_limited() -> None:
    long = "".join(chr(0x4E00 + at) for at in range(900))
    assert len(tokens_of((long,))) == MOST_TOKENS
    assert len(spellings("重" * 9)) == MOST_SPELLINGS


def test_readings() -> None:
    assert readings("芯") == ("xin",)
    assert readings("重") == ("zhong", "chong")
    assert readings("の") == ("の",)
    assert without_tone("lǜ") == "lv"


def test_the_dictionary_is_read_by_the_first_who_asks_and_without_its_phrases() -> None:
    """They would hold 55 MB of every process that writes."""
    code = """
import sys
from crm import blueprints
from crm.lib.pinyin import dictionary, readings
assert dictionary.cache_info().currsize == 0
assert readings("芯") == ("xin",)
assert dictionary.cache_info().currsize == 1
sys.exit("pypinyin" in sys.modules)
"""
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
