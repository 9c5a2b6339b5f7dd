"""`crm permissions`: who may do what to which records, read from the code."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from itertools import groupby
from typing import Any, get_type_hints

import click
from flask import Flask
from werkzeug.routing import Rule

from crm.accounts.models import Account, Role
from crm.cli import COMMANDS, SUMMARIES
from crm.cli.context import application
from crm.people.models import Person

HEAD = """# Who may do what

Written by `crm permissions > docs/permissions.md`, from the code; a test compares them.

- **Policy**: what a route requires. Without one it is refused to everybody (403).
- **Scope**: the records that an address may name are loaded by this function, through what the actor may see: a record
  outside it answers like one that does not exist (404).
- Lists, searches, counts and exports name no record: each reads through the same `visible_to(actor)`.
- The policy is asked before anything is read from a form, and nothing is written around a refusal.
"""
COMMANDS_HEAD = """## Commands

Commands know no accounts: whoever has a shell as the owner of the installation runs them. What they write stands in the
history under `crm`, with the command's name as the address.

| command | does |
|---|---|"""
Guard = tuple[str, Any]


@click.command()
def permissions() -> None:
    """Print the table of roles, actions and scopes."""
    for line in permission_lines(application()):
        click.echo(line)


def permission_lines(app: Flask) -> Iterator[str]:
    """The whole document."""
    rules = sorted((one for one in app.url_map.iter_rules() if one.endpoint != "static"), key=place)
    yield from HEAD.splitlines()
    yield from policy_lines(app, rules)
    yield from scope_lines(app, rules)
    for feature, own in groupby(rules, key=feature_of):
        yield from ("", f"## {feature}", "", "| action | method | address | who | scope |", "|---|---|---|---|---|")
        yield from (route_line(app, rule) for rule in own)
    yield from ("", *COMMANDS_HEAD.splitlines())
    yield from (f"| `crm {name}` | {SUMMARIES[name]} |" for name in COMMANDS)


def policy_lines(app: Flask, rules: list[Rule]) -> Iterator[str]:
    yield from ("", "## Policies", "", f"| policy | {' | '.join(Role)} | in words |")
    yield "|---|" + "---|" * (len(Role) + 1)
    policies = {guard_of(app, rule)[1] for rule in rules if guard_of(app, rule)[0] == "requires"}
    for policy in sorted(policies, key=called):
        marks = " | ".join("✓" if role in allowed(policy) else "" for role in Role)
        yield f"| `{called(policy)}` | {marks} | {in_words(policy)} |"


def scope_lines(app: Flask, rules: list[Rule]) -> Iterator[str]:
    yield from ("", "## Scopes", "", "| scope | in words |", "|---|---|")
    loaders = {loader for rule in rules for loader in loads_of(app, rule).values()}
    yield from (f"| `{called(loader)}` | {in_words(loader)} |" for loader in sorted(loaders, key=called))


def place(rule: Rule) -> tuple[str, str, str]:
    return feature_of(rule), rule.rule, methods(rule)


def feature_of(rule: Rule) -> str:
    return str(rule.endpoint).partition(".")[0]


def methods(rule: Rule) -> str:
    return ", ".join(sorted(set(rule.methods or ()) - {"HEAD", "OPTIONS"}))


def route_line(app: Flask, rule: Rule) -> str:
    kind, declared = guard_of(app, rule)
    who = f"anybody: {declared}" if kind == "public" else f"`{called(declared)}`: {', '.join(allowed(declared))}"
    scope = "; ".join(f"{name}: `{called(loader)}`" for name, loader in loads_of(app, rule).items())
    return f"| {rule.endpoint.partition('.')[2]} | {methods(rule)} | `{rule.rule}` | {who} | {scope or '—'} |"


def loads_of(app: Flask, rule: Rule) -> dict[str, Any]:
    """{record in the address: what loads it}."""
    found: dict[str, Any] = getattr(app.view_functions[rule.endpoint], "loads", {})
    return found


def guard_of(app: Flask, rule: Rule) -> Guard:
    found: Guard = getattr(app.view_functions[rule.endpoint], "guard", ("requires", nobody))
    return found


def nobody(*_: object) -> bool:
    """Nothing was declared: refused."""
    return False


def allowed(policy: Callable[..., bool]) -> list[Role]:
    """The roles for which a policy holds at most: of an account with every right, for a record that allows it."""
    actors = [Account(name="", role=role, institution_id=1, is_institution_admin=True) for role in Role]
    return [actor.role for actor in actors if policy(actor, *examples(policy))]


def examples(policy: Callable[..., bool]) -> list[Any]:
    """A record for each argument that a policy needs beside the actor: of an investor who has not come in yet, or of a
    person whose data are kept."""
    kinds = {Account: Account(name="", role=Role.INVESTOR, password_hash=""), Person: Person()}
    hints = get_type_hints(policy)
    needed = [one for one in inspect.signature(policy).parameters.values() if one.kind == one.POSITIONAL_OR_KEYWORD]
    return [kinds[hints[one.name]] for one in needed[1:] if one.default is one.empty]


def called(function: Callable[..., Any]) -> str:
    """A function with the feature that it belongs to: accounts.is_manager."""
    return f"{function.__module__.split('.')[1]}.{function.__name__}"


def in_words(policy: Callable[..., bool]) -> str:
    """What a policy says of itself."""
    return " ".join((inspect.getdoc(policy) or "").split("\n\n")[0].split())
