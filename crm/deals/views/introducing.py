"""Introducing a round to many institutions: choose them, look at what speaks against it, confirm."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import flash, request
from werkzeug.wrappers import Response

from crm.accounts import queries as account_queries
from crm.core.clock import day_of
from crm.core.errors import Refusal
from crm.core.named import NamedList
from crm.deals import actions, policies, queries
from crm.deals.forms import ChooseInstitutionsForm, IntroduceForm
from crm.deals.models import Round, RoundState
from crm.deals.queries import Fit
from crm.deals.views.blueprint import bp
from crm.deals.views.closing import nothing_to_do
from crm.institutions import queries as institution_queries
from crm.institutions.models import Institution
from crm.lib.text import N_
from crm.lists.bulk import handed_on
from crm.services import actions as service_actions
from crm.settings.choices import choices
from crm.web.answers import counted_once, now, page, see_other
from crm.web.guards import actor, requires
from crm.web.language import gettext as _
from crm.web.language import ngettext
from crm.web.names import meanings, not_clear, ticked

TICK_ALL = "all"
EVERY_FIT = ("stage", "sector", "ticket")


@bp.route("/rounds/<int:round_id>/introduce", methods=["GET", "POST"])
@requires(policies.may_write, round=queries.find_round)
def choose_institutions(round: Round) -> Any:
    """Sent again with other filters it keeps what was chosen; sent for the preview it leads there.

    Sent to tick all, those that are shown come back ticked.
    """
    if not is_open(round):
        return nothing_to_do(round)
    form = choose_form()
    if not form.institutions.validate(form):
        return choose_page(round, form, institution_queries.named("", {}), {}), 422
    named = institution_queries.named(form.institutions.data or "", meanings())
    step = request.form.get("step", "")
    picked = [] if step == TICK_ALL else queries.institutions_called(ticked("pick") or handed_on())
    chosen = {one.id: one for one in (*named.records, *picked)}
    unclear = [one.typed for one in named.unclear]
    form.institutions.data = "\n".join([*unclear, *(one.name for one in chosen.values())])
    if not form.is_submitted() or step != "preview":
        return choose_page(round, form, named, chosen, all_ticked=step == TICK_ALL)
    if chosen and not unclear:
        return preview_page(round, introduce_form(formdata=None), list(chosen.values()))
    form.refuse(
        Refusal({"institutions": not_clear(len(unclear)) if unclear else N_("Choose at least one institution.")})
    )
    return choose_page(round, form, named, chosen), 422


@bp.post("/rounds/<int:round_id>/introduce/confirm")
@requires(policies.may_write, round=queries.find_round)
@counted_once
def introduce(round: Round) -> Any:
    if not is_open(round):
        return nothing_to_do(round)
    form, considered = introduce_form(), ticked("considered")
    if form.validate():
        try:
            return introduced(round, form)
        except Refusal as refusal:
            form.refuse(refusal)
    return preview_page(round, form, queries.institutions_called(considered), set(ticked("include"))), 422


def introduced(round: Round, form: IntroduceForm) -> Response:
    """Do it. Raises Refusal."""
    institutions = queries.institutions_called(ticked("include"))
    deals = actions.introduce(round, institutions, form.value(), by=actor(), at=now())
    if form.also_service.data:
        service_actions.record_introductions(deals, round.startup, by=actor(), at=now())
    told = ngettext("%(num)s institution was introduced.", "%(num)s institutions were introduced.", len(deals))
    flash(told, "done")
    return see_other("deals.show_round", round_id=round.id)


def is_open(round: Round) -> bool:
    return round.state == RoundState.OPEN and round.archived_at is None


def choose_form() -> ChooseInstitutionsForm:
    form = ChooseInstitutionsForm(fits=EVERY_FIT)
    form.kind.offer(choices("institution_kind"), empty=_("Kind: all"))
    form.fits.offer([("stage", _("stage")), ("sector", _("sector and industry")), ("ticket", _("ticket"))])
    return form


def introduce_form(**source: Any) -> IntroduceForm:
    form = IntroduceForm(happened_on=day_of(now()), owner_id=str(actor().id), also_service=True, **source)
    form.owner_id.offer([(str(number), name) for number, name in account_queries.owner_names()], empty="")
    return form


def choose_page(
    round: Round,
    form: ChooseInstitutionsForm,
    named: NamedList[Institution],
    chosen: dict[int, Institution],
    *,
    all_ticked: bool = False,
) -> str:
    fits = form.fits.data or ()
    wanted = Fit(form.kind.data or "", *(name in fits for name in EVERY_FIT))
    found, count = queries.fitting_institutions(round, wanted, day_of(now()))
    return page(
        "deals/choose_institutions.html",
        round=round,
        form=form,
        named=named,
        found=[one for one in found if one.id not in chosen],
        count=count,
        shown=len(found),
        all_ticked=all_ticked,
    )


def preview_page(
    round: Round, form: IntroduceForm, institutions: Sequence[Institution], included: set[int] | None = None
) -> str:
    """What speaks against each; what nothing speaks against is ticked, unless somebody ticked already."""
    candidates = queries.candidates(round, institutions, day_of(now()))
    clear = {candidate.institution.id for candidate in candidates if candidate.is_clear}
    return page(
        "deals/preview_introductions.html",
        round=round,
        form=form,
        candidates=candidates,
        included=clear if included is None else included,
    )
