"""Pages of deals, and the notices from the portal."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import flash, jsonify, request, url_for
from werkzeug.wrappers import Response

from crm.accounts import queries as account_queries
from crm.audit.exports import hand_out, whole_list
from crm.audit.pages import told_history
from crm.audit.queries import last_entry_of
from crm.confirmations import queries as confirmation_queries
from crm.confirmations.policies import can_be_confirmed
from crm.core.clock import day_of
from crm.core.errors import Refusal
from crm.dataroom import queries as room_queries
from crm.deals import actions, exports, policies, queries
from crm.deals.asked import asked_deals, filter_choices
from crm.deals.columns import DEAL_LIST
from crm.deals.forms import EditDealForm, LogDealForm, MoveDealForm, ReceiveForm
from crm.deals.models import DEAL_MOVES, FIRST_STAGE, Deal, Interest, Receipt, Round, RoundState
from crm.deals.views.blueprint import bp
from crm.documents import queries as document_queries
from crm.funds import queries as fund_queries
from crm.institutions import queries as institution_queries
from crm.lib.spans import write_spans
from crm.lists.bulk import Many, asked_owner, change_many, chosen_rows, told_archived, told_given
from crm.lists.pages import kept_listing, opens_last_view
from crm.portal import actions as portal_actions
from crm.services import actions as service_actions
from crm.settings.choices import choices, word
from crm.settings.pages import remembered_page
from crm.settings.queries import terms
from crm.startups import queries as startup_queries
from crm.timeline import queries as timeline_queries
from crm.undo import actions as undo_actions
from crm.undo.policies import may_undo
from crm.web.answers import counted_once, form_page, go, now, page, safe_path, see_other
from crm.web.filters import money
from crm.web.guards import actor, requires
from crm.web.language import gettext as _
from crm.web.lists import place_from_request


@bp.get("/deals/")
@requires(policies.may_list)
@opens_last_view(DEAL_LIST)
def list_deals() -> Any:
    asked, filters, chips = asked_deals()
    found = queries.deal_rows(actor(), place_from_request(), **filters)
    may_write = policies.may_write(actor())
    return page(
        "deals/list_deals.html",
        listing=kept_listing(DEAL_LIST, found, chips, may_write=may_write),
        asked=asked,
        choices=filter_choices(),
        may_write=may_write,
    )


@bp.post("/deals/many")
@requires(policies.may_write)
def change_deals() -> Response:
    _asked, filters, _chips = asked_deals()
    found = queries.deal_rows(actor(), chosen_rows(), **filters)
    many = Many(
        DEAL_LIST,
        queries.deals_to_change,
        policies.may_write,
        acts={
            "owner": (partial(actions.give, owner_id=asked_owner(), by=actor(), at=now()), told_given),
            "archive": (partial(actions.archive_deal, by=actor(), at=now()), told_archived),
        },
        leads={"confirm": lambda picked: see_other("confirmations.ask_about_deals", picked=picked)},
    )
    return change_many(many, found)


@bp.post("/deals/export")
@requires(policies.may_write)
def export_deals() -> Response:
    _asked, filters, _chips = asked_deals()
    found = queries.deal_rows(actor(), whole_list(), **filters)
    return hand_out(_("Deals"), exports.headings(), found, exports.line, url_for("deals.list_deals"))


@bp.get("/deals/rounds-of")
@requires(policies.may_list)
def choose_round() -> Response:
    """The rounds that a deal form may choose from once its startup is known: its own first, then the new ones."""
    try:
        own = queries.rounds_of(startup_queries.resolve(request.args.get("q", ""), field=""))
    except Refusal:
        own = []
    likely = likely_round(own)
    return jsonify(
        items=[{"value": value, "label": label, "selected": value == likely} for value, label in round_choices(own)]
    )


@bp.route("/deals/new", methods=["GET", "POST"])
@requires(policies.may_write)
@counted_once
def log_deal() -> Any:
    form = LogDealForm(
        startup=request.args.get("startup"),
        institution=request.args.get("institution"),
        stage=FIRST_STAGE,
        happened_on=day_of(now()),
        owner_id=str(actor().id),
    )
    offer_deal(form)
    form.focus("startup", "round_name", "institution")

    def save() -> Response:
        startup = startup_queries.resolve(form.startup.data, field="startup")
        institution = institution_queries.resolve(form.institution.data, field="institution")
        deal = actions.log_deal(
            startup,
            form.round_name.data,
            institution,
            form.move(),
            form.deal_value(),
            sought=form.sought.data,
            by=actor(),
            at=now(),
        )
        if form.also_service.data:
            service_actions.record_introduction(deal, startup, institution, by=actor(), at=now())
        flash(
            _(
                "%(startup)s × %(institution)s was logged.",
                startup=startup.shown_name,
                institution=institution.name,
            ),
            "done",
        )
        if request.form.get("again"):
            return see_other("deals.log_deal", startup=startup.name)
        return see_other("deals.show_deal", deal_id=deal.id)

    named = form.startup.data, form.round_name.data, form.institution.data
    return form_page("deals/log_deal.html", form, save, known=known_of(*named))


@bp.get("/deals/beside")
@requires(policies.may_write)
def show_beside() -> Any:
    """What is known of those that a deal form names so far."""
    named = (request.args.get(name, "") for name in ("startup", "round_name", "institution"))
    return page("deals/_beside.html", known=known_of(*named))


def known_of(startup_name: str, round_name: str, institution_name: str) -> queries.Beside:
    startup = found(startup_queries.resolve, startup_name)
    institution = found(institution_queries.resolve, institution_name)
    return queries.beside(startup, round_name, institution, day_of(now()))


def found(resolve: Any, name: str) -> Any:
    """The record of a name; none for an empty or an unknown one."""
    try:
        return resolve(name, field="") if name else None
    except Refusal:
        return None


@bp.get("/deals/<int:deal_id>")
@requires(policies.may_see, deal=queries.find_deal)
def show_deal(deal: Deal) -> Any:
    return deal_page(deal)


@bp.get("/deals/<int:deal_id>/history")
@requires(policies.may_see, deal=queries.find_deal)
def show_deal_history(deal: Deal) -> Any:
    return remembered_page(
        "deals/show_deal_history.html",
        deal=deal,
        may_write=policies.may_write(actor()),
        entries=told_history("deal", deal.id, room_queries.parts_ever(actor(), deal_id=deal.id)),
        undoable=undoable_changes("deal", deal.id),
    )


@bp.route("/deals/<int:deal_id>/move", methods=["GET", "POST"])
@requires(policies.may_write, deal=queries.find_deal)
def move_deal(deal: Deal) -> Any:
    form = move_form(deal)
    back = safe_path(request.args.get("back"), url_for("deals.show_deal", deal_id=deal.id))

    def save() -> Response:
        actions.move_deal(deal, form.move(), version=form.version.data, by=actor(), at=now())
        flash(moved(deal, form.stage.data), "done")
        return go(back)

    saved = partial(move_form, deal, formdata=None)
    return form_page("deals/move_deal.html", form, save, saved=saved, deal=deal, back=back)


def moved(deal: Deal, stage: str) -> str:
    """What a move to a stage came to: the deal stands where its latest event says, which may be another."""
    names = {"startup": deal.round.startup.shown_name, "institution": deal.institution.name}
    told: str
    if deal.stage == stage:
        told = _("%(startup)s × %(institution)s moved to “%(stage)s”.", stage=word("deal_stage", stage), **names)
    else:
        told = _(
            "Recorded; a later move keeps %(startup)s × %(institution)s at “%(stage)s”.",
            stage=word("deal_stage", deal.stage),
            **names,
        )
    return told


@bp.route("/deals/<int:deal_id>/edit", methods=["GET", "POST"])
@requires(policies.may_write, deal=queries.find_deal)
def edit_deal(deal: Deal) -> Any:
    form = offer_deal(EditDealForm(obj=deal), deal)

    def save() -> Response:
        told = deal.institution_step
        actions.edit_deal(deal, form.deal_value(), version=form.version.data, by=actor(), at=now())
        portal_actions.tell_step(deal, told, by=actor(), at=now())
        flash(_("Saved."), "done")
        return see_other("deals.show_deal", deal_id=deal.id)

    return form_page(
        "deals/edit_deal.html",
        form,
        save,
        saved=lambda: offer_deal(EditDealForm(formdata=None, obj=deal), deal),
        deal=deal,
    )


@bp.route("/deals/<int:deal_id>/receipts/new", methods=["GET", "POST"])
@requires(policies.may_write, deal=queries.find_deal)
@counted_once
def receive_money(deal: Deal) -> Any:
    form = ReceiveForm(received_on=day_of(now()))

    def save() -> Response:
        actions.receive(deal, form.amount.data, form.received_on.data, by=actor(), at=now())
        flash(_("Money received was recorded."), "done")
        return see_other("deals.show_deal", deal_id=deal.id)

    return form_page("deals/receive_money.html", form, save, deal=deal)


@bp.post("/deals/receipts/<int:receipt_id>/remove")
@requires(policies.may_write, receipt=queries.find_receipt)
def remove_receipt(receipt: Receipt) -> Response:
    actions.remove_receipt(receipt, by=actor(), at=now())
    flash(_("The tranche was taken out; the history keeps it."), "done")
    return see_other("deals.show_deal", deal_id=receipt.deal_id)


@bp.post("/deals/<int:deal_id>/archive")
@requires(policies.may_write, deal=queries.find_deal)
def archive_deal(deal: Deal) -> Response:
    actions.archive_deal(deal, by=actor(), at=now())
    flash(_("The deal was archived and no longer counts. You can restore it from the bin."), "done")
    return see_other("deals.show_deal", deal_id=deal.id)


@bp.post("/deals/<int:deal_id>/restore")
@requires(policies.may_write, deal=queries.find_deal)
def restore_deal(deal: Deal) -> Response:
    actions.restore_deal(deal, by=actor(), at=now())
    flash(_("The deal was restored."), "done")
    return see_other("deals.show_deal", deal_id=deal.id)


@bp.post("/interests/<int:interest_id>/handle")
@requires(policies.may_write, interest=queries.find_interest)
def handle_interest(interest: Interest) -> Response:
    actions.handle_interest(interest, by=actor(), at=now())
    flash(_("The notice was handled."), "done")
    return go(url_for("home.show_home"))


def undoable_changes(record_type: str, record_id: int) -> str:
    """The last change of a record as the form that takes it back sends it; "" where this reader cannot."""
    last = last_entry_of(record_type, record_id)
    if last is None or not may_undo(actor()):
        return ""
    return write_spans(entry.id for entry in undo_actions.undoable([last.id], actor(), now()))


def deal_page(deal: Deal) -> str:
    receipts = queries.receipts_of(deal)
    return remembered_page(
        "deals/show_deal.html",
        deal=deal,
        timeline=timeline_queries.of_record(actor(), deal, request.args),
        receipts=receipts,
        received=sum(receipt.amount for receipt in receipts),
        attachments=document_queries.documents_seen(actor(), "deal", deal.id),
        today=day_of(now()),
        may_write=policies.may_write(actor()),
        confirmations=confirmation_queries.confirmations_of(deal) if can_be_confirmed(deal) else (),
        may_be_confirmed=can_be_confirmed(deal),
    )


def move_form(deal: Deal, **source: Any) -> MoveDealForm:
    form = MoveDealForm(
        obj=deal, happened_on=day_of(now()), received=None, reason=deal.pass_reason or "", note="", **source
    )
    offer_stages(form)
    form.status.offer([(one.value, word("deal_status", one)) for one in DEAL_MOVES[deal.status]])
    form.reason.offer(choices("pass_reason"), empty="")
    return form


def offer_stages(form: Any) -> None:
    held = form.stage.object_data
    stages = [one for one in terms("deal_stage").values() if not one.is_retired or one.code == held]
    form.stage.offer([(one.code, word("deal_stage", one.code), {"data-stage": str(one.position)}) for one in stages])


def offer_deal(form: Any, deal: Deal | None = None) -> Any:
    owners = [(str(number), name) for number, name in account_queries.owner_names()]
    form.owner_id.offer(owners, empty="")
    if deal is not None:
        form.fund_id.offer(fund_choices(deal.institution_id), empty="")
        return form
    offer_stages(form)
    startup, unknown_startup = resolved(startup_queries.resolve, form.startup)
    institution, unknown_institution = resolved(institution_queries.resolve, form.institution)
    form.refuse_names(filter(None, (unknown_startup, unknown_institution)))
    own = queries.rounds_of(startup) if startup else []
    form.round_name.offer(round_choices(own), empty=_("Choose a round"))
    if not form.is_submitted():
        form.round_name.data = likely_round(own)
    form.fund_id.offer(fund_choices(institution.id) if institution else [], empty="")
    return form


def resolved(resolve: Any, field: Any) -> tuple[Any, Refusal | None]:
    """The record that a field names, and why there is none; neither for an empty field."""
    try:
        return (resolve(field.data, field=field.name), None) if field.data else (None, None)
    except Refusal as refusal:
        return None, refusal


def fund_choices(institution_id: int) -> list[tuple[str, str]]:
    institution = institution_queries.find_institution(actor(), institution_id)
    return [(str(fund.id), fund.name) for fund in fund_queries.funds_of(institution)] if institution else []


def likely_round(own: Any) -> str:
    """The round that a new deal is about when the startup has exactly one open; "" leaves the choice open."""
    open_ones = [one.name for one in own if one.state == RoundState.OPEN]
    return open_ones[0] if len(open_ones) == 1 else ""


def round_choices(own: Any) -> list[tuple[str, str]]:
    told = {one.name: round_label(one) for one in own}
    new = [(code, _("%(name)s (new round)", name=label)) for code, label in choices("round_name") if code not in told]
    return [*told.items(), *new]


def round_label(round: Round) -> str:
    return f"{word('round_name', round.name)} · {word('round_state', round.state)} · {money(round.sought)}"
