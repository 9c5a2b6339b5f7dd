"""Pages of people."""

from __future__ import annotations

from functools import partial
from io import BytesIO
from typing import Any

from flask import Blueprint, flash, request, send_file, url_for
from werkzeug.wrappers import Response

from crm.activities import queries as activity_queries
from crm.activities.models import Ref
from crm.audit.pages import told_history
from crm.core.clock import day_of
from crm.core.listing import Place, Slice
from crm.documents import actions as document_actions
from crm.documents import queries as document_queries
from crm.documents.pictures import accept
from crm.institutions import queries as institution_queries
from crm.lists.bulk import Many, change_many, chosen_rows, told_archived
from crm.lists.pages import kept_listing, opens_last_view
from crm.people import actions, policies, queries
from crm.people.columns import PERSON_LIST
from crm.people.export import exported
from crm.people.forms import AddPersonForm, AttachForm, EditPersonForm, ErasePersonForm, PersonFields
from crm.people.mentions import Mention, mentions_of
from crm.people.models import ConsentState, Person
from crm.settings.choices import choices
from crm.settings.filters import asked_bin, asked_filters
from crm.startups import queries as startup_queries
from crm.timeline import queries as timeline_queries
from crm.web.answers import counted_once, form_page, now, page, see_other
from crm.web.bin import bin_routes
from crm.web.guards import actor, requires
from crm.web.language import gettext as _
from crm.web.lists import place_from_request

bp = Blueprint("people", __name__, url_prefix="/people")

PAGES = {
    "institution": "institutions.show_institution",
    "startup": "startups.show_startup",
    "fund": "funds.show_fund",
    "round": "deals.show_round",
    "deal": "deals.show_deal",
    "service": "services.show_service",
    "event": "events.show_event",
    "activity": "activities.show_activity",
}


@bp.get("/")
@requires(policies.may_list)
@opens_last_view(PERSON_LIST)
def list_people() -> Any:
    found, wanted, chips = asked_people(place_from_request())
    listing = kept_listing(PERSON_LIST, found, chips, may_write=policies.may_write(actor()))
    return page(
        "people/list_people.html",
        listing=listing,
        wanted=wanted,
        wheres=where_choices(),
        consents=consent_choices(),
        sources=choices("person_source"),
        today=day_of(now()),
        **permissions(),
    )


@bp.post("/many")
@requires(policies.may_write)
def change_people() -> Response:
    found, _wanted, _chips = asked_people(chosen_rows())
    acts = {"archive": (partial(actions.archive, by=actor(), at=now()), told_archived)}
    return change_many(Many(PERSON_LIST, queries.people_to_change, policies.may_change, acts), found)


def asked_people(place: Place) -> tuple[Slice, dict[str, str], list[tuple[str, str, str]]]:
    """The people that the URL asks for, what it asks, and the filters that are on."""
    wanted, chips = asked_filters(q=(_("Search"), ""), source=(_("Source"), "person_source"))
    wanted["where"], where_chip = asked_word("where", _("Where"), where_choices())
    wanted["consent"], consent_chip = asked_word("consent", _("Consent"), consent_choices())
    archived, bin_chip = asked_bin()
    filters = {name: value for name, value in wanted.items() if name != "q"}
    found = queries.people(actor(), place, day_of(now()), text=wanted["q"], archived=archived, **filters)
    return found, wanted, chips + where_chip + consent_chip + bin_chip


@bp.route("/new", methods=["GET", "POST"])
@requires(policies.may_write)
@counted_once
def add_person() -> Any:
    asked = {name: request.args.get(name) for name in ("name", "institution", "startup")}
    form = offer(AddPersonForm(**asked))

    def save() -> Response:
        person = actions.add(form.value(), **organisation(form), by=actor(), at=now())
        flash(_("%(name)s was added.", name=person.name), "done")
        return see_other("people.show_person", person_id=person.id)

    return form_page("people/add_person.html", form, save)


@bp.get("/<int:person_id>")
@requires(policies.may_see, person=queries.find_person)
def show_person(person: Person) -> Any:
    return person_page(person)


@bp.route("/<int:person_id>/edit", methods=["GET", "POST"])
@requires(policies.may_change, person=queries.find_person)
def edit_person(person: Person) -> Any:
    form = edit_form(person)

    def save() -> Response:
        actions.edit(
            person,
            form.value(person),
            **organisation(form),
            version=form.version.data,
            by=actor(),
            at=now(),
        )
        flash(_("Saved."), "done")
        return see_other("people.show_person", person_id=person.id)

    return form_page(
        "people/edit_person.html", form, save, saved=lambda: edit_form(person, formdata=None), person=person
    )


@bp.post("/<int:person_id>/reveal")
@requires(policies.may_change, person=queries.find_person)
def reveal_person(person: Person) -> Any:
    actions.reveal(person, by=actor(), at=now())
    return person_page(person, revealed=True)


