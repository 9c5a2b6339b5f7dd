"""Confirmations: the staff ask and see, the parties answer: by a link, or where they sign in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from flask import Blueprint, abort, flash, request, session, url_for
from werkzeug.wrappers import Response

from crm.accounts.policies import is_founder, is_investor
from crm.confirmations import actions, policies, queries
from crm.confirmations.actions import Answer, Answered, Holder, Sent
from crm.confirmations.forms import WORD, AnswersForm, AskForm, NamedAnswersForm, answers_form
from crm.confirmations.models import Confirmation, ConfirmationState, Side
from crm.core.errors import Refusal
from crm.deals import queries as deal_queries
from crm.founders import queries as founder_queries
from crm.institutions import queries as institution_queries
from crm.lib.text import N_
from crm.lists.bulk import handed_on
from crm.services import queries as service_queries
from crm.settings.choices import choices
from crm.settings.platform import identity
from crm.web.addresses import outside_address, tidy_token
from crm.web.answers import form_page, now, page, see_other
from crm.web.filters import moment
from crm.web.guards import actor, public, requires
from crm.web.language import gettext as _
from crm.web.language import ngettext
from crm.web.lists import listing, place_from_request
from crm.web.names import ticked

bp = Blueprint("confirmations", __name__)

NAME = "confirming_as"


# --- the staff


@bp.get("/confirmations/")
@requires(policies.may_list)
def list_confirmations() -> Any:
    state = request.args.get("state", "")
    state = state if state in set(ConfirmationState) else ConfirmationState.WAITING.value
    side = request.args.get("side", "")
    side = side if side in set(Side) else ""
    return page(
        "confirmations/list_confirmations.html",
        listing=listing(queries.confirmation_rows(actor(), place_from_request(), state, side), []),
        state=state,
        side=side,
        states=choices("confirmation_state"),
        sides=choices("confirming_side"),
        counts=queries.count_states(actor()),
        may_ask=policies.may_ask(actor()),
    )


@bp.route("/confirmations/services", methods=["GET", "POST"])
@requires(policies.may_ask)
def ask_about_services() -> Any:
    services = service_queries.services_to_change(actor(), handed_on())
    return ask_page(services, actions.ask_about_services, url_for("services.list_services"))


@bp.route("/confirmations/deals", methods=["GET", "POST"])
@requires(policies.may_ask)
def ask_about_deals() -> Any:
    deals = deal_queries.deals_to_change(actor(), handed_on())
    return ask_page(deals, actions.ask_about_deals, url_for("deals.list_deals"))


@bp.post("/confirmations/remind")
@requires(policies.may_ask)
def remind() -> Any:
    """New links for those that were ticked."""
    found = queries.confirmations_called(actor(), ticked("pick"))
    sent = actions.send(found, by=actor(), at=now())
    if not sent:
        flash(_("Tick the rows first."), "wrong")
        return see_other("confirmations.list_confirmations")
    return links_page(sent, url_for("confirmations.list_confirmations"))


def ask_page(records: Sequence[Any], ask: Callable[..., list[Confirmation]], back: str) -> Any:
    form = AskForm(sides=tuple(Side), role="brought_about")
    form.sides.offer(choices("confirming_side"))
    form.role.offer(choices("platform_role"))
    if len(records) == 1:
        back = record_address(records[0])

    def save() -> Any:
        asked = ask(records, form.value(), by=actor(), at=now())
        return links_page(actions.send(asked, by=actor(), at=now()), back)

    done = [one for one in records if policies.can_be_confirmed(one)]
    return form_page("confirmations/ask.html", form, save, records=records, done=done, back=back)


def record_address(record: Any) -> str:
    if record.__tablename__ == "deal":
        return url_for("deals.show_deal", deal_id=record.id)
    return url_for("services.show_service", service_id=record.id)


@dataclass(frozen=True)
class Letter:
    """What goes with a link into a chat or a mail, in the reader's language."""

    sent: Sent
    address: str
    body: str
    subject: str

    @property
    def mail(self) -> str:
        """The address that opens a new mail with it."""
        return f"mailto:?subject={quote(self.subject)}&body={quote(self.body)}"


def links_page(sent: Sequence[Sent], back: str) -> str:
    """The one page that shows the links, as the answer to the POST that made them."""
    return page("confirmations/show_links.html", letters=[letter(one) for one in sent], back=back)


