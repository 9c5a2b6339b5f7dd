"""Where a founder proposes changes: of the profile, products, figures, rounds, papers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash
from werkzeug.wrappers import Response

from crm.core.errors import Refusal
from crm.deals.models import Round
from crm.documents.answers import file_answer
from crm.documents.forms import AttachForm
from crm.documents.models import Document
from crm.documents.pictures import accept
from crm.founders import actions, policies, queries, records
from crm.founders.forms import EditPastRoundForm, EditProductForm, EditProfileForm, EditRoundForm, ProposeRoundForm
from crm.founders.models import ChangeProposal
from crm.founders.records import CODED, FIELDS, Record
from crm.founders.views.blueprint import bp, own_startup
from crm.lib.text import N_
from crm.settings.choices import choices, word
from crm.startups.forms import AddMetricForm, AddPastRoundForm, AddProductForm, PicturesForm
from crm.startups.models import PastRound, Product, Startup
from crm.web.answers import counted_once, form_page, now, see_other
from crm.web.guards import actor, requires
from crm.web.language import gettext as _
from crm.web.language import translate


@bp.route("/founder/profile/edit", methods=["GET", "POST"])
@requires(policies.may_use)
def edit_profile() -> Any:
    startup = own_startup()
    form = EditProfileForm(data=as_proposed(startup, startup))
    for name in CODED:
        form[name].offer(choices(name), empty="")
    return change_page(form, _("Edit the profile"), startup, startup, startup.shown_name)


@bp.route("/founder/products/new", methods=["GET", "POST"])
@requires(policies.may_use)
@counted_once
def add_product() -> Any:
    startup, form = own_startup(), AddProductForm()
    del form.position
    return new_page(form, _("Add a product"), startup, "product", lambda: form.name.data)


@bp.route("/founder/products/<int:product_id>/edit", methods=["GET", "POST"])
@requires(policies.may_use, product=queries.own_product)
def edit_product(product: Product) -> Any:
    startup = own_startup()
    form = EditProductForm(data=as_proposed(startup, product))
    return change_page(form, product.name, startup, product, product.name)


@bp.route("/founder/products/<int:product_id>/pictures", methods=["GET", "POST"])
@requires(policies.may_use, product=queries.own_product)
def add_pictures(product: Product) -> Any:
    startup, form = own_startup(), PicturesForm()

    def propose() -> None:
        sent = [one for one in form.pictures.data or () if one.filename]
        if not sent:
            raise Refusal({"pictures": N_("Choose at least one picture.")})
        uploads = [accept(one.filename, one.read(), field="pictures", pictures_only=True) for one in sent]
        actions.propose_files(startup, product, uploads, by=actor(), at=now())

    return propose_page(form, _("Pictures of %(name)s", name=product.name), startup, propose)


@bp.route("/founder/figures/new", methods=["GET", "POST"])
@requires(policies.may_use)
@counted_once
def add_figure() -> Any:
    startup, form = own_startup(), AddMetricForm(for_investors=True)
    form.metric.offer(choices("reported_metric"), empty="")
    del form.confirmed_by
    return new_page(
        form, _("Report a figure"), startup, "reported_metric", lambda: word("reported_metric", form.metric.data)
    )


@bp.route("/founder/rounds/new", methods=["GET", "POST"])
@requires(policies.may_use)
@counted_once
def add_round() -> Any:
    startup, form = own_startup(), ProposeRoundForm()
    form.name.offer(choices("round_name"), empty="")
    return new_page(form, _("Propose a round"), startup, "round", lambda: word("round_name", form.name.data))


@bp.route("/founder/rounds/<int:round_id>/edit", methods=["GET", "POST"])
@requires(policies.may_use, round=queries.own_round)
def edit_round(round: Round) -> Any:
    startup, name = own_startup(), word("round_name", round.name)
    form = EditRoundForm(data=as_proposed(startup, round))
    return change_page(form, _("Round: %(name)s", name=name), startup, round, name)


@bp.route("/founder/past-rounds/new", methods=["GET", "POST"])
@requires(policies.may_use)
@counted_once
def add_past_round() -> Any:
    startup, form = own_startup(), AddPastRoundForm()
    form.round_name.offer(choices("round_name"), empty="")
    return new_page(
        form, _("Add a past round"), startup, "past_round", lambda: word("round_name", form.round_name.data)
    )


@bp.route("/founder/past-rounds/<int:past_round_id>/edit", methods=["GET", "POST"])
@requires(policies.may_use, past_round=queries.own_past_round)
def edit_past_round(past_round: PastRound) -> Any:
    startup, name = own_startup(), word("round_name", past_round.round_name)
    form = EditPastRoundForm(data=as_proposed(startup, past_round))
    return change_page(form, _("Past round: %(name)s", name=name), startup, past_round, name)


@bp.post("/founder/changes/<int:proposal_id>/take-back")
@requires(policies.may_use, proposal=queries.own_proposal)
def take_back(proposal: ChangeProposal) -> Response:
    try:
        actions.take_back(proposal, by=actor(), at=now())
        flash(_("Taken back: the record stays as it is."), "done")
    except Refusal as refusal:
        flash(" ".join(map(translate, refusal.fields.values())), "wrong")
    return see_other("founders.list_changes")


@bp.get("/founder/documents/<int:document_id>")
@requires(policies.may_use, document=queries.own_document)
def show_document(document: Document) -> Any:
    return file_answer(document)


@bp.route("/founder/documents/new", methods=["GET", "POST"])
@requires(policies.may_use)
def add_documents() -> Any:
    startup, form = own_startup(), AttachForm()
    return propose_page(
        form,
        _("Send documents"),
        startup,
        lambda: actions.propose_files(startup, None, form.value(), by=actor(), at=now()),
    )


def as_proposed(startup: Startup, record: Record) -> dict[str, Any]:
    """What a record says, and in its place what was proposed and still waits."""
    kind = record.__tablename__
    waiting = queries.waiting_on(startup.id, kind, record.id)
    said = {field: getattr(record, field) for field in FIELDS[kind]}
    return said | {field: records.read(field, one.after) for field, one in waiting.items() if field in said}


def change_page(form: Any, title: str, startup: Startup, record: Record, name: str) -> Any:
    def propose() -> None:
        values = {field: form[field].data for field in FIELDS[record.__tablename__]}
        actions.propose(startup, record, values, name=name, by=actor(), at=now())

    return propose_page(form, title, startup, propose)


def new_page(form: Any, title: str, startup: Startup, record_type: str, name: Callable[[], str]) -> Any:
    def propose() -> None:
        actions.propose_new(startup, record_type, form.value(), name=name(), by=actor(), at=now())

    return propose_page(form, title, startup, propose)


def propose_page(form: Any, title: str, startup: Startup, propose: Callable[[], object]) -> Any:
    def save() -> Response:
        propose()
        flash(_("The desk was told. The record changes when it accepts."), "done")
        return see_other("founders.show_profile")

    return form_page("founders/propose.html", form, save, title=title, startup=startup)
