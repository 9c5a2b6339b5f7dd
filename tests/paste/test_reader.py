"""Every sample is read as it should be, and every reading says where in the text it stands."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest

from crm.lib.money import parse_form_amount
from crm.paste.reader.directory import Directory, Known, Offered
from crm.paste.reader.prose import read
from crm.paste.reader.reading import Reading
from tests.paste.samples import NOTHING, SAMPLES, Expected

TODAY = date(2026, 6, 12)
WORDS = ("note", "content", "source")
ROUNDS = {
    "seed": ("种子", "Seed"),
    "angel": ("天使", "Angel"),
    "angel+": ("天使+", "Angel+"),
    "pre-a": ("Pre-A",),
    "a": ("A",),
    "a+": ("A+",),
    "b": ("B",),
    "strategic": ("战略", "Strategic"),
    "secondary": ("老股转让", "Secondary sale"),
}
SERVICES = (  # noqa: SIM905 - a list of words
    "机构一对一对接 专场路演 投融资沙龙 BP辅导 估值与股权架构 股权激励方案 高新技术企业认定 专精特新申报"
    " 大模型备案辅导 银行授信"
    " 融资担保 知识产权质押 融资租赁 上市辅导 并购辅导 算力券 语料授权 人才引进 场景对接"
).split()
KNOWN = (
    Known("startup", "上海衡汐智能科技有限公司", "衡汐智能", ("上海汐算科技有限公司",)),
    Known("startup", "上海云岫医语科技有限公司", "云岫医语"),
    Known("startup", "Hengxi Labs", "Hengxi"),
    Known("institution", "临渚（上海）创业投资有限公司", "临渚创投"),
    Known("institution", "远山（深圳）资本管理有限公司", "远山资本"),
    Known("institution", "Yuanshan Capital Limited", "Yuanshan"),
    Known("institution", "鹿鸣（苏州）投资管理有限公司", "鹿鸣投资"),
    Known("institution", "上海徐汇国有资本投资运营有限公司", "徐汇国投"),
    Known("institution", "寒溪（上海）投资有限公司", "寒溪"),
    Known("institution", "寒溪（深圳）投资管理有限公司", "寒溪"),
    Known("institution", "中国建设银行股份有限公司上海徐汇支行", "建行徐汇支行"),
)
DIRECTORY = Directory(KNOWN, tuple(Offered(name, (name,)) for name in SERVICES), ROUNDS)


def reading(text: str) -> Reading:
    return read(text, TODAY, DIRECTORY)


def told(text: str) -> Expected:
    """What a text is read as, in the form of the samples."""
    return [
        (
            one.kind if one.sure else f"{one.kind}?",
            {name: field.value for name, field in one.fields.items() if name not in WORDS},
        )
        for one in reading(text).proposals
    ]


def test_there_are_enough_samples() -> None:
    assert len(SAMPLES) >= 45


@pytest.mark.parametrize(("text", "expected"), SAMPLES.values(), ids=SAMPLES.keys())
def test_a_sample_is_read_as_expected(text: str, expected: Expected) -> None:
    assert told(text) == expected


@pytest.mark.parametrize("text", NOTHING)
def test_small_talk_proposes_nothing(text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize("text", [text for text, _ in SAMPLES.values()], ids=SAMPLES.keys())
def test_every_field_says_where_it_stands(text: str) -> None:
    read_now = reading(text)
    fields = [field for one in read_now.proposals for field in one.fields.values() if field.start != -1]
    assert fields
    assert all(0 <= field.start < field.end <= len(text) and text[field.start : field.end].strip() for field in fields)
    spans = read_now.spans()
    assert all(before[1] <= after[0] for before, after in pairwise(spans))


@pytest.mark.parametrize(
    ("text", "kind", "field", "words"),
    [
        ("今天下午临渚创投见了衡汐智能，意向投1000万", "deal", "institution", "临渚创投"),
        ("今天下午临渚创投见了衡汐智能，意向投1000万", "deal", "stage", "见了"),
        ("今天下午临渚创投见了衡汐智能，意向投1000万", "deal", "intended", "1000万"),
        ("今天下午临渚创投见了衡汐智能，下周三再聊", "deal", "next_step_on", "下周三"),
        ("２０２６．６．８　临渚创投见了衡汐智能，意向５００万", "deal", "intended", "５００万"),
        ("衡 汐 智 能 和远山资本聊了", "deal", "startup", "衡 汐 智 能"),
        ("远山愿意给衡汐出三千万", "deal", "intended", "三千万"),
        ("张 伟\n投资总监\n临渚创投\n138 1234 5678", "person", "phone", "138 1234 5678"),
        ("企业\t服务事项\t日期\n衡汐智能\tBP辅导\t6.2", "service", "happened_on", "6.2"),
    ],
)
def test_a_field_is_read_from_its_words(text: str, kind: str, field: str, words: str) -> None:
    found = next(one for one in reading(text).proposals if one.kind == kind).fields[field]
    assert text[found.start : found.end] == words


@pytest.mark.parametrize("text", [text for text, _ in SAMPLES.values()], ids=SAMPLES.keys())
def test_amounts_are_such_as_a_form_takes(text: str) -> None:
    foreign = ("美元", "$")
    for one in reading(text).proposals:
        for name in ("sought", "intended", "signed", "received", "valuation", "amount", "seeking"):
            value = one.fields[name].value if name in one.fields else "1万"
            assert any(mark in value for mark in foreign) or parse_form_amount(value).disclosure != "undisclosed"


def test_several_records_of_one_name_are_all_offered() -> None:
    institution = reading("寒溪明天来看衡汐").proposals[0].fields["institution"]
    assert institution.value == "寒溪"
    assert institution.candidates == ("寒溪（上海）投资有限公司", "寒溪（深圳）投资管理有限公司")


def test_a_longer_unknown_company_is_not_taken_for_a_known_one_inside_its_name() -> None:
    names = [
        one.fields["name"].value for one in reading("新企业：杭州衡汐智能科技有限公司，天使轮，要融800万").proposals[:1]
    ]
    assert names == ["杭州衡汐智能科技有限公司"]


def test_what_was_kept_is_what_was_read() -> None:
    kept = reading("寒溪明天来看衡汐")
    assert Reading.from_json(kept.as_json()) == kept


def test_more_rows_than_a_page_shows_are_counted_only() -> None:
    block = "日期\t企业\t服务事项\n" + "2026/6/1\t衡汐智能\tBP辅导\n" * 201
    assert (reading(block).proposals, reading(block).rows) == ([], 201)


@pytest.mark.parametrize(
    "text", ["", " ", "\n\n", "\t", "、，。", "🎉" * 50, "(" * 500, "一" * 3000, "1" * 3000, "a" * 3000]
)
def test_odd_texts_are_read_without_trouble(text: str) -> None:
    reading(text)
