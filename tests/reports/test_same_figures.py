"""A figure is the same wherever it stands: in the registry, on a page, in the PDF and in its workbook."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from crm.core.db import unit_of_work
from crm.metrics.definitions import METRICS
from crm.metrics.queries import value_of
from crm.reports import pdf
from crm.reports.content import Content
from crm.reports.data import as_data
from crm.reports.html import content_document
from crm.reports.kinds import KINDS
from crm.reports.periods import Period
from crm.reports.words import key_parts
from crm.reports.workbook import as_xlsx
from crm.web.filters import money
from crm.web.language import force_locale
from tests.conftest import Work
from tests.factories import AT, TODAY
from tests.reports.examples import BEFORE, STAMP, a_busy_startup, text_of, told
from tests.support import world
from tests.support.visitor import Visitor

pytestmark = pytest.mark.once


@pytest.fixture(autouse=True)
def busy(work: Work) -> Iterator[None]:
    with time_machine.travel(AT):
        a_busy_startup()
        yield


@settings(max_examples=3)
@given(st.integers(0, 180), st.integers(0, 150))
def test_a_figure_is_the_same_in_registry_page_pdf_and_workbook(manager: Visitor, begins: int, days: int) -> None:
    first = BEFORE + timedelta(begins)
    period = Period(first, min(first + timedelta(days), TODAY))
    content = told("flow", period)
    figures = [key for key in content.keys if key.metric]
    text, sheet = printed(content), workbook(content)
    for key in figures:
        with world.app.test_request_context(), unit_of_work(write=False), force_locale("en"):
            metric = METRICS[key.metric]
            value = value_of(metric, period.last) - value_of(metric, period.first - timedelta(1))
            shown = " ".join(key_parts(key)).strip()
            told_there = money(value) if metric.is_money else shown
        assert key.value == value, (period, key.name)
        assert f"{key.label} {shown}" in text, (period, key.name)
        assert sheet[key.label] == (value / 100 if metric.is_money else value), (period, key.name)
        assert told_there in page(manager, key.metric, period), (period, key.name)


def printed(content: Content) -> str:
    with world.app.test_request_context(), unit_of_work(write=False):
        document = content_document([("en", content)], KINDS["flow"].template, STAMP)
    return text_of(pdf.render(document.html).content)


def workbook(content: Content) -> dict[str, Any]:
    with world.app.test_request_context():
        book = CalamineWorkbook.from_filelike(BytesIO(as_xlsx([as_data("en", content)])))
    return {row[0]: row[1] for row in book.get_sheet_by_index(0).to_python()[1:]}


def page(manager: Visitor, metric: str, period: Period) -> str:
    days = {"period": "own", "from": period.first.isoformat(), "to": period.last.isoformat()}
    return str(manager.visit("ask.show_answer", metric=metric, **days).text)
