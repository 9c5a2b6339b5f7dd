"""Every URL is accounted for: `./dev routes` prints what `routes.txt` holds."""

from __future__ import annotations

import re
from pathlib import Path

from flask import Flask

from crm.cli.routes import route_lines

RECORDED = Path(__file__).parent / "routes.txt"


def test_the_routes_are_those_recorded(app: Flask) -> None:
    """After a deliberate change: `./dev routes > tests/contracts/routes.txt`, and look at the difference."""
    assert route_lines(app) == RECORDED.read_text().splitlines()


def test_urls_are_kebab_case_and_their_ids_typed(app: Flask) -> None:
    odd = [
        rule.rule
        for rule in app.url_map.iter_rules()
        if rule.endpoint != "static"
        and not re.fullmatch(
            r"(/(_gallery|[a-z-]+|calendar\.ics|<int:([a-z_]+_id|number)>|<path:token>|<name>|<code>))*/?", rule.rule
        )
    ]
    assert odd == []


def test_url_endpoint_view_and_template_share_one_word(app: Flask) -> None:
    names = [rule.endpoint.rpartition(".")[2] for rule in app.url_map.iter_rules() if rule.endpoint != "static"]
    views = [
        app.view_functions[rule.endpoint].__name__ for rule in app.url_map.iter_rules() if rule.endpoint != "static"
    ]
    assert names == views
