"""Pages of the settings: the platform's facts, its logo, the vocabularies."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from flask import Blueprint, Response, abort, flash
from werkzeug.wrappers import Response as Answer

from crm.admin import actions, policies, queries
from crm.admin.forms import LogoForm, PlatformForm, WordForm
from crm.admin.vocabularies import vocabulary_named
from crm.audit.pages import told_history
from crm.core.errors import Refusal
from crm.core.storage import storage
from crm.documents.pictures import LOGO_SIDE, accept
from crm.settings.choices import choices
from crm.settings.models import Term
from crm.settings.platform import identity
from crm.settings.queries import all_terms, find_platform, version_of
from crm.web.answers import form_page, now, page, see_other
from crm.web.guards import actor, public, requires
from crm.web.headers import kept_by_browsers
from crm.web.language import force_locale, translate
from crm.web.language import gettext as _

bp = Blueprint("admin", __name__, url_prefix="/settings")


@bp.get("/logo")
@public("the sign-in page shows it")
@kept_by_browsers
def show_logo() -> Any:
    """The platform's logo, drawn anew when it was uploaded."""
    shown = identity()
    if not shown.logo_key:
        abort(404)
    try:
        content = storage.get(shown.logo_key)
    except FileNotFoundError:
        abort(404)
    answer = Response(content, mimetype=shown.logo_type)
    answer.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return answer


@bp.route("", methods=["GET", "POST"])
@requires(policies.may_manage_settings)
def edit_platform() -> Any:
    kept = find_platform()
    form = platform_form()

    def save() -> Answer:
        actions.edit_platform(kept, form.value(), version=form.version.data, by=actor(), at=now())
        flash(_("Saved. Every page shows it from now on."), "done")
        return see_other("admin.edit_platform")

    return form_page(
        "admin/edit_platform.html",
        form,
        save,
        saved=lambda: platform_form(formdata=None),
        **beside_the_form(LogoForm(formdata=None)),
    )


@bp.post("/logo")
@requires(policies.may_manage_settings)
def change_logo() -> Any:
    form = LogoForm()

    if form.validate():
        try:
            sent = form.logo.data
            logo = accept(sent.filename or "", sent.read(), field="logo", pictures_only=True, side=LOGO_SIDE)
            actions.change_logo(find_platform(), logo, by=actor(), at=now())
            flash(_("The logo was changed."), "done")
            return see_other("admin.edit_platform")
        except Refusal as refusal:
            form.refuse(refusal)
    return page("admin/edit_platform.html", form=platform_form(formdata=None), **beside_the_form(form)), 422


@bp.post("/logo/remove")
@requires(policies.may_manage_settings)
def remove_logo() -> Any:
    actions.change_logo(find_platform(), None, by=actor(), at=now())
    flash(_("The logo was taken away."), "done")
    return see_other("admin.edit_platform")


@bp.get("/vocabularies")
@requires(policies.may_manage_settings)
def list_vocabularies() -> Any:
    return page("admin/list_vocabularies.html", vocabularies=queries.kept_vocabularies())


@bp.get("/vocabularies/<name>")
@requires(policies.may_manage_settings)
def show_vocabulary(name: str) -> Any:
    return vocabulary_page(name)


@bp.route("/vocabularies/<name>/new", methods=["GET", "POST"])
@requires(policies.may_manage_settings)
def add_word(name: str) -> Any:
    form = word_form(known(name))

    def save() -> Answer:
        term = actions.add_word(name, form.value(), by=actor(), at=now())
        flash(_("“%(word)s” was added at the end: move it to its place.", word=term.name_zh), "done")
        return see_other("admin.show_vocabulary", name=name)

    return form_page("admin/add_word.html", form, save, name=name, vocabulary=vocabulary_named(name))


