"""The dashboard's page: who sees and arranges it, views that colleagues share, targets and their history."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from crm.accounts.models import Role
from crm.dashboard.cards import CARDS, moved
from tests.bench.pages import noted
from tests.factories import WAN, a_dashboard_view, a_deal, a_service, a_target, an_account
from tests.support.visitor import Visitor


def order(visitor: Visitor, **arguments: str | int) -> list[str]:
    page = visitor.visit("dashboard.show_dashboard", **arguments).now
    return [one.get("id", "").removeprefix("card-") for one in page.all("section") if "card-" in one.get("id", "")]


def test_cards_are_moved_hidden_and_shown_again_for_their_reader_alone(
    manager: Visitor, as_role: Callable[..., Visitor]
) -> None:
    everything = list(CARDS)
    assert order(manager) == everything
    manager.visit("dashboard.show_dashboard", arrange=1).submit("Move down: Headline figures")
    assert order(manager)[:2] == ["targets", "headline"]
    manager.visit("dashboard.show_dashboard", arrange=1).submit("Hide: Targets of the year")
    assert "targets" not in order(manager)
    manager.visit("dashboard.show_dashboard", arrange=1).submit("Show: Targets of the year")
    assert order(manager)[-1] == "targets"
    assert order(as_role("finance")) == everything
    manager.visit("dashboard.show_dashboard", arrange=1).submit("As at first")
    assert order(manager) == everything


def test_a_card_at_the_end_stays_there() -> None:
    cards = ("flow", "matrix", "served")
    assert moved(cards, "flow", "up") == moved(cards, "served", "down") == cards
    assert moved(cards, "served", "up") == ("flow", "served", "matrix")


def test_an_order_dragged_together_drops_what_is_no_card(manager: Visitor) -> None:
    page = manager.visit("dashboard.show_dashboard", arrange=1).now
    told = page.fields_of(page.all("form", data_order="")[0]) | {"order": "flow,nothing,headline,flow"}
    assert manager.open("/dashboard/arrange", "POST", told).status_code == 303
    assert order(manager) == ["flow", "headline"]


def test_a_view_is_kept_shared_taken_over_and_taken_out(manager: Visitor, as_role: Callable[..., Visitor]) -> None:
    manager.visit("dashboard.show_dashboard", arrange=1).submit("Hide: Fund matrix in small")
    manager.visit("dashboard.keep_view").submit("Keep", name="周一例会", is_shared=True)
    leader, finance = as_role("leader"), as_role("finance")
    address = leader.visit("dashboard.show_dashboard").now.links()["周一例会 " + manager.account.name]
    assert 'id="card-matrix"' not in leader.open(address).get_data(as_text=True)
    assert "Arrange mine like this" not in leader.open(address).get_data(as_text=True)
    number = int(address.rsplit("=", 1)[1])
    finance.visit("dashboard.show_dashboard", view=number).submit("Arrange mine like this")
    assert "matrix" not in order(finance)
    manager.visit("dashboard.show_dashboard", view=number).submit("Stop sharing")
    assert "周一例会" not in leader.visit("dashboard.show_dashboard").now.text
    manager.visit("dashboard.show_dashboard", view=number).submit("Take out")
    assert "周一例会" in manager.submit("Undo").now.text


def test_nobody_changes_a_colleagues_view(finance: Visitor) -> None:
    view = a_dashboard_view(an_account(Role.MANAGER))
    page = finance.visit("dashboard.show_dashboard", view=view.id).now
    assert "Take out" not in page.text
    fields = page.fields_of(page.form_of("Arrange mine like this")[0])
    for verb in ("share", "remove"):
        assert finance.open(f"/dashboard/views/{view.id}/{verb}", "POST", fields).status_code == 404


def test_a_manager_sets_a_target_changes_it_and_the_history_keeps_both(
    manager: Visitor, as_role: Callable[..., Visitor]
) -> None:
    a_deal(stage="signed", signed=3000 * WAN)
    manager.visit("dashboard.set_target").submit(
        "Save", metric="amount_signed_this_year", year="2026", value_text="1.2亿"
    )
    page = manager.visit("dashboard.list_targets", year=2026).now
    assert next(row for row in page.rows if row[0] == "Signed this year")[1:4] == ["CNY 30M", "CNY 120M", "25%"]
    manager.click("Change").submit("Save", value_text="1亿")
    leader = as_role("leader")
    page = leader.visit("dashboard.list_targets", year=2026).now
    assert "Value CNY 120M → CNY 100M" in page.text
    assert "Take out" not in page.text
    assert "30%" in leader.visit("dashboard.show_dashboard", as_of="2026-12-31").now.text


def test_a_figure_has_one_target_a_year_and_taking_out_can_be_undone(manager: Visitor) -> None:
    a_target(value=200)
    page = (
        manager.visit("dashboard.set_target")
        .submit("Save", metric="companies_served", year="2026", value_text="many")
        .now
    )
    assert page.error_of("Target") == "Write a whole number such as 1,200."
    page = manager.submit("Save", value_text="300").now
    assert page.error_of("Figure") == "This figure has a target for that year already: change that one."
    page = manager.visit("dashboard.list_targets", year=2026).submit("Take out").now
    assert "No target is set for 2026" in page.text
    assert "200" in manager.submit("Undo").now.text


@pytest.mark.parametrize("role", ["investor", "admin"])
def test_outsiders_and_administrators_have_no_dashboard(as_role: Callable[..., Visitor], role: str) -> None:
    assert as_role(role).open("/dashboard/").status_code == 403


def test_the_page_costs_few_statements_though_nothing_is_kept(app: Flask, manager: Visitor) -> None:
    a_service()
    first, again = (statements(app, manager) for _ in range(2))
    assert first <= 15, "of which 3 read the vocabularies"
    assert again <= 4


def statements(app: Flask, manager: Visitor) -> int:
    """How many the page sends, but for those that ask whether anything was written."""
    with noted(app) as sent:
        manager.visit("dashboard.show_dashboard")
    return sum("data_version" not in statement and "pg_current_snapshot" not in statement for statement, _ in sent)
