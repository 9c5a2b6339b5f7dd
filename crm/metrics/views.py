"""One figure: its definition, its value at a date, and the rows that it counts."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, abort, request, url_for

from crm.metrics import policies, queries
from crm.metrics.definitions import METRICS
from crm.web.answers import as_of_day, page
from crm.web.guards import requires
from crm.web.language import gettext as _
from crm.web.lists import listing, place_from_request

bp = Blueprint("metrics", __name__, url_prefix="/metrics")

RECORD_PAGES = {
    "institution": "/institutions/",
    "startup": "/startups/",
    "deal": "/deals/",
    "fund": "/funds/",
}


@bp.get("/<name>")
@requires(policies.may_see_figures)
def show_metric(name: str) -> Any:
    if name not in METRICS:
        abort(404)
    metric = METRICS[name]
    as_of, wrong = as_of_day(request.args.get("as_of", ""))
    found = queries.rows_of(metric, as_of, place_from_request())
    return page(
        "metrics/show_metric.html",
        metric=metric,
        as_of=as_of,
        wrong=wrong,
        value=queries.value_of(metric, as_of),
        count=queries.count_of(metric, as_of),
        listing=listing(found, []),
        prefix=RECORD_PAGES[metric.record],
        home_href=url_for("home.show_home", as_of=as_of.isoformat()),
        unit=_("CNY"),
    )
