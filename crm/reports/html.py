"""Reports as HTML in one or two languages; a renderer turns it into a PDF."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import accumulate
from typing import Any
from unicodedata import east_asian_width

from flask import current_app
from markupsafe import Markup

from crm.core.storage import storage
from crm.expiring.queries import SOURCES
from crm.lib.money import Amount, split_money
from crm.meeting.queries import Meeting
from crm.metrics.definitions import METRICS
from crm.reports.charts import month_chart, rungs
from crm.reports.profile import Profile
from crm.reports.summary import CREDIT, POLICY, Summary
from crm.services.outcomes import OutcomeField, told_value
from crm.settings.choices import term
from crm.settings.platform import identity
from crm.web.filters import moment
from crm.web.language import current_language, force_locale, translate
from crm.web.language import gettext as _

LANGUAGES = {"zh": ("zh_CN",), "en": ("en",), "both": ("zh_CN", "en")}
UNITS = {"zh_CN": 10_000 * 100, "en": 1_000_000 * 100}  # 分: tables count in 万元 or millions
PLACES = {"zh_CN": 2, "en": 4}  # decimals: both to 100 yuan
LADDER = 62
RUNNING = 40  # half-width characters
DASH = "—"


@dataclass(frozen=True)
class Stamp:
    """Who made a report, when, and the number that it goes by; "" where there is none."""

    at: datetime
    by: str = ""
    number: str = ""
    reader: str = ""


@dataclass(frozen=True)
class Document:
    """A report ready for the renderer."""

    title: str
    html: str


def summary_document(summary: Summary, language: str, stamp: Stamp) -> Document:
    """The summary of services in zh, en or both."""
    return document(language, stamp, lambda: summary_title(summary), lambda: summary_part(summary, stamp))


def profile_document(profile: Profile, language: str, stamp: Stamp) -> Document:
    """A startup's published profile for one reader."""
    return document(language, stamp, lambda: profile_title(profile), lambda: profile_part(profile, stamp))


def meeting_document(meeting: Meeting, language: str, stamp: Stamp) -> Document:
    """The Monday meeting in zh, en or both."""
    return document(language, stamp, lambda: meeting_title(meeting), lambda: meeting_part(meeting, stamp))


def document(language: str, stamp: Stamp, title: Callable[[], str], part: Callable[[], Markup]) -> Document:
    titles, parts, authors = [], [], []
    for locale in LANGUAGES[language]:
        with force_locale(locale):
            titles.append(title())
            parts.append(part())
            authors.append(platform_name())
    html = filled(
        "pdf/document.html",
        lang="en" if language == "en" else "zh-CN",
        title=" / ".join(titles),
        author=" / ".join(dict.fromkeys(authors)),
        made_at=stamp.at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        parts=parts,
    )
    return Document(" / ".join(titles), html)


def summary_title(summary: Summary) -> str:
    """What the document is called, in the language at hand."""
    period = summary.period
    days = _("%(first)s to %(last)s", first=period.first.isoformat(), last=period.last.isoformat())
    return " · ".join((_("Summary of services"), subject_name(summary), days))


def profile_title(profile: Profile) -> str:
    """What the document is called, in the language at hand."""
    return " · ".join((_("Company profile"), profile.name))


def meeting_title(meeting: Meeting) -> str:
    """What the document is called, in the language at hand."""
    week = meeting.week
    days = _("%(first)s to %(last)s", first=week.first.isoformat(), last=week.last.isoformat())
    return " · ".join((_("Monday meeting"), days))


def subject_name(summary: Summary) -> str:
    """Whom the summary is about."""
    return summary.subject.name or platform_name()


def platform_name() -> str:
    """The platform's name in the language at hand."""
    return identity().name


def logo() -> str:
    """The platform's logo as a picture inside the document; "" for our own mark, or where its file is lost."""
    shown = identity()
    try:
        content = storage.get(shown.logo_key) if shown.logo_key else b""
    except FileNotFoundError:
        content = b""
    return f"data:{shown.logo_type};base64,{b64encode(content).decode()}" if content else ""


