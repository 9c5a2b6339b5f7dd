"""Names in a text: where they begin, and how a text is shown with them."""

from __future__ import annotations

import pytest

from crm.activities.mentions import pieces, read_chosen, signs_in
from crm.activities.models import Ref


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("与 @衡汐智能 通话", ["@衡汐智能"]),
        ("@北斛资本，@顾南乔、#衡汐×北斛", ["@北斛资本", "@顾南乔", "#衡汐×北斛"]),
        ("今天和@顾南乔吃饭", ["@顾南乔吃饭"]),  # how much of it is the name, the directory says
        ("＠衡汐智能", ["@衡汐智能"]),
        ("写信给 gu@example.com", []),
        ("会议室 # 3，@ 10:00，#2", []),
    ],
)
def test_where_names_begin(text: str, names: list[str]) -> None:
    assert [one.sign + one.word for one in signs_in(text)] == names


def test_chosen_names_come_as_lines_and_broken_lines_are_passed_over() -> None:
    lines = [
        "startup:12 @衡汐智能",
        "deal:3 #衡汐 × 北斛",
        "startup:x @a",
        "drop table",
        "person:9999999999999999999 @b",
    ]
    assert read_chosen(lines) == {"@衡汐智能": Ref("startup", 12), "#衡汐 × 北斛": Ref("deal", 3)}


def test_a_text_in_pieces_takes_the_longest_name_at_each_place() -> None:
    labels = {"北斛": Ref("institution", 1), "北斛资本": Ref("institution", 2)}
    assert list(pieces("与@北斛资本和 @北斛 谈", labels)) == [
        ("与", None),
        ("北斛资本", Ref("institution", 2)),
        ("和 ", None),
        ("北斛", Ref("institution", 1)),
        (" 谈", None),
    ]