@bp.route("/vocabularies/words/<int:term_id>/edit", methods=["GET", "POST"])
@requires(policies.may_manage_settings, term=queries.find_term)
def edit_word(term: Term) -> Any:
    form = word_form(term.vocabulary, term)

    def save() -> Answer:
        actions.edit_word(term, form.value(), version=form.version.data, by=actor(), at=now())
        flash(_("Saved. What was recorded before keeps its word where that is shown as it was."), "done")
        return see_other("admin.show_vocabulary", name=term.vocabulary)

    return form_page(
        "admin/edit_word.html",
        form,
        save,
        saved=lambda: word_form(term.vocabulary, term, formdata=None),
        word=term,
        vocabulary=vocabulary_named(term.vocabulary),
    )


@bp.post("/vocabularies/words/<int:term_id>/up")
@requires(policies.may_manage_settings, term=queries.find_term)
def move_word_up(term: Term) -> Any:
    return changed(term, lambda: actions.move_word(term, -1, by=actor(), at=now()))


@bp.post("/vocabularies/words/<int:term_id>/down")
@requires(policies.may_manage_settings, term=queries.find_term)
def move_word_down(term: Term) -> Any:
    return changed(term, lambda: actions.move_word(term, 1, by=actor(), at=now()))


@bp.post("/vocabularies/words/<int:term_id>/retire")
@requires(policies.may_manage_settings, term=queries.find_term)
def retire_word(term: Term) -> Any:
    told = _("“%(word)s” is no longer offered; what has it keeps it.", word=term.name_zh)
    return changed(term, lambda: actions.retire_word(term, by=actor(), at=now()), told)


@bp.post("/vocabularies/words/<int:term_id>/offer")
@requires(policies.may_manage_settings, term=queries.find_term)
def offer_word(term: Term) -> Any:
    told = _("“%(word)s” is offered again.", word=term.name_zh)
    return changed(term, lambda: actions.offer_word(term, by=actor(), at=now()), told)


def changed(term: Term, change: Any, told: str = "") -> Any:
    """Do it and go back to the vocabulary, or say there why not."""
    try:
        change()
    except Refusal as refusal:
        return vocabulary_page(term.vocabulary, wrong=" ".join(map(translate, refusal.fields.values()))), 422
    flash(told or _("Saved."), "done")
    return see_other("admin.show_vocabulary", name=term.vocabulary)


def known(name: str) -> str:
    if name not in all_terms():
        abort(404)
    return name


def vocabulary_page(name: str, wrong: str = "") -> Any:
    terms = queries.terms_of(known(name))
    written = queries.versions_of(name)
    return page(
        "admin/show_vocabulary.html",
        name=name,
        vocabulary=vocabulary_named(name),
        words=terms,
        uses=queries.uses_of(name, [term.code for term in terms]),
        number=version_of(name),
        versions=[
            (version, queries.changes_between(queries.words_in(earlier), queries.words_in(version)))
            for version, earlier in pairwise(written)
        ],
        first=written[-1] if written else None,
        entries=told_history("term", 0, {"term": [term.id for term in terms]}),
        wrong=wrong,
    )


def beside_the_form(logo_form: LogoForm) -> dict[str, Any]:
    return {"logo_form": logo_form, "entries": told_history("platform", find_platform().id)}


def platform_form(**source: Any) -> PlatformForm:
    """The form of the platform's facts, beginning with what the environment says."""
    kept = find_platform()
    names = {}
    for field, language in (("zh", "zh_CN"), ("en", "en")):
        with force_locale(language):
            names[f"name_{field}"] = getattr(kept, f"name_{field}") or identity().name
            names[f"contact_{field}"] = getattr(kept, f"contact_{field}") or identity().contact
    return PlatformForm(obj=kept, **names, **source)


def word_form(vocabulary: str, term: Term | None = None, **source: Any) -> WordForm:
    form = WordForm(obj=term, version=version_of(vocabulary), **source)
    about = vocabulary_named(vocabulary)
    if not about.has_limits:
        del form.limit_days
    if about.grouped_by:
        form.parent.offer(choices(about.grouped_by), empty="—")
    else:
        del form.parent
    return form