@bp.post("/<int:person_id>/documents")
@requires(policies.may_change, person=queries.find_person)
def attach_document(person: Person) -> Any:
    form = AttachForm()

    def save() -> Response:
        upload = accept(form.file.data.filename or "", form.file.data.read(), field="file")
        document_actions.attach(person, upload, by=actor(), at=now())
        flash(_("%(name)s was attached.", name=upload.name), "done")
        return see_other("people.show_person", person_id=person.id)

    return form_page("people/show_person.html", form, save, **person_values(person))


@bp.post("/<int:person_id>/export")
@requires(policies.may_answer, person=queries.find_person)
def export_person(person: Person) -> Response:
    actions.export(person, by=actor(), at=now())
    return send_file(BytesIO(exported(person)), "application/zip", True, f"个人信息-{person.id}.zip")


@bp.route("/<int:person_id>/erase", methods=["GET", "POST"])
@requires(policies.may_answer, person=queries.find_person)
def erase_person(person: Person) -> Any:
    form = ErasePersonForm()

    def save() -> Response:
        actions.erase(person, by=actor(), at=now())
        flash(_("Erased for good."), "done")
        return see_other("people.show_person", person_id=person.id)

    return form_page(
        "people/erase_person.html",
        form,
        save,
        person=person,
        documents=document_queries.documents_of("person", person.id),
        mentions=told_mentions(person),
    )


bin_routes(bp, "person", policies.may_change, queries.find_person, archive=actions.archive, restore=actions.restore)


def organisation(form: PersonFields) -> dict[str, Any]:
    """The institution or the startup that a form names. Raises Refusal at the field."""
    named = {"institution": institution_queries.resolve, "startup": startup_queries.resolve}
    return {name: resolve(form[name].data, field=name) if form[name].data else None for name, resolve in named.items()}


def offer(form: Any) -> Any:
    form.source.offer(choices("person_source"), empty="")
    form.basis.offer(choices("legal_basis"), empty="")
    return form


def edit_form(person: Person, **source: Any) -> Any:
    names = {
        "institution": person.institution.name if person.institution else "",
        "startup": person.startup.name if person.startup else "",
    }
    form = offer(EditPersonForm(obj=person, **names, **source))
    form.hint(person)
    return form


def person_page(person: Person, *, revealed: bool = False) -> str:
    return page("people/show_person.html", form=AttachForm(formdata=None), **person_values(person, revealed=revealed))


def person_values(person: Person, *, revealed: bool = False) -> dict[str, Any]:
    """What the page of a person shows; leaders get neither files nor history, which tell of contact data."""
    open_to_actor = policies.may_see_contacts(actor())
    documents = document_queries.documents_of("person", person.id) if open_to_actor else []
    parts = {"document": [document.id for document in documents]}
    return {
        "person": person,
        "today": day_of(now()),
        "timeline": timeline_queries.of_record(actor(), person, request.args),
        "revealed": revealed,
        "documents": documents,
        "entries": told_history("person", person.id, parts) if open_to_actor else [],
        "may_change": policies.may_change(actor(), person),
        "may_answer": policies.may_answer(actor(), person),
        **permissions(),
    }


def told_mentions(person: Person) -> list[tuple[Mention, str, str]]:
    """The records that mention a person, each with what it is called and the address of its page."""
    found = mentions_of(person)
    names = activity_queries.names_of(Ref(one.record_type, one.record_id) for one in found)
    return [(one, names.get(Ref(one.record_type, one.record_id), one.number), address_of(one)) for one in found]


def address_of(mention: Mention) -> str:
    """The page of the record that mentions somebody, "" when it has none of its own."""
    endpoint = PAGES.get(mention.record_type)
    argument: dict[str, Any] = {f"{mention.record_type}_id": mention.record_id}
    return url_for(endpoint, **argument) if endpoint else ""


def permissions() -> dict[str, bool]:
    return {"may_write": policies.may_write(actor()), "may_see_contacts": policies.may_see_contacts(actor())}


def asked_word(name: str, label: str, words: list[tuple[str, str]]) -> tuple[str, list[tuple[str, str, str]]]:
    """A filter of this page's own words: what the URL asks for, and its chip when it is on."""
    asked = request.args.get(name, "")
    told = dict(words).get(asked, "")
    return (asked, [(name, label, told)]) if told else ("", [])


def where_choices() -> list[tuple[str, str]]:
    return [
        (queries.INSTITUTIONS, _("Institutions")),
        (queries.STARTUPS, _("Startups")),
        (queries.FOUNDERS, _("Founders")),
    ]


def consent_choices() -> list[tuple[str, str]]:
    return [
        (ConsentState.VALID, _("Valid")),
        (ConsentState.EXPIRING, _("Expires within 30 days")),
        (ConsentState.EXPIRED, _("Expired")),
        (ConsentState.NONE, _("None recorded")),
        (ConsentState.NOT_NEEDED, _("Other legal basis")),
    ]
