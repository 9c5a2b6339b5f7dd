from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc

from crm.lib.identifiers import (
    ALPHABET,
    amac_fund_fits,
    amac_manager_fits,
    check_character,
    read_credit_code,
)
from crm.lib.text import Unreadable

bodies = st.text(ALPHABET, min_size=17, max_size=17)


@pytest.mark.parametrize("code", ["91110000600037341L", "91110108551385082Q"])
def test_known_codes_are_valid(code):
    assert read_credit_code(code) == code


def test_spaces_case_and_width_are_put_right():
    assert read_credit_code(" 9111 0108 5513 8508 2q　") == "91110108551385082Q"
    assert read_credit_code("９１１１０１０８５５１３８５０８２Ｑ") == "91110108551385082Q"


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("91110108551385082", "has 17"),
        ("91110108551385082QQ", "has 19"),
        ("9111010855138508IQ", "“I” cannot occur"),
        ("91110108551385082A", "last character"),
        ("91110108551385028Q", "last character"),
    ],
)
def test_a_wrong_code_is_refused_with_what_is_wrong(code, reason):
    with pytest.raises(Unreadable, match=reason):
        read_credit_code(code)


def test_the_outer_modulus_counts():
    """A sum that is a multiple of 31 gives 0; the snippet without the outer mod finds no character."""
    body = next(f"9111000060003{n:04}" for n in range(10_000) if check_character(f"9111000060003{n:04}") == "0")
    assert read_credit_code(body + "0") == body + "0"
    assert uscc.is_valid(body + "0")


@pytest.mark.parametrize("authority", "ANY")
def test_authorities_that_python_stdnum_refuses_are_accepted(authority):
    body = f"{authority}1110000600037341"
    code = body + check_character(body)
    assert read_credit_code(code) == code
    assert not uscc.is_valid(code)


@given(bodies)
def test_the_check_character_agrees_with_python_stdnum(body):
    assert check_character(body) == uscc.calc_check_digit(body)


@given(bodies, st.integers(0, 16), st.sampled_from(ALPHABET))
def test_one_wrong_character_is_always_noticed(body, position, other):
    code = body + check_character(body)
    wrong = code[:position] + other + code[position + 1 :]
    if wrong != code:
        with pytest.raises(Unreadable):
            read_credit_code(wrong)


def test_amac_numbers_fit_or_not():
    assert amac_manager_fits("P1044886")
    assert not amac_manager_fits("P104488")
    assert not amac_manager_fits("1044886")
    assert amac_fund_fits("SJT208")
    assert not amac_fund_fits("SJT20")
    assert not amac_fund_fits("XJT208")