def summary_part(summary: Summary, stamp: Stamp) -> Markup:
    name = subject_name(summary)
    reached = [(term("deal_stage", code), number) for code, number in summary.reached]
    return Markup(  # noqa: S704  our own template, which escapes what it is given
        filled(
            "pdf/summary.html",
            summary=summary,
            name=name,
            running=" · ".join((_("Summary of services"), shortened(name))),
            foot=" · ".join((made(stamp), _("For internal use by the recipient"))),
            chart=month_chart(summary.months, summary.period),
            stages=rungs(reached, LADDER),
            reached_in_words=_(", ").join(f"{stage} {number}" for stage, number in reached),
            paid_codes=[code for code in (CREDIT, POLICY) if summary.amount_of(code)],
            **common(stamp),
        )
    )


def profile_part(profile: Profile, stamp: Stamp) -> Markup:
    return Markup(  # noqa: S704  our own template, which escapes what it is given
        filled(
            "pdf/profile.html",
            profile=profile,
            running=" · ".join((_("Company profile"), shortened(profile.name))),
            foot=" · ".join(filter(None, (disclaimer(), stamp.reader, moment(stamp.at)))),
            disclaimer=disclaimer(),
            **common(stamp),
        )
    )


def meeting_part(meeting: Meeting, stamp: Stamp) -> Markup:
    return Markup(  # noqa: S704  our own template, which escapes what it is given
        filled(
            "pdf/meeting.html",
            meeting=meeting,
            expiring=SOURCES,
            running=meeting_title(meeting),
            foot=" · ".join((made(stamp), _("For internal use by the recipient"))),
            **common(stamp),
        )
    )


def shortened(name: str) -> str:
    """A name for the running head, where one line must do. (An ellipsis by style would spoil the text of the PDF.)"""
    widths = accumulate(2 if east_asian_width(one) in "FWA" else 1 for one in name)
    fitting = sum(width <= RUNNING for width in widths)
    return name if fitting == len(name) else name[: fitting - 1] + "…"


def disclaimer() -> str:
    """What every profile carries."""
    return identity().disclaimer


def made(stamp: Stamp) -> str:
    """When the report was made, and by whom where somebody is known."""
    if stamp.by:
        return str(_("Made %(moment)s by %(name)s", moment=moment(stamp.at), name=stamp.by))
    return str(_("Made %(moment)s", moment=moment(stamp.at)))


def common(stamp: Stamp) -> dict[str, Any]:
    """What the templates of all reports need, in the language at hand."""
    return {
        "language": current_language(),
        "platform_name": platform_name(),
        "logo": logo(),
        "stamp": stamp,
        "metrics": METRICS,
        "unit": _("CNY 10,000") if current_language() != "en" else _("CNY million"),
        "in_unit": in_unit,
        "amount_in_unit": amount_in_unit,
        "figure_parts": figure_parts,
        "days": days,
        "told_outcome": told_outcome,
    }


def filled(template: str, **values: Any) -> str:
    """A template outside any request: none of the values that pages get."""
    return current_app.jinja_env.get_template(template).render(**values)


def in_unit(fen: int | None) -> str:
    """分 in the unit of the tables, to the hundred yuan: 3,000 or 1.5; a dash for None."""
    if fen is None:
        return DASH
    language = current_language()
    number = round(Decimal(fen) / UNITS[language], PLACES[language])
    return f"{number:,f}".rstrip("0").rstrip(".") if number else "0"


def amount_in_unit(amount: Amount) -> str:
    """An Amount in the unit of the tables: one number, both ends of a range, or the words."""
    if amount.low is None or amount.high is None:
        return amount.text or DASH
    ends = dict.fromkeys((in_unit(amount.low), in_unit(amount.high)))
    return "–".join(ends)


def figure_parts(fen: int) -> tuple[str, str]:
    """分 as a large number and its unit: ("3,000", "万元")."""
    number, unit = split_money(fen, current_language())
    return number, unit if current_language() == "en" else f"{unit.removesuffix('元')}元"


def days(value: float | None) -> str:
    """A median of days: 10 or 10.5; a dash for None."""
    return DASH if value is None else f"{value:g}"


def told_outcome(field: OutcomeField, value: Any) -> str:
    """One measured outcome of a service: its name, its value and its unit."""
    language = current_language()
    return str(
        _("%(name)s: %(value)s", name=field.label(language), value=told_value(field, value, language, translate))
    )
