"""Pages of batches: ask for one, follow it, cancel it, try again what failed, take all of it along."""

from __future__ import annotations

from typing import Any

from flask import url_for
from werkzeug.wrappers import Response

from crm.reports import batches, policies, queries
from crm.reports.answers import pack_answer, why_failed
from crm.reports.asked import period_asked, period_links
from crm.reports.batches import MANY
from crm.reports.forms import BatchForm
from crm.reports.kinds import KINDS
from crm.reports.models import Batch
from crm.reports.views.blueprint import bp
from crm.reports.words import languages
from crm.web.answers import counted_once, form_page, now, page, see_other
from crm.web.guards import actor, requires
from crm.web.language import translate
from crm.web.lists import listing, place_from_request


@bp.get("/batches/")
@requires(policies.may_read_reports)
def list_batches() -> Any:
    return page(
        "reports/list_batches.html",
        listing=listing(queries.batches(actor(), place_from_request()), []),
        many=MANY,
        languages=languages(),
        may_make=policies.may_make(actor()),
    )


@bp.route("/batches/new", methods=["GET", "POST"])
@requires(policies.may_make)
@counted_once
def make_batch() -> Any:
    kind = KINDS["summary"]
    period = period_asked(kind)
    form = BatchForm(about="served_to_date", from_day=period.first, to_day=period.last, language="zh")
    form.about.offer([(name, translate(one.label)) for name, one in MANY.items()])
    form.language.offer(list(languages().items()))

    def save() -> Response:
        batch = batches.request_batch(form.about.data, form.period(), form.language.data, by=actor(), at=now())
        return see_other("reports.show_batch", batch_id=batch.id)

    here = url_for("reports.make_batch")
    return form_page("reports/make_batch.html", form, save, periods=period_links(kind, period, here))


@bp.get("/batches/<int:batch_id>")
@requires(policies.may_read_reports, batch=queries.find_batch)
def show_batch(batch: Batch) -> Any:
    return page(
        "reports/show_batch.html",
        batch=batch,
        told=queries.progress_of(batch, now()),
        failed=queries.failed_in(batch),
        why_failed=why_failed,
        many=MANY,
        languages=languages(),
        may_make=policies.may_make(actor()),
    )


@bp.post("/batches/<int:batch_id>/cancel")
@requires(policies.may_make, batch=queries.find_batch)
def cancel_batch(batch: Batch) -> Response:
    batches.cancel(batch, at=now())
    return see_other("reports.show_batch", batch_id=batch.id)


@bp.post("/batches/<int:batch_id>/retry")
@requires(policies.may_make, batch=queries.find_batch)
def retry_batch(batch: Batch) -> Response:
    batches.retry(batch, at=now())
    return see_other("reports.show_batch", batch_id=batch.id)


@bp.get("/batches/<int:batch_id>/files/<name>")
@requires(policies.may_read_reports, batch=queries.find_batch)
def download_batch(batch: Batch, name: str) -> Response:
    return pack_answer(batch, name)
