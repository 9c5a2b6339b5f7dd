"""The desk decides on what founders propose, one by one, with a word."""

from __future__ import annotations

from typing import Any

from flask import flash, request
from werkzeug.wrappers import Response

from crm.core.errors import Conflict, Refusal
from crm.founders import actions, policies, queries
from crm.founders.forms import DecideForm
from crm.founders.models import ChangeProposal
from crm.founders.views.blueprint import bp
from crm.founders.words import told
from crm.startups import queries as startup_queries
from crm.startups.models import Startup
from crm.web.answers import now, page, see_other
from crm.web.guards import actor, requires
from crm.web.language import gettext as _
from crm.web.language import translate
from crm.web.lists import listing, place_from_request


@bp.get("/proposals/")
@requires(policies.may_list)
def list_proposals() -> Any:
    """The startups about which something waits."""
    return page(
        "founders/list_proposals.html",
        listing=listing(queries.startups_waiting(place_from_request()), []),
        waiting=queries.count_waiting(),
    )


@bp.get("/proposals/startups/<int:startup_id>")
@requires(policies.may_list, startup=startup_queries.find_startup)
def show_proposals(startup: Startup) -> Any:
    return proposals_page(startup)


@bp.post("/proposals/<int:proposal_id>/decide")
@requires(policies.may_decide, proposal=queries.find_proposal)
def decide(proposal: ChangeProposal) -> Any:
    form = DecideForm()
    text = form.word.data or ""
    try:
        if request.form.get("do") == "accept":
            actions.accept(proposal, text, seen=form.seen.data or "", by=actor(), at=now())
            flash(_("Accepted: the record says so now."), "done")
        else:
            actions.return_back(proposal, text, by=actor(), at=now())
            flash(_("Returned: the founder reads your word."), "done")
    except Conflict:
        wrong = _("The record changed after this page was opened. Compare again before you decide.")
        return proposals_page(proposal.startup, wrong, proposal.id, text), 409
    except Refusal as refusal:
        wrong = " ".join(translate(one) for one in refusal.fields.values())
        return proposals_page(proposal.startup, wrong, proposal.id, text), 422
    return answer_to(proposal.startup)


def answer_to(startup: Startup) -> Response:
    if queries.waiting_about(startup):
        return see_other("founders.show_proposals", startup_id=startup.id)
    return see_other("founders.list_proposals")


def proposals_page(startup: Startup, wrong: str = "", about: int = 0, text: str = "") -> str:
    """What waits about a startup. `wrong`: why the decision on the proposal `about` was not taken; its `text` stays."""
    waiting = queries.waiting_about(startup)
    return page(
        "founders/show_proposals.html",
        startup=startup,
        changes=told(waiting, compared=True),
        files=queries.files_of(waiting),
        form=DecideForm(formdata=None),
        may_decide=policies.may_decide(actor()),
        wrong=wrong,
        about=about,
        text=text,
    )
