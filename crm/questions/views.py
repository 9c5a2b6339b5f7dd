"""The desk reads questions from the portal, answers them, passes them on, and shares answers with every reader."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, flash, request
from werkzeug.wrappers import Response

from crm.accounts.forms import AssignForm
from crm.accounts.queries import owner_names, owners
from crm.core.clock import day_of
from crm.core.errors import Refusal
from crm.questions import actions, policies, queries
from crm.questions.forms import AnswerForm, RefuseForm, ShareForm
from crm.questions.models import Question, QuestionState
from crm.settings.choices import choices
from crm.web.answers import form_page, now, page, see_other
from crm.web.guards import actor, requires
from crm.web.language import gettext as _
from crm.web.language import translate
from crm.web.lists import listing, place_from_request

bp = Blueprint("questions", __name__, url_prefix="/questions")


@bp.get("/")
@requires(policies.may_list)
def list_questions() -> Any:
    state = request.args.get("state", "")
    words = {"open": _("Unanswered"), "mine": _("Mine, unanswered"), **dict(choices("question_state"))}
    chips = [("state", _("State"), words[state])] if state in words else []
    found = listing(queries.questions(actor(), place_from_request(), state=state if chips else ""), chips)
    return page(
        "questions/list_questions.html",
        listing=found,
        openings=queries.first_texts([one.id for one in found.rows]),
        states=list(words.items()),
        state=state,
        today=day_of(now()),
    )


@bp.post("/<int:question_id>/assign")
@requires(policies.may_write, question=queries.find_question)
def assign_question(question: Question) -> Response:
    form = AssignForm().among(owners())
    if not form.validate():
        abort(400)
    actions.assign(question, form.value(), by=actor(), at=now())
    flash(_("Saved."), "done")
    return see_other("questions.show_question", question_id=question.id)


@bp.get("/<int:question_id>")
@requires(policies.may_see, question=queries.find_question)
def show_question(question: Question) -> Any:
    return thread_page(question, AnswerForm(obj=question))


@bp.post("/<int:question_id>")
@requires(policies.may_write, question=queries.find_question)
def answer_question(question: Question) -> Any:
    form = AnswerForm(obj=question)

    def save() -> Response:
        actions.answer(question, form.text.data, version=form.version.data, by=actor(), at=now())
        flash(_("The answer was sent to the institution."), "done")
        return back_to(question)

    return form_page("questions/show_question.html", form, save, **thread_values(question))


@bp.post("/<int:question_id>/forward")
@requires(policies.may_write, question=queries.find_question)
def forward_question(question: Question) -> Response:
    try:
        actions.forward(question, by=actor(), at=now())
        flash(_("Passed on to the startup, without the name of the institution."), "done")
    except Refusal as refusal:
        flash(" ".join(map(translate, refusal.fields.values())), "wrong")
    return back_to(question)


@bp.post("/<int:question_id>/entries/<int:number>/release")
@requires(policies.may_write, question=queries.find_question)
def release_entry(question: Question, number: int) -> Response:
    """Let the institution read what the startup wrote."""
    entry = queries.find_unreleased(question, number)
    if entry is None:
        abort(404)
    actions.release(question, entry, by=actor(), at=now())
    flash(_("The answer was sent to the institution."), "done")
    return back_to(question)


@bp.route("/<int:question_id>/refuse", methods=["GET", "POST"])
@requires(policies.may_write, question=queries.find_question)
def refuse_question(question: Question) -> Any:
    form = RefuseForm(obj=question)

    def save() -> Response:
        actions.refuse(question, form.word.data, version=form.version.data, by=actor(), at=now())
        flash(_("The institution was told why."), "done")
        return back_to(question)

    return form_page("questions/refuse_question.html", form, save, question=question)


@bp.route("/<int:question_id>/share", methods=["GET", "POST"])
@requires(policies.may_write, question=queries.find_question)
def share_question(question: Question) -> Any:
    entries = queries.entries_of(question)
    told = entries[-1].text if question.state == QuestionState.ANSWERED else ""
    form = ShareForm(
        obj=question, asked=question.shared_question or entries[0].text, told=question.shared_answer or told
    )

    def save() -> Response:
        texts = (form.asked.data, form.told.data)
        actions.share(question, *texts, version=form.version.data, by=actor(), at=now())
        flash(_("Every reader of the profile sees question and answer now."), "done")
        return back_to(question)

    return form_page("questions/share_question.html", form, save, question=question)


@bp.post("/<int:question_id>/unshare")
@requires(policies.may_write, question=queries.find_question)
def unshare_question(question: Question) -> Response:
    actions.unshare(question, by=actor(), at=now())
    flash(_("Readers no longer see it."), "done")
    return back_to(question)


def back_to(question: Question) -> Response:
    return see_other("questions.show_question", question_id=question.id)


def thread_page(question: Question, form: AnswerForm) -> str:
    return page("questions/show_question.html", form=form, **thread_values(question))


def thread_values(question: Question) -> dict[str, Any]:
    return {
        "question": question,
        "owners": owner_names(),
        "today": day_of(now()),
        "entries": queries.entries_of(question),
        "may_write": policies.may_write(actor()),
    }
