"""The blueprint that every page of the portal shares."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Blueprint

from crm.institutions import queries as institution_queries
from crm.web.answers import page
from crm.web.guards import actor

bp = Blueprint("portal", __name__, url_prefix="/portal")


def for_admitted(view: Callable[..., Any]) -> Callable[..., Any]:
    """A page that an institution reads once it is admitted; until then it says whom to ask."""

    @wraps(view)
    def shown(**arguments: Any) -> Any:
        if institution_queries.is_shut_out(actor().institution_id):
            return page("portal/not_admitted.html")
        return view(**arguments)

    return shown
