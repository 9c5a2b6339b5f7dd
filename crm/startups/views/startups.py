"""Pages of startups."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import flash, request, url_for
from werkzeug.wrappers import Response

from crm.accounts import queries as account_queries
from crm.accounts.policies import may_see_contacts
from crm.audit.exports import hand_out, whole_list
from crm.audit.pages import told_history
from crm.core.clock import day_of
from crm.core.listing import Place, Slice
from crm.core.naming import former_names_of
from crm.dataroom import queries as room_queries
from crm.deals import queries as deal_queries
from crm.documents import queries as document_queries
from crm.events import queries as event_queries
from crm.institutions import queries as institution_queries
from crm.lib.numbers import Headcount
from crm.lists.bulk import Many, asked_choice, asked_owner, change_many, chosen_rows, told_archived, told_given
from crm.lists.pages import kept_listing, opens_last_view
from crm.people import queries as people_queries
from crm.services import queries as service_queries
from crm.settings.choices import choices, word
from crm.settings.filters import asked_bin, asked_filters, asked_flag
from crm.startups import actions, exports, parts, policies, queries
from crm.startups.columns import STARTUP_LIST
from crm.startups.forms import AddStartupForm, EditStartupForm, LinkForm
from crm.startups.models import Filing, PastRound, ReportedMetric, Startup, StartupLabel
from crm.startups.views.blueprint import bp
from crm.startups.views.record import counts_of, record_page
from crm.timeline import queries as timeline_queries
from crm.web.answers import counted_once, edit_page, form_page, now, page, see_other, suggested
from crm.web.bin import bin_routes
from crm.web.guards import actor, requires
from crm.web.language import gettext as _
from crm.web.language import ngettext
from crm.web.lists import listing, place_from_request
from crm.web.names import told_formerly

ME = "me"


@bp.get("/")
@requires(policies.may_list)
@opens_last_view(STARTUP_LIST)
def list_startups() -> Any:
    found, wanted, chips = asked_startups(place_from_request())
    may_write = policies.may_write(actor())
    kept = kept_listing(STARTUP_LIST, found, chips, may_write=may_write)
    return page(
        "startups/list_startups.html",
        listing=kept,
        wanted=wanted,
        sectors=choices("sector_layer"),
        verticals=choices("sector_vertical"),
        growth_stages=choices("growth_stage"),
        stages=choices("deal_stage"),
        labels=choices("startup_label"),
        owners=account_queries.owner_choices(),
        may_write=may_write,
    )


@bp.post("/many")
@requires(policies.may_write)
def change_startups() -> Response:
    found, _wanted, _chips = asked_startups(chosen_rows())
    code = asked_choice("label", choices("startup_label"))
    many = Many(
        STARTUP_LIST,
        queries.startups_to_change,
        policies.may_write,
        acts={
            "owner": (partial(actions.give, owner_id=asked_owner(), by=actor(), at=now()), told_given),
            "label": (partial(parts.give_label, code=code, by=actor(), at=now()), told_labelled),
            "archive": (partial(actions.archive, by=actor(), at=now()), told_archived),
        },
        leads={"service": lambda picked: see_other("services.log_for_many", picked=picked)},
    )
    return change_many(many, found)


def told_labelled(count: int) -> str:
    return ngettext("%(num)s startup has the label now.", "%(num)s startups have the label now.", count)


@bp.post("/export")
@requires(policies.may_write)
def export_startups() -> Response:
    found, _wanted, _chips = asked_startups(whole_list())
    return hand_out(_("Startups"), exports.headings(), found, exports.line, url_for("startups.list_startups"))


def asked_startups(place: Place) -> tuple[Slice, dict[str, str], list[tuple[str, str, str]]]:
    """The startups that the URL asks for, what it asks, and the filters that are on."""
    asked, chips = asked_filters(
        q=(_("Search"), ""),
        sector=(_("Sector"), "sector_layer"),
        vertical=(_("Industry"), "sector_vertical"),
        growth_stage=(_("Growth stage"), "growth_stage"),
        stage=(_("Furthest stage"), "deal_stage"),
    )
    flags = {
        "open_round": asked_flag("open_round", _("Round"), _("open")),
        "unserved": asked_flag("unserved", _("Services"), _("none yet")),
        "quiet": asked_flag("quiet", _("Last activity"), _("over 90 days ago")),
        "published": asked_flag("published", _("Portal"), _("published")),
        "archived": asked_bin(),
    }
    asked["owner"], owner_chip = owner_asked()
    told: dict[str, Any] = {**asked, **{name: is_on for name, (is_on, _chip) in flags.items()}}
    text, owner = told.pop("q"), told.pop("owner")
    told["owner_id"] = actor().id if owner == ME else int(owner or 0)
    found = queries.startups(actor(), place, day_of(now()), queries.Wanted(**told), text)
    return found, asked, chips + owner_chip + [chip for _is_on, flagged in flags.values() for chip in flagged]


def owner_asked() -> tuple[str, list[tuple[str, str, str]]]:
    """Whose startups the address asks for: mine, or those of one account; "" for all."""
    names = {ME: _("me"), **dict(account_queries.owner_choices())}
    owner = request.args.get("owner", "")
    return (owner, [("owner", _("Owner"), names[owner])]) if owner in names else ("", [])


@bp.get("/suggest")
@requires(policies.may_suggest)
def suggest() -> Response:
    def told(found: tuple[Startup, str]) -> dict[str, str]:
        one, former = found
        note = " · ".join(filter(None, (word("sector_layer", one.sector_layer or ""), one.credit_code)))
        return {"value": one.name, "label": one.short_name or one.name, "note": told_formerly(note, former)}

    return suggested(queries.suggestions_by_name, told)


@bp.route("/new", methods=["GET", "POST"])
@requires(policies.may_write)
@counted_once
def add_startup() -> Any:
    form = offer(AddStartupForm(name=request.args.get("name"), owner_id=str(actor().id)))
    form.owner_id.default = str(actor().id)  # stays folded

    def save() -> Response:
        startup = actions.add(form.value(), by=actor(), at=now())
        flash(_("%(name)s was added.", name=startup.name), "done")
        return see_other("startups.show_startup", startup_id=startup.id)

    return form_page("startups/add_startup.html", form, save)


@bp.get("/<int:startup_id>")
@requires(policies.may_see, startup=queries.find_startup)
def show_startup(startup: Startup) -> Any:
    counts = counts_of(startup.id)
    rounds = deal_queries.round_rows_of(startup, 4) if counts["rounds"] else ()
    seeking = deal_queries.seeking(rounds)

    def parts_of(kind: Any) -> Any:
        return queries.parts_of(kind, startup) if counts[kind.__tablename__] else []

    return record_page(
        "startups/show_startup.html",
        startup,
        counts,
        rounds=rounds,
        seeking=seeking,
        deals=deal_queries.latest_rows(actor(), startup, 10) if counts["deals"] and not seeking else (),
        past_rounds=parts_of(PastRound),
        former_names=former_names_of(startup) if counts["former_name"] else (),
        attachments=document_queries.documents_seen(actor(), "startup", startup.id) if counts["documents"] else (),
        labels=parts_of(StartupLabel),
        filings=queries.by_kind(parts_of(Filing)),
        metrics=queries.by_metric(parts_of(ReportedMetric)),
        founders=people_queries.founders_of(startup) if counts["people"] else (),
        institution=queries.institution_of(startup),
        likely_institution=queries.likely_institution(startup) if counts["namesakes"] else None,
        timeline=timeline_queries.of_record(actor(), startup, request.args),
    )


@bp.get("/<int:startup_id>/rounds")
@requires(policies.may_see, startup=queries.find_startup)
def list_rounds(startup: Startup) -> Any:
    return record_page(
        "startups/list_rounds.html",
        startup,
        rounds=deal_queries.rounds_of(startup),
        past_rounds=queries.past_rounds_of(startup),
        shares=deal_queries.participations_of_startup(startup),
    )


@bp.get("/<int:startup_id>/deals")
@requires(policies.may_see, startup=queries.find_startup)
def list_deals(startup: Startup) -> Any:
    found = deal_queries.deal_rows(actor(), place_from_request(), deal_queries.Wanted(startup_id=startup.id))
    return record_page("startups/list_deals.html", startup, listing=listing(found, []))


@bp.get("/<int:startup_id>/services")
@requires(policies.may_see, startup=queries.find_startup)
def list_services(startup: Startup) -> Any:
    found = service_queries.service_rows(actor(), place_from_request(), startup_id=startup.id)
    return record_page("startups/list_services.html", startup, listing=listing(found, []))


@bp.get("/<int:startup_id>/events")
@requires(policies.may_see, startup=queries.find_startup)
def list_events(startup: Startup) -> Any:
    found = event_queries.visits(place_from_request(), startup_id=startup.id)
    came = event_queries.came(found.rows)
    return record_page("startups/list_events.html", startup, listing=listing(found, []), came=came)


@bp.get("/<int:startup_id>/history")
@requires(policies.may_see, startup=queries.find_startup)
def show_history(startup: Startup) -> Any:
    parts = {**queries.parts_ever(startup), **room_queries.parts_ever(actor(), startup_id=startup.id)}
    return record_page("startups/show_history.html", startup, entries=told_history("startup", startup.id, parts))


@bp.get("/<int:startup_id>/people")
@requires(policies.may_see, startup=queries.find_startup)
def list_people(startup: Startup) -> Any:
    return record_page(
        "startups/list_people.html",
        startup,
        people=people_queries.people_of_startup(startup),
        accounts=account_queries.founders_of(startup.id),
        may_see_contacts=may_see_contacts(actor()),
    )


@bp.route("/<int:startup_id>/edit", methods=["GET", "POST"])
@requires(policies.may_write, startup=queries.find_startup)
def edit_startup(startup: Startup) -> Any:
    edit = partial(actions.edit, startup)
    then = url_for("startups.show_startup", startup_id=startup.id)
    return edit_page("startups/edit_startup.html", partial(edit_form, startup), edit, then, startup=startup)


bin_routes(bp, "startup", policies.may_write, queries.find_startup, archive=actions.archive, restore=actions.restore)


@bp.route("/<int:startup_id>/same-legal-person", methods=["GET", "POST"])
@requires(policies.may_write, startup=queries.find_startup)
def link_institution(startup: Startup) -> Any:
    likely = queries.institution_of(startup) or queries.likely_institution(startup)
    form = LinkForm(institution=likely.name if likely else "")

    def save() -> Response:
        institution = institution_queries.resolve(form.institution.data, field="institution")
        actions.link(startup, institution, by=actor(), at=now())
        flash(_("The two records point at each other now."), "done")
        return see_other("startups.show_startup", startup_id=startup.id)

    return form_page("startups/link_institution.html", form, save, startup=startup)


@bp.post("/<int:startup_id>/same-legal-person/remove")
@requires(policies.may_write, startup=queries.find_startup)
def unlink_institution(startup: Startup) -> Response:
    actions.unlink(startup, by=actor(), at=now())
    flash(_("The two records no longer point at each other."), "done")
    return see_other("startups.show_startup", startup_id=startup.id)


def edit_form(startup: Startup, **source: Any) -> Any:
    told = {
        "former_names": former_names_of(startup),
        "headcount": Headcount(startup.headcount, startup.headcount_text or None),
    }
    return offer(EditStartupForm(obj=startup, **told, **source))


def offer(form: Any) -> Any:
    form.no_code_reason.offer(choices("no_code_reason"), empty="")
    form.sector_layer.offer(choices("sector_layer"), empty="")
    form.sector_vertical.offer(choices("sector_vertical"), empty="")
    form.growth_stage.offer(choices("growth_stage"), empty="")
    form.structure.offer(choices("deal_structure"), empty="")
    form.owner_id.offer(account_queries.owner_choices(), empty="")
    return form
