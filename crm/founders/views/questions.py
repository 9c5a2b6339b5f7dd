"""Questions that the desk passed on to the startup; who asked is not told."""

from __future__ import annotations

from typing import Any

from flask import flash
from werkzeug.wrappers import Response

from crm.founders import policies
from crm.founders.forms import AnswerQuestionForm
from crm.founders.views.blueprint import bp, own_startup
from crm.questions import actions, queries
from crm.questions.models import Question
from crm.web.answers import counted_once, form_page, now, page, see_other
from crm.web.guards import actor, requires
from crm.web.language import gettext as _


@bp.get("/founder/questions")
@requires(policies.may_use)
def list_questions() -> Any:
    return page("founders/list_questions.html", questions=queries.forwarded_to(own_startup().id))


@bp.route("/founder/questions/<int:question_id>", methods=["GET", "POST"])
@requires(policies.may_use, question=queries.find_forwarded)
@counted_once
def answer_question(question: Question) -> Any:
    """The question, and the form that answers it; the desk reads the answer first."""
    form = AnswerQuestionForm()

    def save() -> Response:
        actions.answer_for_startup(question, form.text.data, by=actor(), at=now())
        flash(_("The platform has your answer and passes it on."), "done")
        return see_other("founders.list_questions")

    return form_page("founders/answer_question.html", form, save, asked=queries.asked_of_startup(question))
