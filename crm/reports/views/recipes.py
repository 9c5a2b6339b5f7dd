"""Pages of recipes: keep one from a report, make it again, compare what was made."""

from __future__ import annotations

from typing import Any

from flask import abort, flash
from werkzeug.wrappers import Response

from crm.reports import comparing, policies, queries, recipes
from crm.reports.asked import name_of, name_of_recipe, other_report
from crm.reports.forms import AddRecipeForm, EditRecipeForm
from crm.reports.kinds import KINDS
from crm.reports.models import Recipe, Report
from crm.reports.periods import SPANS
from crm.reports.recipes import SCHEDULES, About
from crm.reports.views.blueprint import bp
from crm.reports.words import languages
from crm.web.answers import counted_once, form_page, now, page, see_other
from crm.web.guards import actor, requires
from crm.web.language import gettext as _
from crm.web.language import translate


@bp.get("/recipes/")
@requires(policies.may_read_reports)
def list_recipes() -> Any:
    found = queries.recipes(actor())
    return page(
        "reports/list_recipes.html",
        recipes=found,
        latest=queries.latest_by_recipe(found),
        name_of=name_of_recipe,
        kinds=KINDS,
        spans=SPANS,
        schedules=SCHEDULES,
        may_make=policies.may_make(actor()),
    )


@bp.get("/recipes/<int:recipe_id>")
@requires(policies.may_read_reports, recipe=queries.find_recipe)
def show_recipe(recipe: Recipe) -> Any:
    return page(
        "reports/show_recipe.html",
        recipe=recipe,
        made=queries.made_by_recipe(recipe),
        readers=queries.readers_of(recipe),
        name=name_of_recipe(recipe),
        kind=KINDS[recipe.kind],
        span=SPANS[recipe.span],
        schedule=SCHEDULES.get(recipe.schedule),
        languages=languages(),
        may_make=policies.may_make(actor()),
    )


@bp.route("/<int:report_id>/recipe", methods=["GET", "POST"])
@requires(policies.may_make, report=queries.find_report)
@counted_once
def add_recipe(report: Report) -> Any:
    if not KINDS[report.kind].is_chosen or report.round_id:
        abort(404)
    kind = translate(KINDS[report.kind].title)
    form = offered(AddRecipeForm(name=f"{kind} · {name_of(report)}", span="last_month", language=report.language))

    def save() -> Response:
        about = About(report.startup, report.institution, report.category, report.line)
        values = form.value(tuple(report.options))
        recipe = recipes.add_recipe(report.kind, about, values, by=actor(), at=now())
        flash(_("Recipe kept."), "done")
        return see_other("reports.show_recipe", recipe_id=recipe.id)

    return form_page("reports/add_recipe.html", form, save, report=report, name=name_of(report))


@bp.route("/recipes/<int:recipe_id>/edit", methods=["GET", "POST"])
@requires(policies.may_make, recipe=queries.find_recipe)
def edit_recipe(recipe: Recipe) -> Any:
    def build(**source: Any) -> Any:
        return offered(EditRecipeForm(obj=recipe, readers=tuple(map(str, recipe.reader_ids)), **source))

    form = build()

    def save() -> Response:
        values = form.value(tuple(recipe.options))
        recipes.edit_recipe(recipe, values, version=form.version.data, by=actor(), at=now())
        flash(_("Saved."), "done")
        return see_other("reports.show_recipe", recipe_id=recipe.id)

    return form_page("reports/edit_recipe.html", form, save, saved=lambda: build(formdata=None), recipe=recipe)


@bp.post("/recipes/<int:recipe_id>/make")
@requires(policies.may_make, recipe=queries.find_recipe)
def make_from_recipe(recipe: Recipe) -> Response:
    report = recipes.make_again(recipe, by=actor(), at=now())
    return see_other("reports.show_report", report_id=report.id)


@bp.post("/recipes/<int:recipe_id>/archive")
@requires(policies.may_make, recipe=queries.find_recipe)
def archive_recipe(recipe: Recipe) -> Response:
    recipes.archive_recipe(recipe, by=actor(), at=now())
    flash(_("Moved to the bin."), "done")
    return see_other("reports.list_recipes")


@bp.get("/<int:report_id>/compare")
@requires(policies.may_read_reports, report=queries.find_report)
def compare_report(report: Report) -> Any:
    """What differs from another report of the same kind about the same subject."""
    other = other_report(report)
    return page(
        "reports/compare_report.html",
        report=report,
        other=other,
        others=queries.comparable(actor(), report),
        compared=comparing.compare(other, report) if other else None,
        name=name_of(report),
        kind=KINDS[report.kind],
    )


def offered(form: Any) -> Any:
    """Set what may be chosen."""
    form.span.offer([(name, translate(one.label)) for name, one in SPANS.items()])
    form.language.offer(list(languages().items()))
    form.schedule.offer([(name, translate(label)) for name, label in SCHEDULES.items()], empty=_("Only by hand"))
    form.readers.offer([(str(account_id), name) for account_id, name in queries.possible_readers()])
    return form
