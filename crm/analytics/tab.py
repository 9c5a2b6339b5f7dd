"""What all tabs of the analytics share: tabs, filters, addresses of figures; and that each is made once.

A tab is the same for everybody who may see it, so that what stands below its head holds until somebody writes, as its
figures do.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import request, url_for

from crm.analytics.asked import Asked, chips, period_links, selects
from crm.core.keeping import until_written
from crm.web.addresses import address as path_to
from crm.web.answers import page
from crm.web.language import gettext as _
from crm.web.lists import address
from crm.web.pieces import made_once

Shown = tuple[Asked, dict[str, Any]]
View = Callable[[], Shown]


def tab(template: str) -> Callable[[View], Callable[[], str]]:
    """Declare a tab: the view tells what is asked and what its template shows."""

    def declare(view: View) -> Callable[[], str]:
        @wraps(view)
        def shown() -> str:
            content = made_once(template, request.full_path, lambda: told(*view()), until_written)
            title = next(label for label, _href, chosen, _count in tab_links({}) if chosen)
            return page("analytics/tab.html", title=title, content=content)

        return shown

    return declare


def told(asked: Asked, values: dict[str, Any]) -> dict[str, Any]:
    """What the template of a tab shows."""
    by = {"by": request.args["by"]} if request.args.get("by") else {}
    return {
        "asked": asked,
        "tabs": tab_links(asked.arguments() or {"period": "all"}),
        "path": request.path,
        "periods": period_links(asked, request.path, by),
        "selects": selects(asked),
        "chips": chips(asked, request.path),
        "href": links(asked),
        "table_href": lambda endpoint, name: table_href(asked, endpoint, name),
        **values,
    }


def tab_links(filters: dict[str, str]) -> list[tuple[str, str, bool, None]]:
    """(label, address, chosen, no count) of the tabs; the filters stay."""
    told = {
        "show_funnel": _("Funnel"),
        "show_cohorts": _("Cohorts"),
        "show_reasons": _("Pass reasons"),
        "show_institutions": _("Institutions' response"),
        "show_forecast": _("Forecast"),
    }
    return [
        (label, address(url_for(f"analytics.{name}"), filters), request.endpoint == f"analytics.{name}", None)
        for name, label in told.items()
    ]


def figure_href(asked: Asked, name: str, at: str = "", **more: Any) -> str:
    """The deals behind a figure under the same filters."""
    return address(path_to("analytics.list_deals", name=name), asked.arguments(at=at, **more))


def links(asked: Asked) -> Callable[..., str]:
    """The way to the deals behind a figure, as (name, argument, more filters)."""
    return lambda name, at="", **more: figure_href(asked, name, at, **more)


def table_href(asked: Asked, endpoint: str, name: str) -> str:
    """Where a table is taken along under the same filters, in the order in which its page shows it."""
    own = {key: request.args[key] for key in ("by", "sort", "down") if request.args.get(key)}
    return address(url_for(endpoint, name=name), asked.arguments(**own))
