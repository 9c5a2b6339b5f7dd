"""The page on which the text of a briefing is written."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, request
from werkzeug.wrappers import Response

from crm.briefings import actions, policies, queries
from crm.briefings.forms import TEXTS, BriefingForm, filled
from crm.briefings.reading import check_length, readings
from crm.core.clock import day_of
from crm.publishing import queries as publishing
from crm.reports.kinds.briefing.texts import written
from crm.reports.models import Report
from crm.web.answers import form_page, now, page, see_other
from crm.web.guards import actor, requires

bp = Blueprint("briefings", __name__, url_prefix="/reports")


@bp.route("/<int:report_id>/text", methods=["GET", "POST"])
@requires(policies.may_word, report=queries.find_briefing)
def edit_text(report: Report) -> Any:
    latest, language = queries.latest_of(report), language_asked(report)
    earlier = None if latest.words.get(language) else queries.worded_before(report, language)
    taken = earlier if earlier is not None and request.args.get("begin") == str(earlier.id) else None

    def build(**source: Any) -> BriefingForm:
        return text_form(latest, language, taken.words if taken else latest.words, **source)

    form = build()

    def save() -> Response:
        words = form.words(latest.words)
        check_length(latest, words, language, day_of(now()))
        again = actions.reword(report, words, version=form.version.data, by=actor(), at=now())
        return see_other("reports.show_report", report_id=again.id)

    shown: dict[str, Any] = {
        "report": latest,
        "text_language": language,
        "languages": languages_of(report),
        "versions": queries.versions_of(report),
        "earlier": earlier,
        "taken": taken,
    }
    if "look" in request.form:
        form.validate()
        return page("briefings/edit_text.html", form=form, readings=readings_of(latest, form, language), **shown)
    shown["readings"] = readings_of(latest, form, language)
    return form_page("briefings/edit_text.html", form, save, saved=lambda: build(formdata=None), **shown)


def text_form(report: Report, language: str, words: dict[str, Any], **source: Any) -> BriefingForm:
    """The form with a text that was written, of this briefing or an earlier one, or with what is proposed."""
    texts = {name: written(words, language, name) for name in ("title", *TEXTS)}
    day = report.words.get("written_on")
    form = BriefingForm(
        **dict(filled(words, language, texts)),
        written_on=date.fromisoformat(day) if day else None,
        version=report.id,
        **source,
    )
    startups = publishing.told_to_everybody(day_of(now()))
    form.suit(language, [("", "—"), *((str(row.startup_id), row.name) for row in startups)])
    return form


def readings_of(report: Report, form: BriefingForm, language: str) -> dict[str, Any]:
    return readings(report, {name: form[name].data or "" for name in TEXTS}, language)


def languages_of(report: Report) -> list[str]:
    """The languages of a briefing's text."""
    return ["zh", "en"] if report.language == "both" else [report.language]


def language_asked(report: Report) -> str:
    known = languages_of(report)
    asked = request.args.get("in", "")
    return asked if asked in known else known[0]
