"""The paste box and the page on which what was read is confirmed."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, request
from werkzeug.datastructures import CombinedMultiDict, MultiDict
from werkzeug.wrappers import Response

from crm.core.errors import Conflict, Refusal
from crm.documents import queries as document_queries
from crm.documents.pictures import accept
from crm.institutions import queries as institution_queries
from crm.paste import actions, policies, queries
from crm.paste.forms import NOTHING_TICKED, PROPOSALS, ConfirmForm, PasteForm
from crm.paste.models import Paste
from crm.paste.page import Shown, asked, blank, existing_deal, existing_person, pieces
from crm.paste.reader.reading import Reading
from crm.services import queries as service_queries
from crm.settings.choices import choices
from crm.startups import queries as startup_queries
from crm.web.answers import form_page, now, page, see_other
from crm.web.guards import actor, requires
from crm.web.language import current_language, ngettext
from crm.web.language import gettext as _

bp = Blueprint("paste", __name__, url_prefix="/paste")


@bp.route("/", methods=["GET", "POST"])
@requires(policies.may_paste)
def new_paste() -> Any:
    form = PasteForm()
    form.focus("text")

    def save() -> Response:
        uploads = [accept(one.filename or "", one.read()) for one in form.files.data or [] if one and one.filename]
        paste = actions.keep(form.text.data, uploads, by=actor(), at=now())
        return see_other("paste.show_paste", paste_id=paste.id)

    waiting, thrown_away = queries.waiting(actor()), queries.thrown_away(actor())
    return form_page("paste/new_paste.html", form, save, waiting=waiting, thrown_away=thrown_away)


@bp.get("/<int:paste_id>")
@requires(policies.may_paste, paste=queries.find_paste)
def show_paste(paste: Paste) -> Any:
    return paste_page(paste, confirm_form(paste), proposals(paste)) if paste.is_open else over(paste)


@bp.post("/<int:paste_id>")
@requires(policies.may_paste, paste=queries.find_paste)
def save_paste(paste: Paste) -> Any:
    if not paste.is_open:
        return see_other("paste.show_paste", paste_id=paste.id)
    shown, form = proposals(paste), confirm_form(paste)
    if request.form.get("add") in PROPOSALS:
        return paste_page(paste, form, [*shown, added(request.form["add"], len(shown))])
    ticked = [one for one in shown if one.form.include.data]
    if not all([form.validate(), *(one.form.validate() for one in ticked)]):
        return paste_page(paste, form, shown), 422
    try:
        paste.expect_version(form.version.data)
        wanted = {one.number: one.form.value() for one in ticked}
        made = actions.save(paste, wanted, pictures_to=pictures_to(paste, form, ticked), by=actor(), at=now())
    except Refusal as refusal:
        form.refuse(refusal)
    except actions.Refused as refused:
        for one in ticked:
            one.form.refuse(refused.refusals.get(one.number, Refusal({})))
    except Conflict:
        form.form_errors.append(_("This paste was confirmed or read anew in another window: open it again."))
    else:
        flash(ngettext("%(num)s record was saved.", "%(num)s records were saved.", len(made)), "done")
        return see_other("paste.show_paste", paste_id=paste.id)
    return paste_page(paste, form, shown), 422


@bp.post("/<int:paste_id>/archive")
@requires(policies.may_paste, paste=queries.find_paste)
def archive_paste(paste: Paste) -> Response:
    actions.archive(paste, at=now())
    flash(_("Thrown away. You can bring it back from this page."), "done")
    return see_other("paste.new_paste")


@bp.post("/<int:paste_id>/restore")
@requires(policies.may_paste, paste=queries.find_paste)
def restore_paste(paste: Paste) -> Response:
    actions.restore(paste)
    return see_other("paste.show_paste", paste_id=paste.id)


def over(paste: Paste) -> str:
    """The page of a paste that was confirmed or thrown away."""
    return page("paste/over.html", paste=paste)


def paste_page(paste: Paste, form: Any, shown: list[Shown]) -> str:
    reading = Reading.from_json(paste.reading)
    return page(
        "paste/show_paste.html",
        paste=paste,
        form=form,
        shown=shown,
        reading=reading,
        pieces=pieces(paste.text, reading),
        documents=document_queries.documents_of("paste", paste.id),
        wrong=[field for one in shown for field in one.form if field.errors],
        wide=[text for one in (form, *(one.form for one in shown)) for text in one.form_errors],
        kinds=list(PROPOSALS),
    )


def confirm_form(paste: Paste) -> ConfirmForm:
    form = ConfirmForm(obj=paste)
    kinds = asked(paste)[0]
    named = [(str(number), f"{number + 1} · {kind_word(kind)}") for number, (kind, told) in enumerate(kinds)]
    others = [
        ("startup", _("a startup that is there already")),
        ("institution", _("an institution that is there already")),
    ]
    form.pictures_to.offer(named + others, empty=_("nothing: delete them"))
    if not form.is_submitted():
        form.pictures_to.data = next((value for value, _label in named), "startup")
    return form


def pictures_to(paste: Paste, form: ConfirmForm, ticked: list[Shown]) -> Any:
    """Where the pictures go: the number of a proposal, or a record that is there. Raises Refusal."""
    chosen = form.pictures_to.data if document_queries.documents_of("paste", paste.id) else ""
    if chosen == "startup":
        return startup_queries.resolve(form.startup.data or "", field="startup")
    if chosen == "institution":
        return institution_queries.resolve(form.institution.data or "", field="institution")
    if not ticked:
        raise NOTHING_TICKED
    numbers = [one.number for one in ticked]
    return int(chosen) if chosen and int(chosen) in numbers else numbers[0] if chosen else None


def proposals(paste: Paste) -> list[Shown]:
    kinds, data = asked(paste)
    return [shown(number, kind, told, data) for number, (kind, told) in enumerate(kinds) if kind in PROPOSALS]


def added(kind: str, number: int) -> Shown:
    return shown(number, kind, {}, blank(kind, number, now()))


def shown(number: int, kind: str, told: Any, data: Any) -> Shown:
    form = offer(PROPOSALS[kind](formdata=CombinedMultiDict([MultiDict(data)]), prefix=f"p{number}"))
    deal = existing_deal(form) if kind == "deal" else None
    return Shown(number, kind, form, told, deal, existing_person(form) if kind == "person" else None)


def offer(form: Any) -> Any:
    """Set what the choices of a proposal offer."""
    for name, vocabulary in VOCABULARIES.get(type(form).__name__, {}).items():
        form[name].offer(choices(vocabulary), empty=None if form[name].needed and form[name].data else "")
    if "type_id" in form:
        language = current_language()
        types = [
            (str(one.id), f"{one.category.label(language)} · {one.label(language)}") for one in service_queries.types()
        ]
        form.type_id.offer(types, empty=_("Choose a service"))
    return form


VOCABULARIES = {
    "InstitutionProposal": {"kind": "institution_kind"},
    "PersonProposal": {"source": "person_source"},
    "RoundProposal": {"name": "round_name"},
    "DealProposal": {
        "round_name": "round_name",
        "stage": "deal_stage",
        "status": "deal_status",
        "reason": "pass_reason",
    },
    "ServiceProposal": {"state": "service_state"},
}


def kind_word(kind: str) -> str:
    """What a kind of proposal is called."""
    words = {
        "startup": _("New startup"),
        "institution": _("New institution"),
        "person": _("New person"),
        "round": _("New round"),
        "deal": _("Deal"),
        "service": _("Service"),
    }
    return str(words[kind])
