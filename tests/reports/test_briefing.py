"""The 工作专报: two pages, its figures from the registry, its cases only with authorisation."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from crm.core.db import unit_of_work
from crm.core.errors import Refusal
from crm.metrics.definitions import METRICS
from crm.metrics.queries import value_of
from crm.reports import pdf
from crm.reports.html import in_languages
from crm.reports.kinds import KINDS, Asked
from crm.reports.kinds.briefing.gathered import Briefing
from crm.reports.kinds.briefing.texts import missing_from, proposed, typed_in, unknown_in
from crm.reports.letter import Letter, surplus
from crm.reports.naming import every_name, growth, read_name, similar, value, year_before
from crm.reports.pdf import Pdf
from crm.reports.periods import Period
from tests.conftest import Work
from tests.factories import TODAY, a_published_startup, a_service, a_startup, an_institution
from tests.reports.examples import a_busy_startup, document_of
from tests.reports.test_pdf import embedded_fonts, squeezed
from tests.support import world

KIND = KINDS["briefing"]
PERIOD = Period(date(2026, 1, 1), date(2026, 6, 12))
ALL = frozenset(one.name for one in KIND.options) - {"large_print", "only_confirmed"}
GIVEN = frozenset(one.name for one in KIND.options if one.given)
ABOUT_DEMONSTRATION = {
    "institutions_attracted": 100,
    "institutions_attracted.new": 12,
    "institutions_attracted.new_change": -0.082,
    "companies_served": 148,
    "companies_served.new": 38,
    "companies_served.new_change": 0.125,
    "services_to_date.new": 1376,
    "introductions_to_date": 328,
    "fund_matrix_gross": 124_000_000_000_00,
    "fund_matrix_net": 116_480_000_000_00,
}


def gathered(options: frozenset[str] = GIVEN, **words: Any) -> Briefing:
    with world.app.app_context(), unit_of_work(write=False):
        found: Briefing = KIND.gather(Asked(PERIOD, TODAY, options=options, words=words))
        return found


def printed(found: Briefing, language: str = "zh") -> tuple[Pdf, list[str]]:
    """The PDF and the text of each page without white space."""
    with world.app.app_context(), unit_of_work(write=False):
        made = pdf.render(document_of("briefing", found, language).html)
    return made, [squeezed(page.extract_text()) for page in PdfReader(BytesIO(made.content)).pages]


@pytest.mark.once
def test_a_briefing_says_on_two_pages_what_leaders_ask_for(work: Work) -> None:
    a_busy_startup()
    case = a_published_startup("上海言川语言科技有限公司", short_name="言川语言", summary="端侧语言模型")
    found = gathered(ALL, cases=[case.id], contact="陈晏清 5555 0123", filled_by="陈晏清", zh={"issue": "2026年第6期"})
    _made, pages = printed(replace(found, values={**found.values, **ABOUT_DEMONSTRATION}))
    main = "".join(pages[:2])
    for told in (
        "内部资料",
        "2026年第6期",
        "金融服务工作专报",
        "截至2026年6月12日",
        "累计吸引投资机构100家，本期新增12家，同比下降8.2%；累计服务企业148家，本期新增38家，同比增长12.5%。",
        "一、总体情况",
        "二、主要成效",
        "（一）服务企业。本期完成金融服务1,376项",
        "三、典型案例（一）言川语言。端侧语言模型。本期平台为其完成服务0项",
        "四、存在问题",
        "五、下一步工作及需协调事项",
        "附件：1.指标口径与上次报送",
        "模源金融服务平台2026年6月12日",
        "联系：陈晏清55550123",
        "填报人：陈晏清",
        "签发人：",
        "各月服务企业数",
        "—1—",
        "—2—",
    ):
        assert squeezed(told) in main, f"{told} is not in {main}"
    assert "附件1" in pages[2]
    assert "机密" not in main
    assert "分项之和可能不等于合计" in "".join(pages[2:])


@pytest.mark.once
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize(("paragraphs", "print_"), [(1, set()), (7, set()), (1, {"large_print"}), (4, {"large_print"})])
def test_what_is_not_refused_fits_on_two_pages(work: Work, language: str, paragraphs: int, print_: set[str]) -> None:
    """The longest text with charts, and the longest without; in large print there are none."""
    line = "An event of a usual length was held with many. " if language == "en" else "办好路演活动，"
    found = gathered(frozenset({"charts", "heading"} | print_))

    def of_length(length: int) -> Briefing:
        return replace(found, words={language: {"results": "\n".join([line * length] * paragraphs)}})

    def letter_of(length: int) -> Letter:
        with world.app.test_request_context(), unit_of_work(write=False):
            [(_locale, content)] = in_languages(language, lambda: KIND.tell(of_length(length)))
        assert content.letter is not None
        return content.letter

    letters = {length: letter_of(length) for length in range(1, 75, 2 if paragraphs == 1 else 1)}
    fitting = [length for length, letter in letters.items() if not surplus(letter, language)]
    drawn = [length for length in fitting if letters[length].drawings]
    assert bool(drawn) != bool(print_)
    assert 1 < len(fitting) < len(letters)
    for length in (*drawn[-1:], fitting[-1]):
        _made, pages = printed(of_length(length), language)
        annex = next(
            place
            for place, page in enumerate(pages)
            if "Chartsandtheirnumbers" in page[:200] or "图表及数据" in page[:60]
        )
        assert annex <= 2, length


@pytest.mark.once
def test_its_fonts_are_embedded_and_every_character_is_drawn(work: Work) -> None:
    a_busy_startup()
    made, pages = printed(gathered(GIVEN | {"large_print"}), "both")
    fonts = embedded_fonts(PdfReader(BytesIO(made.content)))
    assert {font["name"].getDebugName(1) for font, _ in fonts} <= {"Noto Serif SC", "Noto Sans SC", None}
    assert all(0 not in to_unicode for _, to_unicode in fonts)
    assert "Internalmaterial" in "".join(pages)


def test_a_case_needs_an_authorisation_that_lasts(work: Work) -> None:
    with pytest.raises(Refusal, match="has no authorisation any more"):
        gathered(cases=[a_startup("未授权科技").id])


def test_its_figures_are_those_of_the_registry(work: Work) -> None:
    a_busy_startup()
    an_institution("晚到资本", joined_on=date(2026, 6, 1))
    found = gathered(frozenset())
    with world.app.test_request_context(), unit_of_work(write=False):
        [(_locale, content)] = in_languages("en", lambda: KIND.tell(found))
        told = {key.name: key.value for key in content.keys}
        for name in ("companies_served", "institutions_attracted", "amount_signed_to_date", "fund_matrix_net"):
            assert told[name] == value_of(METRICS[name], PERIOD.last)
    assert told["institutions_attracted.new"] == 1
    assert content.tables == []


def test_a_name_asks_for_a_figure_its_growth_or_another_day(work: Work) -> None:
    early, late = date(2025, 3, 1), date(2026, 3, 1)
    for number, day in enumerate((early, late, late, late)):
        a_service(a_startup(f"第{number}科技"), "银行授信", day)
    asked = {
        "companies_served": 4,
        "companies_served@2025-12-31": 1,
        "companies_served.last_year": 1,
        "companies_served.change": 3.0,
        "companies_served.new": 3,
        "companies_served.new_last_year": 1,
        "companies_served.new_change": 2.0,
        "introductions_to_date.new_change": None,
        "as_of": PERIOD.last,
        "begins": PERIOD.first,
    }
    with world.app.app_context(), unit_of_work(write=False):
        for word, expected in asked.items():
            name = read_name(word)
            assert name is not None, word
            assert value(name, PERIOD) == expected, word


def test_a_name_that_nobody_knows_has_neighbours() -> None:
    for wrong in (
        "companies",
        "companies_served.old",
        "companies_served@2026-02-30",
        "companies_served.new@2026-01-01",
    ):
        assert read_name(wrong) is None
    assert read_name("services_this_year.new") is None
    assert "companies_served" in similar("companie_served")
    assert all(read_name(one.word) == one for one in every_name())
    assert growth(0, 0) is None
    assert year_before(date(2028, 2, 29)) == date(2027, 2, 28)


def test_a_figure_that_is_left_out_or_typed_is_noticed() -> None:
    text = proposed("headline", "zh").replace("{companies_served}", "148")
    assert missing_from(text, "headline", "zh") == ["companies_served"]
    assert typed_in(text) == ["148"]
    assert unknown_in("{companies_serve} {services}") == ["companies_serve", "services"]
    assert unknown_in("{services}", of_case=True) == []
