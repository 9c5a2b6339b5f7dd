"""Questions of the investor's institution, and answers that every reader may see."""

from __future__ import annotations

from typing import Any

from flask import flash
from werkzeug.wrappers import Response

from crm.core.clock import day_of
from crm.institutions import queries as institution_queries
from crm.portal import daily, policies, queries
from crm.portal.forms import AskForm
from crm.portal.views.blueprint import bp, for_admitted
from crm.questions import actions
from crm.questions import queries as question_queries
from crm.questions.models import Question
from crm.startups.models import Startup
from crm.web.answers import counted_once, form_page, now, page, see_other
from crm.web.guards import actor, requires
from crm.web.language import gettext as _
from crm.web.lists import listing, place_from_request


@bp.get("/questions/")
@requires(policies.may_read)
@for_admitted
def list_questions() -> Any:
    today = day_of(now())
    found = listing(daily.my_questions(actor(), today, place_from_request()), [])
    return page(
        "portal/list_questions.html",
        listing=found,
        openings=question_queries.first_texts([one.id for one in found.rows]),
        names=daily.names_of(actor(), found.rows, today),
    )


@bp.route("/startups/<int:startup_id>/questions", methods=["GET", "POST"])
@requires(policies.may_read, startup=queries.find_startup)
@counted_once
def ask_question(startup: Startup) -> Any:
    """The form for a question; below it what the institution asked before, and what was answered to all readers."""
    form = AskForm()

    def save() -> Response:
        institution = institution_queries.institution_of(actor())
        question = actions.ask(startup, institution, form.text.data, by=actor(), at=now())
        flash(_("The platform has your question and answers here."), "done")
        return see_other("portal.show_question", question_id=question.id)

    asked = daily.my_questions(actor(), day_of(now()), place_from_request(), startup)
    return form_page(
        "portal/ask_question.html",
        form,
        save,
        startup=startup,
        name=daily.published_name(startup),
        asked=asked.rows,
        openings=question_queries.first_texts([one.id for one in asked.rows]),
        answered=question_queries.shared_about(startup.id),
    )


@bp.route("/questions/<int:question_id>", methods=["GET", "POST"])
@requires(policies.may_read, question=daily.find_question)
@counted_once
def show_question(question: Question) -> Any:
    """The thread; its form asks on."""
    form = AskForm()

    def save() -> Response:
        actions.ask_again(question, form.text.data, by=actor(), at=now())
        flash(_("The platform has your question and answers here."), "done")
        return see_other("portal.show_question", question_id=question.id)

    return form_page(
        "portal/show_question.html",
        form,
        save,
        question=question,
        name=daily.published_name(question.startup),
        entries=question_queries.released_entries_of(question),
    )
