"""Templates speak the reader's language from the moment they are compiled."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask, url_for
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment, UndefinedError

from crm.web.addresses import address
from crm.web.language import force_locale
from tests.factories import a_startup
from tests.support.visitor import Visitor


def shown(app: Flask, source: str, language: str, **values: object) -> str:
    with app.app_context():
        speaking: Environment = app.jinja_env.in_language(language)  # type: ignore[attr-defined]
        return speaking.from_string(source).render(**values)


@pytest.mark.parametrize(("language", "word"), [("zh_CN", "保存"), ("en", "Save")])
def test_a_text_is_told_in_the_language_of_the_environment(app: Flask, language: str, word: str) -> None:
    assert shown(app, '{{ _("Save") }}', language) == word
    assert shown(app, "{% set told = _('Save') %}[{{ told }}]", language) == f"[{word}]"


def test_places_are_filled_in_and_what_fills_them_is_escaped(app: Flask) -> None:
    source = '{{ _("%(value)s this year", value=value) }}'
    assert shown(app, source, "en", value="<b>") == "&lt;b&gt; this year"
    assert shown(app, source, "zh_CN", value=3) != "3 this year"


def test_functions_are_called_with_what_python_can_name_and_what_it_cannot(app: Flask) -> None:
    source = "{% macro tag(kind) %}<{{ kind }} {{ kwargs | xmlattr }}>{{ caller() }}{% endmacro %}"
    told = shown(
        app, source + "{% call tag('b', class='x', **more) %}{{ text }}{% endcall %}", "en", more={"id": 1}, text="<"
    )
    assert told == '<b  class="x" id="1">&lt;'
    with pytest.raises(UndefinedError):
        shown(app, "{{ nobody(1) }}", "en")


def test_a_day_in_a_sentence_does_not_break_and_the_rest_is_escaped(app: Flask) -> None:
    told = shown(app, "{{ text | whole_days }}", "en", text="until 2026-06-12 <b>")
    assert told == 'until <span class="nowrap">2026-06-12</span> &lt;b&gt;'


def test_a_missing_value_is_still_an_error(app: Flask) -> None:
    with pytest.raises(UndefinedError):
        shown(app, '{{ _("%(value)s this year", value=nobody.told) }}', "en")


def test_two_readers_of_one_page_read_their_own_languages(app: Flask, as_role: Callable[..., Visitor]) -> None:
    english, chinese = as_role("finance"), as_role("finance")
    chinese.visit("home.show_home").submit("中/EN，切换到中文")
    assert "Startups" in english.visit("startups.list_startups").now.html
    assert "企业" in chinese.visit("startups.list_startups").now.html
    assert "Startups" in english.visit("startups.list_startups").now.html


def test_a_forced_language_ends_with_its_block(app: Flask) -> None:
    from crm.web.language import current_language

    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert current_language() == "en"
        with force_locale("zh_CN"):
            assert current_language() == "zh_CN"
        assert current_language() == "en"
    with app.test_request_context(headers={"Accept-Language": "zh"}):
        assert current_language() == "zh_CN"


@given(st.integers(min_value=0, max_value=2**63 - 1), st.integers(min_value=0))
def test_an_address_is_what_flask_would_build(migrated_app: Flask, record: int, version: int) -> None:
    with migrated_app.test_request_context():
        for endpoint, values in (
            ("startups.show_startup", {"startup_id": record}),
            ("startups.show_startup", {"startup_id": record, "version": version}),
            ("home.show_home", {}),
            ("startups.list_startups", {"q": "100 %"}),
        ):
            assert address(endpoint, **values) == url_for(endpoint, **values)


def test_an_address_keeps_the_place_where_the_application_is_mounted(app: Flask) -> None:
    startup = a_startup()
    for base in ("/", "/desk", "/"):
        with app.test_request_context(base_url=f"http://localhost{base}"):
            told = address("startups.show_startup", startup_id=startup.id)
            assert told == f"{base.rstrip('/')}/startups/{startup.id}"


def test_the_menu_marks_the_page_that_is_open_and_knows_who_reads(as_role: Callable[..., Visitor]) -> None:
    finance, leader = as_role("finance"), as_role("leader")

    def marked(visitor: Visitor, endpoint: str, **values: object) -> set[str]:
        links = visitor.visit(endpoint, **values).now.all("a", aria_current="page")
        return {"".join(link.itertext()).strip() for link in links if link.get("class") == "item"}

    startup = a_startup()
    for _ in range(2):
        assert marked(finance, "startups.list_startups") == {"Startups"}
        assert marked(finance, "startups.show_startup", startup_id=startup.id) == {"Startups"}
        assert marked(finance, "services.show_catalogue") == {"Catalogue"}
        assert marked(finance, "home.show_home") == {"Home"}
        assert "Import a ledger" in finance.now.html
        assert "Import a ledger" not in leader.visit("home.show_home").now.html
