"""Text to copy into a chat: for whom, how long, in which language; the page changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, request, url_for

from crm.core.clock import day_of
from crm.core.errors import Refusal
from crm.core.listing import Place
from crm.deals import queries as deal_queries
from crm.deals.models import Deal, Round
from crm.institutions import queries as institution_queries
from crm.institutions.models import Institution
from crm.metrics import queries as metric_queries
from crm.metrics.definitions import METRICS
from crm.services import queries as service_queries
from crm.services.asked import asked_services
from crm.settings.platform import identity
from crm.startups import queries as startup_queries
from crm.startups.models import Startup
from crm.web.addresses import outside_address
from crm.web.answers import as_of_day, now, page
from crm.web.guards import LARGEST_ID, actor, requires
from crm.web.language import DEFAULT, current_language, force_locale, translate
from crm.web.language import gettext as _
from crm.web.lists import address
from crm.wording import actions, policies, queries, texts
from crm.wording.queries import NotForThem
from crm.wording.told import Audience

bp = Blueprint("wording", __name__, url_prefix="/copy-text")
ROWS = 20


@dataclass(frozen=True)
class Asked:
    """What the URL asks for. `wrong` says why the named institution was not understood."""

    audience: Audience
    institution: Institution | None
    long: bool
    language: str
    typed: str
    wrong: str


def asked() -> Asked:
    """The choices of the page, the first of each where the URL names none."""
    named = request.args.get("audience", "")
    audience = Audience(named) if named in set(Audience) else Audience.INSIDE
    typed = request.args.get("institution_name", "").strip()
    institution, wrong = None, ""
    if typed and audience == Audience.INVESTOR:
        try:
            institution = institution_queries.resolve(typed, field="institution")
        except Refusal as refusal:
            wrong = " ".join(translate(message) for message in refusal.fields.values())
    language = {"en": "en", "zh": DEFAULT}.get(request.args.get("language", ""), current_language())
    return Asked(audience, institution, request.args.get("length") == "long", language, typed, wrong)


@bp.route("/startups/<int:startup_id>", methods=["GET", "POST"])
@requires(policies.may_copy, startup=startup_queries.find_startup)
def copy_startup(startup: Startup) -> Any:
    def write(wanted: Asked) -> str:
        told = queries.told_startup(startup, wanted.audience, wanted.institution, today(), wanted.language)
        return texts.startup_text(told, long=wanted.long, closing=closing(wanted, startup))

    back = url_for("startups.show_startup", startup_id=startup.id)
    return copy_page(startup.shown_name, back, write, about=startup)


@bp.route("/rounds/<int:round_id>", methods=["GET", "POST"])
@requires(policies.may_copy, round=deal_queries.find_round)
def copy_round(round: Round) -> Any:
    def write(wanted: Asked) -> str:
        told = queries.told_round(round, wanted.audience, wanted.institution, today())
        return texts.round_text(told, long=wanted.long, closing=closing(wanted, round.startup))

    back = url_for("deals.show_round", round_id=round.id)
    return copy_page(round.startup.shown_name, back, write, about=round)


@bp.route("/deals/<int:deal_id>", methods=["GET", "POST"])
@requires(policies.may_copy, deal=deal_queries.find_deal)
def copy_deal(deal: Deal) -> Any:
    def write(wanted: Asked) -> str:
        told = queries.told_deal(deal, wanted.audience, wanted.institution, today())
        return texts.deal_text(told, long=wanted.long, closing=closing(wanted, deal.round.startup))

    name = f"{deal.round.startup.shown_name} × {deal.institution.shown_name}"
    back = url_for("deals.show_deal", deal_id=deal.id)
    return copy_page(name, back, write, about=deal, asks_institution=False)


@bp.route("/services", methods=["GET", "POST"])
@requires(policies.may_copy)
def copy_services() -> Any:
    _wanted, filters, _chips = asked_services()
    startup = startup_queries.find_startup(actor(), asked_id("startup"))
    institution = institution_queries.find_institution(actor(), asked_id("institution"))
    found = service_queries.services(
        actor(),
        Place(),
        **filters,
        startup_id=startup.id if startup else None,
        institution_id=institution.id if institution else None,
    )

    def write(wanted: Asked) -> str:
        language = wanted.language
        told = queries.told_services(found, wanted.audience, startup, institution, day=today(), language=language)
        return texts.services_text(told, long=wanted.long, closing=closing(wanted))

    back = services_address(startup, institution)
    return copy_page(_("Services"), back, write, about=startup or institution or actor(), asks_institution=False)


def services_address(startup: Startup | None, institution: Institution | None) -> str:
    """The list that the text was made of."""
    if startup is not None:
        return url_for("startups.list_services", startup_id=startup.id)
    if institution is not None:
        return url_for("institutions.list_services", institution_id=institution.id)
    return address(url_for("services.list_services"), kept_arguments())


def asked_id(name: str) -> int:
    """The id of a record that the address names; 0 for none."""
    number = request.args.get(name, 0, type=int)
    return number if 0 < number <= LARGEST_ID else 0


@bp.route("/figures/<name>", methods=["GET", "POST"])
@requires(policies.may_copy)
def copy_figure(name: str) -> Any:
    if name not in METRICS:
        abort(404)
    metric = METRICS[name]
    as_of, _wrong = as_of_day(request.args.get("as_of", ""))

    def write(wanted: Asked) -> str:
        rows = (
            metric_queries.rows_of(metric, metric_queries.Clocks(as_of), Place()).rows
            if wanted.audience == Audience.INSIDE
            else []
        )
        value = metric_queries.value_of(metric, as_of)
        names = [row.label for row in rows[:ROWS]]
        return texts.figure_text(metric, value, names, as_of, long=wanted.long, closing=closing(wanted))

    back = url_for("metrics.show_metric", name=name, as_of=as_of.isoformat())
    return copy_page(translate(metric.title), back, write, about=actor(), asks_institution=False)


def copy_page(name: str, back: str, write: Callable[[Asked], str], *, about: Any, asks_institution: bool = True) -> str:
    """The choices, and the text that they give; for an audience that may not be told, the reason.

    A text for people outside is shown to whom asks by a POST, and the history of what it is `about` says so.
    """
    wanted, text, refused = asked(), "", ""
    try:
        with force_locale(wanted.language):
            text = write(wanted)
    except NotForThem as error:
        refused = translate(error.message)
    outside = wanted.audience != Audience.INSIDE and not refused
    if outside and request.method == "POST":
        actions.record_copy(about, name, wanted.audience, wanted.institution, by=actor(), at=now())
    return page(
        "wording/copy_text.html",
        name=name,
        back=back,
        wanted=wanted,
        text=text if not outside or request.method == "POST" else "",
        refused=refused,
        asks_institution=asks_institution,
        carried=kept_arguments(),
    )


def closing(wanted: Asked, startup: Startup | None = None) -> list[str]:
    """The last lines: where to read on, and for outsiders what the text is and is not."""
    if wanted.audience != Audience.INVESTOR:
        return []
    shown = identity()
    link = outside_address("portal.show_startup", startup_id=startup.id) if startup else ""
    return [link, shown.disclaimer, f"—— {shown.name}"]


def kept_arguments() -> dict[str, str]:
    """What else stands in the address, such as the filters of a list."""
    own = {"audience", "institution_name", "length", "language"}
    return {name: value for name, value in request.args.items() if name not in own and value}


def today() -> Any:
    return day_of(now())
