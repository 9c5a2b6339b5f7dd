"""What each chart of the analytics shows, in the reader's language."""

from __future__ import annotations

from collections.abc import Sequence

from crm.analytics.history import MET_STAGE
from crm.analytics.queries.forecast import LATER, PAST, UNKNOWN, Forecast
from crm.analytics.queries.funnel import Funnel
from crm.analytics.queries.groups import Tally, milestones
from crm.analytics.queries.institutions import Responses
from crm.analytics.queries.reasons import Endings
from crm.deals.models import SIGNED_STAGE
from crm.lib.charts import Chart, Datum, columns, rows
from crm.lib.money import split_money
from crm.settings.choices import word
from crm.web.filters import count
from crm.web.language import current_language
from crm.web.language import gettext as _

LONGEST = 24  # columns
SHOWN = 12  # institutions


def percent(part: int, whole: int) -> str:
    """A share in whole percent; a dash of nothing."""
    return f"{100 * part / whole:.0f}%" if whole else "—"


def funnel_chart(found: Funnel) -> Chart:
    """How many deals got as far as each stage, and which share of all."""
    return rows(
        [
            Datum(
                word("deal_stage", row.code),
                (row.reached,),
                f"{count(row.reached)} · {percent(row.reached, found.introduced)}",
            )
            for row in found.rows
        ]
    )


def cohort_chart(cohorts: Sequence[Tally]) -> Chart:
    """The latest months: introduced, of these met, of these signed."""
    inner = [code for code in (MET_STAGE, SIGNED_STAGE) if code in milestones()]
    shown = cohorts[-LONGEST:]
    return columns(
        [
            Datum(
                f"{one.key[1]:02}",
                (one.introduced, *(one.reached[milestones().index(code)] for code in inner)),
                count(one.introduced),
                str(one.key[0]) if place == 0 or one.key[1] == 1 else "",
            )
            for place, one in enumerate(shown)
        ]
    )


def reason_chart(found: Endings) -> Chart:
    """Passes by reason; the darker part stood at the meeting or later."""
    return rows(
        [
            Datum(
                reason_in_words(row.reason),
                (row.deals, row.met),
                f"{count(row.deals)} · {percent(row.deals, found.passed)}",
            )
            for row in found.reasons
        ]
    )


def reason_in_words(reason: str) -> str:
    """A reason, or that none was given."""
    return _("No reason given") if reason == "-" else word("pass_reason", reason)


def bucket_in_words(name: str) -> str:
    """A month as it is, and the other buckets of the forecast in words."""
    told: dict[str, str] = {PAST: _("Day has passed"), LATER: _("Later"), UNKNOWN: _("No day known")}
    return told.get(name, name)


def response_chart(found: Sequence[Responses]) -> Chart:
    """The first institutions of the page: introduced long enough ago, and of these replied."""
    return rows(
        [
            Datum(
                one.name, (one.judged, one.replied), f"{percent(one.replied, one.judged)} · {one.replied}/{one.judged}"
            )
            for one in found[:SHOWN]
        ]
    )


def forecast_chart(found: Forecast) -> Chart:
    """Weighted money by month; the paler part is not sure for want of past deals."""
    told = {PAST: _("past"), LATER: _("later"), UNKNOWN: _("no day")}
    return columns(
        [
            Datum(
                told.get(name, name[5:]),
                (money.weighted_high, money.weighted_low),
                short_money(money.weighted_high) if money.weighted_high else "",
                name[:4] if name not in told and (place == 1 or name.endswith("-01")) else "",
            )
            for place, (name, money) in enumerate(found.buckets.items())
            if name != UNKNOWN or money.deals
        ]
    )


def short_money(fen: int) -> str:
    """An amount for a narrow place, to three digits or so."""
    step = 10 ** max(0, len(str(fen)) - 3)
    number, unit = split_money(round(fen / step) * step, current_language())
    return f"{number}{unit.removesuffix('元').removesuffix(' CNY')}".replace(" ", "")
