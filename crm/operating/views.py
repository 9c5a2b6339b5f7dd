"""What machines ask to see whether we live, and the pages of administrators about jobs and mails."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from flask import Blueprint, abort, current_app, flash, jsonify, request
from werkzeug.wrappers import Response

from crm.config import Settings
from crm.core.errors import Refusal
from crm.core.jobs import Job, JobState
from crm.core.outbox import Mail, MailState, outbox
from crm.lib.text import Message
from crm.operating import actions, policies, queries
from crm.operating.checks import Place, checks_of, readiness
from crm.operating.figures import Installation
from crm.operating.vocabulary import JOB_STATES, KINDS, MAIL_STATES
from crm.web.answers import now, page, see_other
from crm.web.guards import actor, public, requires
from crm.web.language import gettext as _
from crm.web.language import translate
from crm.web.lists import listing, place_from_request
from crm.web.measuring import exposition
from crm.web.transaction import own_transactions, short_unit

bp = Blueprint("operating", __name__)

METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"


# --- for machines


@bp.get("/healthz")
@public("says that the process lives, and asks nothing of the database")
@own_transactions
def show_health() -> Any:
    return jsonify(status="ok")


@bp.get("/readyz")
@public("says whether requests would be answered; details only by the token of metrics, or on this machine")
@own_transactions
def show_readiness() -> Any:
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    found = readiness.look(
        {name: in_context(app, check) for name, check in checks_of(place()).items()},
    )
    ready = all(one.ok for one in found.values())
    told: dict[str, Any] = {"status": "ready" if ready else "not ready"}
    if holds_token() or is_on_this_machine():
        told["checks"] = {name: {"ok": one.ok, "detail": one.detail, "ms": one.ms} for name, one in found.items()}
    return jsonify(told), 200 if ready else 503


@bp.get("/metrics")
@public("Prometheus reads it by the token of CRM_METRICS_TOKEN; 404 for everybody else")
@own_transactions
def show_metrics() -> Any:
    if not holds_token():
        abort(404)
    with short_unit(write=False):
        return Response(exposition(Installation(settings().data_dir)), mimetype=METRICS_TYPE)


def in_context(app: Any, check: Callable[[], str]) -> Callable[[], str]:
    """A check that runs in a thread of its own."""

    def run() -> str:
        with app.app_context():
            return check()

    return run


def settings() -> Settings:
    found: Settings = current_app.extensions["crm_settings"]
    return found


def place() -> Place:
    return Place(str(Path(current_app.extensions["migrate"].directory)), settings().data_dir)


def holds_token() -> bool:
    """True for whoever sends the token of metrics, compared in constant time; nobody does where none is set."""
    token, sent = settings().metrics_token, request.headers.get("Authorization", "")
    return bool(token) and hmac.compare_digest(sent.encode(), f"Bearer {token}".encode())


def is_on_this_machine() -> bool:
    """True for a request that no proxy passed on and that comes from this machine."""
    if request.remote_addr is None or "X-Forwarded-For" in request.headers or "Forwarded" in request.headers:
        return False
    return ip_address(request.remote_addr).is_loopback


# --- jobs


@bp.get("/jobs/")
@requires(policies.may_operate)
def list_jobs() -> Any:
    state, kind = request.args.get("state", ""), request.args.get("kind", "")
    known = queries.kinds()
    wanted = queries.JobFilter(
        JobState(state) if state in list(JobState) else None,
        kind if kind in known else None,
    )
    found = queries.jobs_page(wanted, place_from_request())
    on = [
        ("state", _("State"), translate(JOB_STATES[wanted.state]) if wanted.state else ""),
        ("kind", _("Kind"), kind_in_words(wanted.kind) if wanted.kind else ""),
    ]
    return page(
        "operating/list_jobs.html",
        listing=listing(found, [one for one in on if one[2]]),
        states=[(one.value, translate(word)) for one, word in JOB_STATES.items()],
        kinds=[(one, kind_in_words(one)) for one in known],
        counts=queries.count_jobs(),
        workers=queries.workers(),
        living=queries.count_living(now()),
        **beside_jobs(found.rows),
    )


@bp.get("/jobs/<int:job_id>")
@requires(policies.may_operate, job=queries.find_job)
def show_job(job: Job) -> Any:
    return page("operating/show_job.html", job=job, **beside_jobs([job]))


@bp.post("/jobs/<int:job_id>/run-again")
@requires(policies.may_operate, job=queries.find_job)
def run_job_again(job: Job) -> Any:
    told = _("The job waits for a worker again.")
    return changed("operating.list_jobs", lambda: actions.run_again(job, by=actor(), at=now()), told)


@bp.post("/jobs/<int:job_id>/cancel")
@requires(policies.may_operate, job=queries.find_job)
def cancel_job(job: Job) -> Any:
    return changed(
        "operating.list_jobs", lambda: actions.cancel(job, by=actor(), at=now()), _("The job was cancelled.")
    )


def beside_jobs(jobs: Any) -> dict[str, Any]:
    """What pages need to tell jobs in words."""
    return {
        "names": queries.names_of(jobs),
        "stuck": queries.stuck_among(jobs, now()),
        "kind_in_words": kind_in_words,
        "state_in_words": lambda job: translate(JOB_STATES[job.state]),
        "outcome": outcome,
    }


def kind_in_words(kind: str) -> str:
    """What a kind of job does."""
    return translate(KINDS[kind]) if kind in KINDS else kind


def outcome(job: Job) -> str:
    """What came of a job in a sentence: its result, why it was refused, or the last line of what broke."""
    told = [Message(text, tuple(sorted(values.items()))) for text, values in (*job.result, *job.refusal)]
    return " ".join(map(translate, told)) or (job.error.strip().splitlines() or [""])[-1]


# --- mails


@bp.get("/mails/")
@requires(policies.may_operate)
def list_mails() -> Any:
    asked = request.args.get("state", "")
    state = MailState(asked) if asked in list(MailState) else None
    found = queries.mails_page(state, place_from_request())
    return page(
        "operating/list_mails.html",
        listing=listing(found, [("state", _("State"), translate(MAIL_STATES[state]))] if state else []),
        states=[(one.value, translate(word)) for one, word in MAIL_STATES.items()],
        state_in_words=lambda mail: translate(MAIL_STATES[mail.state]),
        counts=queries.count_mails(),
        is_open=outbox.is_open,
    )


@bp.post("/mails/<int:mail_id>/send-again")
@requires(policies.may_operate, mail=queries.find_mail)
def send_mail_again(mail: Mail) -> Any:
    told = _("The mail goes out within a minute.")
    return changed("operating.list_mails", lambda: actions.send_again(mail, by=actor(), at=now()), told)


@bp.post("/mails/<int:mail_id>/drop")
@requires(policies.may_operate, mail=queries.find_mail)
def drop_mail(mail: Mail) -> Any:
    return changed("operating.list_mails", lambda: actions.drop(mail, by=actor(), at=now()), _("The mail was dropped."))


def changed(endpoint: str, change: Callable[[], None], told: str) -> Response:
    """Do it and go back to the list, which says so, or why not."""
    try:
        change()
    except Refusal as refusal:
        flash(" ".join(map(translate, refusal.fields.values())), "wrong")
    else:
        flash(told, "done")
    return see_other(endpoint)
