"""What an address asks of a report: its kind, whom it is about, over which days."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from flask import abort, request, url_for

from crm.core.clock import day_of
from crm.deals.models import Round
from crm.deals.queries import find_round
from crm.meeting.week import week_of
from crm.reports import queries
from crm.reports.batches import MANY
from crm.reports.figures import Scope, earliest_day
from crm.reports.kinds import KINDS, ReportKind
from crm.reports.models import Batch, Recipe, Report
from crm.reports.periods import Period, usual_periods
from crm.reports.words import platform_name
from crm.settings.choices import term
from crm.web.answers import now
from crm.web.guards import LARGEST_ID, actor
from crm.web.language import current_language, translate
from crm.web.language import gettext as _
from crm.web.lists import address

KEPT = ("about", "startup", "institution", "round", "line", "category", "language", "with")


def kind_asked(name: str) -> ReportKind:
    """A kind of report that one may choose; 404 for others."""
    kind = KINDS.get(name)
    return kind if kind and kind.is_chosen else abort(404)


def subject_asked(kind: ReportKind) -> str:
    """Whom the address asks about; what the kind is about by default."""
    named = next((name for name in kind.subjects if request.args.get(name)), kind.subjects[0])
    about = request.args.get("about", named)
    return about if about in kind.subjects else kind.subjects[0]


def round_asked(kind: ReportKind) -> Round | None:
    """The round that the address names, for a kind that is about one; 404 where it names none."""
    if "round" not in kind.subjects:
        return None
    return find_round(actor(), number_asked("round")) or abort(404)


def period_asked(kind: ReportKind) -> Period:
    """The days that the address asks for; this year, the week or the day by default."""
    today = day_of(now())
    first = week_of(None, today).first if kind.covers == "week" else today.replace(month=1, day=1)
    return Period(day_asked("from", first), day_asked("to", today))


def day_asked(name: str, otherwise: date) -> date:
    try:
        return date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return otherwise


def subject_links(kind: ReportKind, about: str) -> list[tuple[str, str, bool]]:
    """(label, address, chosen) of what the kind may be about; the period stays. None where there is no choice."""
    labels = {
        "platform": _("The platform"),
        "startup": _("A startup"),
        "institution": _("An institution"),
        "round": _("A round"),
        "line": _("A platform line"),
        "category": _("A category"),
    }
    here = url_for("reports.make_report", name=kind.name)
    kept = {name: request.args[name] for name in ("from", "to", "language") if name in request.args}
    found = [(labels[name], address(here, {**kept, "about": name}), name == about) for name in kind.subjects]
    return found if len(found) > 1 else []


def period_links(kind: ReportKind, asked: Period, here: str = "") -> list[tuple[str, str, bool]]:
    """(label, address, chosen) of the usual periods of a kind that covers days; the subject stays."""
    if kind.covers != "days":
        return []
    here = here or url_for("reports.make_report", name=kind.name)
    kept = {name: request.args[name] for name in KEPT if name in request.args}
    return [
        (
            translate(name),
            address(here, {**kept, "from": one.first.isoformat(), "to": one.last.isoformat()}),
            one == asked,
        )
        for name, one in usual_periods(day_of(now()), earliest_day(Scope()))
    ]


def number_asked(name: str) -> int:
    """A number of the address; 0 for none, or one that no record has."""
    number = request.args.get(name, 0, type=int)
    return number if 0 < number <= LARGEST_ID else 0


def chips_of(text: str, kind: str, batch: Batch | None) -> Iterator[tuple[str, str, str]]:
    """(argument, label, value) of the filters of the archive that the address carries."""
    if text:
        yield "q", _("About"), text
    if kind in KINDS:
        yield "kind", _("Kind"), translate(KINDS[kind].title)
    if batch:
        yield "batch", _("Batch"), translate(MANY[batch.about].label)


def name_of(report: Report) -> str:
    """Whom a report is about."""
    return report.title or (term("platform_line", report.line) if report.line else platform_name())


def name_of_recipe(recipe: Recipe) -> str:
    """Whom a recipe's reports are about."""
    subject = recipe.startup or recipe.institution
    if subject:
        return subject.shown_name
    if recipe.category:
        return recipe.category.label(current_language())
    return term("platform_line", recipe.line) if recipe.line else platform_name()


def other_report(report: Report) -> Report | None:
    """The report that the address compares with: the one before it by default."""
    others = queries.comparable(actor(), report)
    asked = request.args.get("with", 0, type=int)
    chosen = next((one for one in others if one.id == asked), None)
    return chosen or next((one for one in others if one.id < report.id), None) or next(iter(others), None)


def again_link(report: Report, period: Period | None = None) -> str:
    """Where the same report can be asked for again, for the same days or others."""
    period = period or Period(report.from_day, report.to_day)
    told = {
        "from": period.first.isoformat(),
        "to": period.last.isoformat(),
        "language": report.language,
        "startup": report.startup.name if report.startup else "",
        "institution": report.institution.name if report.institution else "",
        "round": str(report.round_id or ""),
        "line": report.line,
        "category": str(report.category_id or ""),
    }
    given = {name: value for name, value in told.items() if value} | {"with": ",".join(report.options)}
    return address(url_for("reports.make_report", name=report.kind), given)
