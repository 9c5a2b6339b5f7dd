"""The reader's own digest as a page."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, url_for

from crm.core.clock import day_of
from crm.core.outbox import outbox
from crm.digest import policies, queries
from crm.digest.told import told
from crm.web.answers import now, page
from crm.web.guards import actor, requires

bp = Blueprint("digest", __name__, url_prefix="/digest")


@bp.get("/")
@requires(policies.may_read)
def show_digest() -> Any:
    digest = queries.digest_of(actor(), day_of(now()))
    return page(
        "digest/show_digest.html",
        digest=digest,
        sections=told(digest),
        href=lambda target: url_for(target.endpoint, **target.values),
        sends_mail=outbox.is_open,
        by_mail=bool(actor().email and actor().daily_digest),
    )
