"""Uploading a ledger, trying it, and importing it for real."""

from __future__ import annotations

from io import BytesIO
from pathlib import PurePath
from typing import Any

from flask import Blueprint, abort, send_file

from crm.core.errors import Refusal
from crm.imports import actions, policies, queries
from crm.imports.forms import UploadLedgerForm
from crm.imports.models import LedgerImport
from crm.imports.outcome import FLOWS, KINDS, Outcome
from crm.imports.template import ledger_template
from crm.lib.text import Message
from crm.web.answers import counted_once, form_page, now, page, see_other
from crm.web.guards import actor, requires
from crm.web.language import current_language, translate
from crm.web.language import gettext as _

bp = Blueprint("imports", __name__, url_prefix="/imports")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
SHOWN_REMARKS = 200


@bp.get("/")
@requires(policies.may_import)
def list_imports() -> Any:
    return page("imports/list_imports.html", runs=queries.imports(actor()))


@bp.route("/new", methods=["GET", "POST"])
@requires(policies.may_import)
@counted_once
def upload_ledger() -> Any:
    form = UploadLedgerForm()

    def save() -> Any:
        content, name = form.value()
        run = actions.request_import(content, name, dry_run=True, by=actor(), at=now())
        return see_other("imports.show_import", run_id=run.id)

    return form_page("imports/upload_ledger.html", form, save)


@bp.get("/template")
@requires(policies.may_import)
def download_template() -> Any:
    """A workbook with every sheet and its headings, to be filled in."""
    content = ledger_template(current_language())
    return send_file(BytesIO(content), mimetype=XLSX, as_attachment=True, download_name="ledger.xlsx")


@bp.get("/<int:run_id>")
@requires(policies.may_import, run=queries.find_import)
def show_import(run: LedgerImport) -> Any:
    is_over = run.job is None or run.job.is_over  # the refused rows come last
    outcome = Outcome.from_data(run.outcome) if run.outcome and is_over else None
    return page(
        "imports/show_import.html",
        run=run,
        wrong=why_failed(run),
        counts=told_counts(outcome) if outcome else [],
        refused=told_remarks(outcome, "refused"),
        warnings=told_remarks(outcome, "warnings"),
        shown=SHOWN_REMARKS,
    )


@bp.post("/<int:run_id>/repeat")
@requires(policies.may_import, run=queries.find_import)
def import_for_real(run: LedgerImport) -> Any:
    try:
        real = actions.repeat_for_real(run, by=actor(), at=now())
    except Refusal:
        abort(409)
    return see_other("imports.show_import", run_id=real.id)


@bp.get("/<int:run_id>/refused")
@requires(policies.may_import, run=queries.find_import)
def download_refused(run: LedgerImport) -> Any:
    content = queries.refused_file(run)
    if content is None:
        abort(404)
    name = f"refused-{PurePath(run.file_name).stem}.xlsx"
    return send_file(BytesIO(content), mimetype=XLSX, as_attachment=True, download_name=name)


def why_failed(run: LedgerImport) -> str:
    """The reason of a failure in the reader's language; "" while there is none."""
    job = run.job
    if job is None or not (job.refusal or job.error):
        return ""
    refusals = [Message(text, tuple(sorted(values.items()))) for text, values in job.refusal]
    if refusals:
        return " ".join(map(translate, refusals))
    return str(_("Nothing was written. Try it again; if it fails again, tell an administrator."))


def told_counts(outcome: Outcome) -> list[tuple[Any, ...]]:
    """Each kind of record with how many were added, changed and left as they were."""
    words = {
        "institutions": _("Institutions"),
        "funds": _("Funds"),
        "startups": _("Startups"),
        "rounds": _("Rounds"),
        "deals": _("Deals"),
        "deal_rows": _("Rows of the deal sheet"),
        "services": _("Services"),
        FLOWS: _("Flows of funds"),
    }
    kinds = [kind for kind in words if kind in KINDS or any(kind in counts for counts in outcome.counts.values())]
    return [(words[kind], *(counts.get(kind, 0) for counts in outcome.counts.values())) for kind in kinds]


def told_remarks(outcome: Outcome | None, which: str) -> list[dict[str, Any]]:
    return [remark.told(current_language()) for remark in getattr(outcome, which)] if outcome else []