def letter(sent: Sent) -> Letter:
    address = outside_address("confirmations.open_link", token=sent.token)
    count, platform = len(sent.confirmations), identity().name
    asks = ngettext(
        "%(platform)s asks %(party)s to confirm its role in %(num)s matter.",
        "%(platform)s asks %(party)s to confirm its role in %(num)s matters.",
        count,
        platform=platform,
        party=sent.party.shown_name,
    )
    until = _("The link works until %(until)s (Beijing time).", until=moment(sent.link.expires_at))
    subject = _("%(platform)s asks for your confirmation", platform=platform)
    return Letter(sent, address, "\n".join((asks, address, until)), subject)


# --- the parties


@bp.get("/confirm/<path:token>")
@public("whoever holds the link answers what it asks")
def open_link(token: str) -> Any:
    return link_page(tidy_token(token))


@bp.post("/confirm/<path:token>")
@public("whoever holds the link answers what it asks")
def use_link(token: str) -> Any:
    return link_page(tidy_token(token))


def link_page(token: str) -> Any:
    """What a link asks and what was answered; or the answers, taken."""
    link = queries.open_link(token, now())
    asked = queries.confirmations_of_link(link) if link else []
    if link is None or not asked:
        return page("accounts/spent_link.html"), 410
    form = form_for(NamedAnswersForm, asked, name=session.get(NAME, ""))

    def save() -> Response:
        session[NAME] = form.name.data
        take(asked, form, Holder(form.name.data))
        return see_other("confirmations.open_link", token=token)

    return answers_page("confirmations/open_link.html", form, asked, save, link=link)


@bp.after_request
def keep_address(response: Response) -> Response:
    """No request that the page of a link causes tells its address, only the origin."""
    if request.endpoint in ("confirmations.open_link", "confirmations.use_link"):
        response.headers["Referrer-Policy"] = "strict-origin"
    return response


@bp.route("/founder/confirmations", methods=["GET", "POST"])
@requires(is_founder)
def answer_as_founder() -> Any:
    if founder_queries.own_startup(actor()) is None:
        abort(403)
    return portal_page("confirmations.answer_as_founder")


@bp.route("/portal/confirmations", methods=["GET", "POST"])
@requires(is_investor)
def answer_as_investor() -> Any:
    if institution_queries.is_shut_out(actor().institution_id):
        return page("portal/not_admitted.html")
    return portal_page("confirmations.answer_as_investor")


def portal_page(endpoint: str) -> Any:
    asked = queries.waiting_for(actor())
    form = form_for(AnswersForm, asked)

    def save() -> Response:
        take(asked, form, actor())
        return see_other(endpoint)

    answered = queries.answered_by(actor())
    return answers_page("confirmations/answer.html", form, asked, save, answered=answered)


def form_for(kind: type[AnswersForm], asked: Sequence[Confirmation], **told: str) -> Any:
    waiting = [one.id for one in asked if one.state == ConfirmationState.WAITING]
    return answers_form(kind, waiting, choices("platform_role"), **told)


def answers_page(
    template: str, form: Any, asked: Sequence[Confirmation], save: Callable[[], Response], **values: Any
) -> Any:
    try:
        return form_page(template, form, save, asked=asked, **values)
    except Answered:
        return page("confirmations/answered.html"), 409


def take(asked: Sequence[Confirmation], form: AnswersForm, by: Any) -> None:
    """Take every answer that the form gives, or none. Raises Refusal, Answered."""
    given = form.value()
    if not given:
        raise Refusal({"": N_("Choose an answer first.")})
    wrong: dict[str, Any] = {}
    for one in asked:
        if one.id in given:
            wrong |= taken(one, given[one.id], by)
    if wrong:
        raise Refusal(wrong)
    flash(ngettext("%(num)s answer was kept. Thank you.", "%(num)s answers were kept. Thank you.", len(given)), "done")


def taken(confirmation: Confirmation, said: Answer, by: Any) -> dict[str, Any]:
    """Take an answer; why it was refused, at its field."""
    try:
        actions.answer(confirmation, said, by=by, at=now())
    except Refusal as refusal:
        return {f"{WORD}{confirmation.id}": message for message in refusal.fields.values()}
    return {}
