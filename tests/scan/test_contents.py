"""What the scanners are given: every view with every name, and few of them that have each name once."""

from __future__ import annotations

from tests.scan.contents import Contents, few

LISTS = '<a href="/deals?q=&amp;sort=">d</a><a href="/funds?q=">f</a><a href="/deals?q=b">again</a>'
FORM = """<form method="post" action="/deals/new"><input name="note"><input name="pick" type="checkbox" value="1">
<input name="pick" type="checkbox" value="2"><input name="row1"><input name="row2"></form>"""


def read(html: str) -> Contents:
    found = Contents("http://x", lambda method, path: path)
    list(found.read("/", html))
    return found


def test_every_view_is_asked_with_every_name_that_it_takes() -> None:
    assert set(read(LISTS).asking) == {("/deals", "q"), ("/deals", "sort"), ("/funds", "q")}


def test_of_a_table_one_row_is_sent_and_of_a_choice_one_box() -> None:
    (form,) = read(FORM + FORM).forms
    assert form.names == {"note", "pick", "row1"}
    assert form.markup.count('name="pick"') == 1
    assert "row2" not in form.markup


def test_a_form_leads_to_the_same_addresses_from_elsewhere_and_to_no_other_page() -> None:
    buttons = '<button>Add</button><button formaction="/deals/other">Other</button><a href="/deals">Cancel</a>'
    (form,) = read(FORM.replace("</form>", f"{buttons}</form>")).forms
    assert 'action="http://x/deals/new"' in form.markup
    assert 'formaction="http://x/deals/other"' in form.markup
    assert "Cancel" not in form.markup


def test_what_costs_much_gets_each_name_once() -> None:
    found, known = read(LISTS + FORM), {"note"}
    page = found.each_name_once(known)
    assert "/deals?q=" in page
    assert "/funds?q=" not in page
    assert {"q", "sort", "pick", "row1"} <= known
    assert "<form" not in found.each_name_once(known)


def test_all_names_are_there_in_the_end() -> None:
    named = {"a": frozenset("xy"), "b": frozenset("yz"), "c": frozenset("z")}
    known: set[str] = set()
    assert len(few(named, known)) == 2
    assert known == {"x", "y", "z"}
