from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.lib.money import (
    LARGEST,
    WAN_YUAN,
    YI_YUAN,
    YUAN,
    Amount,
    format_amount,
    format_exact,
    format_exact_amount,
    format_money,
    parse_form_amount,
    read_amount,
    split_money,
)
from crm.lib.text import Unreadable

WAN = 10_000 * 100  # fen
YI = 100_000_000 * 100


@pytest.mark.parametrize(
    ("written", "fen"),
    [
        (1000.0, 1000 * WAN),
        (1000, 1000 * WAN),
        ("500", 500 * WAN),
        ("1.2亿元", 12000 * WAN),
        ("2亿元", 2 * YI),
        ("3000万", 3000 * WAN),
        ("3000 万元", 3000 * WAN),
        ("　3000 万 元　", 3000 * WAN),
        ("3,000", 3000 * WAN),
        ("3，000", 3000 * WAN),
        ("20,000", 20000 * WAN),
        ("1,234,567.5", 1_234_567 * WAN + WAN // 2),
        ("¥3,000万", 3000 * WAN),
        ("￥3，000万", 3000 * WAN),
        ("５００", 500 * WAN),
        ("3千万", 3000 * WAN),
        ("1亿2000万", 12000 * WAN),
        ("5000000元", 500 * WAN),
        ("500万元整", 500 * WAN),
        ("9500.50元", 9500 * 100 + 50),
        ("30M", 3000 * WAN),
        ("30 m", 3000 * WAN),
        ("1.2B", 12 * YI),
        ("500K", 50 * WAN),
        ("RMB 30M", 3000 * WAN),
        ("CNY 3000万", 3000 * WAN),
        ("3000万元人民币", 3000 * WAN),
        (0, 0),
        ("0", 0),
    ],
)
def test_an_amount_in_a_column_of_ten_thousand_yuan(written, fen):
    assert read_amount(written, WAN_YUAN) == Amount.exactly(fen)


def test_the_column_gives_a_plain_number_its_unit_and_a_written_unit_wins():
    assert read_amount("1.5", YI_YUAN).exact == 15000 * WAN
    assert read_amount("1.5", YUAN).exact == 150
    assert read_amount("1.5万", YI_YUAN).exact == 15000 * 100


def test_a_column_without_a_unit_takes_only_what_names_one_or_is_plainly_yuan():
    assert read_amount("3000万", None).exact == 3000 * WAN
    assert read_amount(30_000_000, None).exact == 3000 * WAN
    for value in (3000, "3000", 0.5):
        with pytest.raises(Unreadable, match="no unit"):
            read_amount(value, None)


def test_a_spreadsheets_binary_fractions_do_no_harm():
    assert read_amount(0.1 + 0.2, YI_YUAN).exact == 3000 * WAN
    assert read_amount(75.2, YI_YUAN).exact == 752 * YI // 10


@pytest.mark.parametrize(
    ("written", "low", "high"),
    [
        ("500-1000万", 500, 1000),
        ("500万-1000万", 500, 1000),
        ("500~1000", 500, 1000),
        ("500～1000", 500, 1000),
        ("0.5至1亿", 5000, 10000),
        ("500 - 1,000 万元", 500, 1000),
        ("500万元——1000万元", 500, 1000),
        ("¥500万到¥1000万", 500, 1000),
        ("5000万-1亿", 5000, 10000),
    ],
)
def test_a_range_is_approximate_and_keeps_both_ends_and_its_text(written, low, high):
    amount = read_amount(written, WAN_YUAN)
    assert (amount.low, amount.high) == (low * WAN, high * WAN)
    assert amount.text in (written, f"{written}万")
    assert amount.disclosure == "approximate"
    assert amount.exact is None


def test_the_text_of_a_range_can_be_typed_into_a_form_again():
    for written, unit in (("500-1000", WAN_YUAN), ("0.5-1", YI_YUAN), ("500-1000万", YI_YUAN)):
        amount = read_amount(written, unit)
        assert parse_form_amount(amount.text or "") == amount
    assert read_amount("500-1000", WAN_YUAN).text == "500-1000万"
    assert read_amount("500-1000万", WAN_YUAN).text == "500-1000万"


@pytest.mark.parametrize("written", ["数千万", "数百万", "数千万元", "若干", "几百万", "上亿", "千万级"])
def test_words_are_approximate_and_have_no_number(written):
    amount = read_amount(written, WAN_YUAN)
    assert amount == Amount(None, None, written)
    assert amount.disclosure == "approximate"


@pytest.mark.parametrize("written", [None, "", "　", "——", "—", "-", "/", "无", "暂无", "未披露", "保密"])
def test_a_dash_or_a_word_for_nothing_is_undisclosed(written):
    assert read_amount(written, WAN_YUAN) == Amount.undisclosed()
    assert Amount.undisclosed().disclosure == "undisclosed"


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("一千万左右", "not exact"),
        ("约3000万", "not exact"),
        ("近亿", "not exact"),
        ("3000万以上", "not exact"),
        ("一千万", "not an amount"),
        ("3,00", "not an amount"),
        ("500 1000", "not an amount"),
        ("500-800-1000", "not an amount"),
        ("面议", "not an amount"),
        ("1e5", "not an amount"),
        (True, "not an amount"),
        (float("nan"), "not an amount"),
        (float("inf"), "not an amount"),
        ("-500", "negative"),
        (-500, "negative"),
        ("1000-500", "larger to the smaller"),
        ("$5M", "another currency"),
        ("500万美元", "another currency"),
        ("1000000000亿", "too large"),
        (1e30, "too large"),
    ],
)
def test_what_cannot_be_read_exactly_is_refused_with_the_reason(written, reason):
    with pytest.raises(Unreadable, match=reason):
        read_amount(written, WAN_YUAN)


