"""What all tabs of the analytics share: tabs, filters, addresses of figures; and that each is made once.

A tab is the same for everybody who may see it, so that what stands below its head holds until somebody writes, as its
figures do.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from secrets import token_hex
from typing import Any

from flask import render_template, request, url_for
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from crm.analytics.asked import Asked, chips, period_links, selects
from crm.core.clock import day_of
from crm.core.keeping import kept
from crm.web.addresses import address as path_to
from crm.web.addresses import root
from crm.web.answers import now, page
from crm.web.language import current_language
from crm.web.language import gettext as _
from crm.web.lists import address

PLACE = token_hex(20)  # of the reader's token in what is kept for all; nobody can guess and write it
Shown = tuple[Asked, dict[str, Any]]
View = Callable[[], Shown]


def tab(template: str) -> Callable[[View], Callable[[], str]]:
    """Declare a tab: the view tells what is asked and what its template shows."""

    def declare(view: View) -> Callable[[], str]:
        @wraps(view)
        def shown() -> str:
            question = ("tab", request.full_path, root(), current_language(), day_of(now()))
            content = kept(question, lambda: made(template, *view()))
            title = next(label for label, _href, chosen, _count in tab_links({}) if chosen)
            own = Markup(content.replace(PLACE, generate_csrf()))  # noqa: S704 - our own template, which escapes
            return page("analytics/tab.html", title=title, content=own)

        return shown

    return declare


def made(template: str, asked: Asked, values: dict[str, Any]) -> str:
    by = {"by": request.args["by"]} if request.args.get("by") else {}
    return render_template(
        template,
        asked=asked,
        tabs=tab_links(asked.arguments() or {"period": "all"}),
        path=request.path,
        periods=period_links(asked, request.path, by),
        selects=selects(asked),
        chips=chips(asked, request.path),
        href=links(asked),
        table_href=lambda endpoint, name: table_href(asked, endpoint, name),
        token=PLACE,
        **values,
    )


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
