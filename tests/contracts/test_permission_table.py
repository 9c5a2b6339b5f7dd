"""docs/permissions.md says what the code does, and the code what domain.md says."""

from __future__ import annotations

from pathlib import Path

from flask import Flask

from crm.accounts.models import Role
from crm.cli.permissions import allowed, guard_of, permission_lines
from tests.contracts.test_permissions import ALLOWED

KEPT = Path(__file__).parents[2] / "docs" / "permissions.md"


def test_the_table_of_permissions_is_current(app: Flask) -> None:
    assert KEPT.read_text().splitlines() == list(permission_lines(app)), "crm permissions > docs/permissions.md"


def test_each_policy_allows_the_roles_that_were_agreed(app: Flask) -> None:
    guards = [guard_of(app, rule) for rule in app.url_map.iter_rules() if rule.endpoint != "static"]
    found = {
        guard[1].__name__: {role.value for role in allowed(guard[1])} for guard in guards if guard[0] == "requires"
    }
    assert found == ALLOWED


def test_a_route_that_declares_nothing_is_told_as_refused(app: Flask) -> None:
    """The positive control: what nobody declared is nobody's."""

    def hole() -> str:
        return "open"

    app.view_functions["admin.edit_platform"], kept = hole, app.view_functions["admin.edit_platform"]
    try:
        told = [line for line in permission_lines(app) if line.startswith("| edit_platform |")]
    finally:
        app.view_functions["admin.edit_platform"] = kept
    assert told == ["| edit_platform | GET, POST | `/settings` | `cli.nobody`:  | — |"]
    assert Role.ADMIN not in allowed(lambda actor: False)
