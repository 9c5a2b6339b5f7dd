"""What everybody may see of a number or an address."""

from __future__ import annotations

import pytest

from crm.lib.masks import mask_email, mask_phone, mask_word


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("13800000000", "138****0000"),
        ("138 0000 0000", "138****0000"),
        ("+86 138-0000-0000", "138****0000"),
        ("8613800000000", "138****0000"),
        ("021-12345678", "021****5678"),
        ("+1 415 555 0142", "141****0142"),
        ("5432 1098", "****98"),
        ("8001", "****"),
        ("问前台", "****"),
        ("13800000000 / 021-12345678", "138****0000、021****5678"),
        ("", ""),
    ],
)
def test_a_phone_number_shows_who_it_is_and_cannot_be_called(typed: str, shown: str) -> None:
    assert mask_phone(typed) == shown


@pytest.mark.parametrize(
    ("typed", "shown"),
    [("gu@example.com", "g***@example.com"), ("g@b.cn", "g***@b.cn"), ("@b.cn", "@***"), ("nobody", "n***"), ("", "")],
)
def test_a_mail_address_shows_its_first_letter_and_where_it_is(typed: str, shown: str) -> None:
    assert mask_email(typed) == shown


def test_a_wechat_name_shows_its_first_letter() -> None:
    assert (mask_word("gunanqiao_88"), mask_word("顾"), mask_word("")) == ("g***", "顾***", "")
