"""The reader of pages in tests refuses what no page may do."""

from __future__ import annotations

import pytest

from tests.support.page import Page

GOOD = '<!doctype html><html lang="en"><head><title>Deals</title></head><body><h1>Deals</h1>{}</body></html>'


@pytest.mark.parametrize(
    ("part", "why"),
    [
        ("<p>one</div>", "does not parse"),
        ('<p class="a" class="b">one</p>', "does not parse"),
        ("<h1>Deals</h1>", "2 h1"),
        ('<p id="a">one</p><p id="a">two</p>', "used twice"),
        ('<input name="a">', "no label"),
        ('<img src="a.png">', "no alt"),
        ('<a href="/"></a>', "no text"),
        ("<script>alert(1)</script>", "inline"),
        ('<form method="post"></form>', "no CSRF token"),
        ('<p style="color: red">one</p>', "inline style"),
        ('<p onclick="go()">one</p>', "inline handler"),
    ],
)
def test_a_fault_is_found_on_a_page_like_many_that_have_none(part: str, why: str) -> None:
    for _ in range(2):
        Page(200, GOOD.format('<p class="a">one</p><div>two</div>'), "/deals/")
        with pytest.raises(AssertionError, match=why):
            Page(200, GOOD.format(part), "/deals/")
