"""The blueprint of founders, and whose pages they are."""

from __future__ import annotations

from flask import Blueprint, abort

from crm.founders import queries
from crm.startups.models import Startup
from crm.web.guards import actor

bp = Blueprint("founders", __name__)


def own_startup() -> Startup:
    """The startup of whoever asks; 403 once it was put away."""
    return queries.own_startup(actor()) or abort(403)
