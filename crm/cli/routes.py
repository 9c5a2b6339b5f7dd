"""`crm routes`: the pages and who may call them."""

from __future__ import annotations

import click
from flask import Flask

from crm.cli.context import application


@click.command()
def routes() -> None:
    """List the pages and who may call them."""
    for line in route_lines(application()):
        click.echo(line)


def route_lines(app: Flask) -> list[str]:
    """One line per route: methods, path, endpoint, guard."""
    lines = []
    for rule in app.url_map.iter_rules():
        methods = ",".join(sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        guard = getattr(app.view_functions[rule.endpoint], "guard", ("static", ""))
        told = f"public: {guard[1]}" if guard[0] == "public" else getattr(guard[1], "__name__", "static")
        lines.append(f"{methods:<9} {rule.rule:<58} {rule.endpoint:<36} {told}")
    return sorted(lines, key=lambda line: line.split()[1])
