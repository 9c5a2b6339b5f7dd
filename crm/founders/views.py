"""The pages of founders: their own startup, and nothing else."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort

from crm.founders import policies, queries
from crm.startups.models import Startup
from crm.web.answers import page
from crm.web.guards import actor, requires

bp = Blueprint("founders", __name__, url_prefix="/founder")


def own_startup() -> Startup:
    """The startup of whoever asks; 403 once it was put away."""
    return queries.own_startup(actor()) or abort(403)


@bp.get("/")
@requires(policies.may_use)
def show_home() -> Any:
    return page("founders/show_home.html", startup=own_startup())
