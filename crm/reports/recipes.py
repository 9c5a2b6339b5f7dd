"""Recipes: reports to make again, by hand or by the calendar."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from crm.accounts.models import Account
from crm.audit import actions as audit
from crm.core.clock import day_of
from crm.core.db import db
from crm.core.errors import Refusal
from crm.core.periodic import is_first, was_done
from crm.institutions.models import Institution
from crm.lib.text import N_
from crm.reports.actions import LANGUAGES, Wanted, request
from crm.reports.models import Recipe, Report
from crm.reports.periods import SPANS
from crm.services.models import ServiceCategory
from crm.startups.models import Startup

SCHEDULES = {"weekly": N_("Each Monday"), "monthly": N_("On the first of each month")}


@dataclass(frozen=True)
class RecipeValues:
    """What the form says."""

    name: str
    span: str
    language: str
    options: tuple[str, ...] = ()
    schedule: str = ""
    reader_ids: tuple[int, ...] = ()


@dataclass(frozen=True)
class About:
    """Whom a recipe's reports are about; nobody of these: the platform."""

    startup: Startup | None = None
    institution: Institution | None = None
    category: ServiceCategory | None = None
    line: str = ""


def add_recipe(kind: str, about: About, values: RecipeValues, *, by: Account, at: datetime) -> Recipe:
    """Keep a recipe. Raises Refusal."""
    recipe = Recipe(
        kind=kind,
        startup_id=about.startup.id if about.startup else None,
        institution_id=about.institution.id if about.institution else None,
        category_id=about.category.id if about.category else None,
        line=about.line,
        made_by_id=by.id,
        made_at=at,
    )
    fill(recipe, values)
    db.session.add(recipe)
    audit.record(recipe, "created", by=by, at=at, name=recipe.name)
    return recipe


def edit_recipe(recipe: Recipe, values: RecipeValues, *, version: int | None, by: Account, at: datetime) -> None:
    """Change a recipe; what was made by it stays. Raises Refusal, Conflict."""
    recipe.expect_version(version)
    with db.session.no_autoflush:
        fill(recipe, values)
        audit.record_change(recipe, by=by, at=at, name=recipe.name)


def fill(recipe: Recipe, values: RecipeValues) -> None:
    wrong = {
        "span": values.span not in SPANS,
        "language": values.language not in LANGUAGES,
        "schedule": values.schedule not in ("", *SCHEDULES),
    }
    if refused := {name: N_("Choose one of the list.") for name, is_wrong in wrong.items() if is_wrong}:
        raise Refusal(refused)
    recipe.name, recipe.span, recipe.language = values.name, values.span, values.language
    recipe.options, recipe.schedule = list(values.options), values.schedule
    recipe.reader_ids = list(values.reader_ids)


def archive_recipe(recipe: Recipe, *, by: Account, at: datetime) -> None:
    """Put a recipe into the bin: nothing is made by it any more."""
    recipe.archived_at = at
    audit.record(recipe, "archived", by=by, at=at, name=recipe.name)


def restore_recipe(recipe: Recipe, *, by: Account, at: datetime) -> None:
    """Take a recipe out of the bin."""
    recipe.archived_at = None
    audit.record(recipe, "restored", by=by, at=at, name=recipe.name)


def make_again(recipe: Recipe, *, by: Account, at: datetime, is_scheduled: bool = False) -> Report:
    """The report for the days that the recipe means today."""
    wanted = Wanted(
        recipe.kind,
        SPANS[recipe.span].on(day_of(at)),
        recipe.language,
        startup=recipe.startup,
        institution=recipe.institution,
        category=recipe.category,
        line=recipe.line,
        options=tuple(recipe.options),
        recipe_id=recipe.id,
    )
    return request(replace(wanted, is_scheduled=is_scheduled), by=by, at=at)


# --- by the calendar


def due_day(schedule: str, today: date) -> date:
    """The latest day up to today on which a schedule asks for a report."""
    return today.replace(day=1) if schedule == "monthly" else today - timedelta(days=today.weekday())


def run_of(recipe: Recipe) -> str:
    return f"recipe {recipe.id}"


def due_recipes(today: date) -> Sequence[Recipe]:
    """The recipes whose latest day was not served yet: a missed one is made up once, however many were missed."""
    scheduled = sa.select(Recipe).where(Recipe.schedule != "", Recipe.archived_at.is_(None)).order_by(Recipe.id)
    return [recipe for recipe in db.session.scalars(scheduled) if not is_served(recipe, today)]


def is_served(recipe: Recipe, today: date) -> bool:
    day = due_day(recipe.schedule, today)
    if day < day_of(recipe.made_at):
        return True
    return bool(db.session.scalar(sa.select(was_done(run_of(recipe), day))))


def serve(recipe: Recipe, *, at: datetime) -> Report | None:
    """Make the report that is due; None where another worker was quicker."""
    if not is_first(run_of(recipe), due_day(recipe.schedule, day_of(at)), at=at):
        return None
    return make_again(recipe, by=recipe.made_by, at=at, is_scheduled=True)