def test_a_refusal_quotes_a_long_text_only_in_part():
    with pytest.raises(Unreadable) as refused:
        read_amount("很" * 5000, WAN_YUAN)
    assert len(str(refused.value)) < 200


def test_an_amount_cannot_be_half_known_negative_or_upside_down():
    for low, high in ((1, None), (None, 1), (2, 1), (-1, 1)):
        with pytest.raises(ValueError, match="amount"):
            Amount(low, high)


def test_a_form_needs_the_unit_for_small_numbers():
    for typed in ("3000", "3,000", "999999", "500-1000", "¥3000"):
        with pytest.raises(Unreadable, match="no unit: write 30M or"):
            parse_form_amount(typed)
    assert parse_form_amount("3000万") == parse_form_amount("0.3亿") == Amount.exactly(3000 * WAN)
    assert parse_form_amount("30,000,000").exact == 3000 * WAN
    assert parse_form_amount("9500元").exact == 9500 * 100
    assert parse_form_amount("数千万").text == "数千万"
    assert parse_form_amount("0").exact == 0
    assert parse_form_amount("").disclosure == "undisclosed"
    with pytest.raises(Unreadable, match="not exact"):
        parse_form_amount("3千左右")


@pytest.mark.parametrize(
    ("fen", "zh", "en"),
    [
        (None, "—", "—"),
        (0, "¥0", "CNY 0"),
        (8000 * WAN, "¥8,000 万", "CNY 80M"),
        (12300 * WAN, "¥1.23 亿", "CNY 123M"),
        (12 * YI, "¥12 亿", "CNY 1.2B"),
        (1240 * YI, "¥1,240 亿", "CNY 124B"),
        (752 * YI // 10, "¥75.2 亿", "CNY 7.52B"),
        (9500 * 100, "¥9,500", "CNY 9.5K"),
        (9500 * 100 + 50, "¥9,500.50", "CNY 9.5K"),
        (95_000 * 100, "¥9.5 万", "CNY 95K"),
        (10_000 * 100, "¥1 万", "CNY 10K"),
        (YI, "¥1 亿", "CNY 100M"),
        (-3000 * WAN, "-¥3,000 万", "-CNY 30M"),
    ],
)
def test_money_is_read_in_the_readers_units(fen, zh, en):
    assert format_money(fen, "zh_CN") == zh
    assert format_money(fen, "en") == en


def test_rounding_up_reaches_the_next_unit():
    assert format_money(YI - 1, "zh") == "¥1 亿"
    assert format_money(WAN - 1, "zh") == "¥1 万"
    assert format_money(99 * WAN + WAN - 1, "zh") == "¥100 万"
    assert format_money(10**11 - 1, "en") == "CNY 1B"


def test_the_exact_value_is_always_there():
    assert format_exact(8000 * WAN, "zh") == "80,000,000.00 元"
    assert format_exact(8000 * WAN, "en") == "CNY 80,000,000.00"
    assert format_exact(123_456_789, "zh") == "1,234,567.89 元"
    assert format_exact(None, "en") == "—"


def test_another_currency_is_named():
    assert format_money(8000 * WAN, "zh", "USD") == "USD 8,000 万"
    assert format_exact(8000 * WAN, "zh", "USD") == "USD 80,000,000.00"


def test_large_figures_have_their_unit_apart():
    assert split_money(12300 * WAN, "zh") == ("1.23", "亿")
    assert split_money(8000 * WAN, "zh") == ("8,000", "万")
    assert split_money(9500 * 100, "zh") == ("9,500", "元")
    assert split_money(8000 * WAN, "en") == ("80", "M CNY")
    assert split_money(0, "en") == ("0", "CNY")
    assert split_money(None, "zh") == ("—", "")


def test_an_amount_shows_its_number_its_range_its_words_or_a_dash():
    assert format_amount(Amount.exactly(3000 * WAN), "zh") == "¥3,000 万"
    assert format_amount(read_amount("500-1000", WAN_YUAN), "zh") == "¥500 万 – ¥1,000 万"
    assert format_amount(Amount.in_words("数千万"), "en") == "数千万"
    assert format_amount(Amount.undisclosed(), "zh") == format_amount(None, "zh") == "—"
    assert format_exact_amount(read_amount("500-1000", WAN_YUAN), "zh") == "5,000,000.00 元 – 10,000,000.00 元"
    assert format_exact_amount(Amount.in_words("数千万"), "zh") == "数千万"


amounts = st.integers(min_value=0, max_value=LARGEST)


@given(amounts)
def test_the_exact_value_reads_back_as_itself(fen):
    assert read_amount(format_exact(fen, "zh"), WAN_YUAN).exact == fen
    assert read_amount(format_exact(fen, "en").removeprefix("CNY "), YUAN).exact == fen


@given(amounts, st.sampled_from(["zh", "en"]))
def test_what_is_shown_is_within_half_a_hundredth_of_its_unit(fen, language):
    shown = read_amount(format_money(fen, language), YUAN).exact
    assert shown is not None
    assert abs(shown - fen) <= max(1, fen // 199)


@given(st.one_of(st.text(max_size=30), st.floats(), st.integers()))
def test_any_cell_is_read_or_refused_and_nothing_else(value):
    with suppress(Unreadable):
        assert read_amount(value, WAN_YUAN).disclosure in ("exact", "approximate", "undisclosed")
