"""Is a document genuine? For anybody who holds one: by its code, or by its file, which is never kept."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from flask import Blueprint, request

from crm.lib.sheets import Kind
from crm.reports.content import Key
from crm.reports.kinds import KINDS
from crm.reports.words import key_parts
from crm.verify import queries
from crm.verify.forms import CodeForm, FileForm
from crm.verify.limiter import Limiter
from crm.verify.queries import Genuine
from crm.web.answers import now, page, see_other
from crm.web.guards import public
from crm.web.language import current_language, translate

bp = Blueprint("verify", __name__, url_prefix="/verify")
WHY = "whoever holds a document may ask whether it is genuine"
limiter = Limiter(30, timedelta(minutes=1))


def limited(view: Callable[..., Any]) -> Callable[..., Any]:
    """Refuse an address that asks too often."""

    @wraps(view)
    def asked(**arguments: Any) -> Any:
        if not limiter.allows(request.remote_addr or "", now()):
            return page("verify/wait.html"), 429, {"Retry-After": "60"}
        return view(**arguments)

    return asked


@bp.get("/")
@public(WHY)
def ask() -> Any:
    return page("verify/ask.html", form=CodeForm(), file_form=FileForm())


@bp.get("/<code>")
@public(WHY)
@limited
def show_code(code: str) -> Any:
    return told(queries.of_code(code), by_file=False)


@bp.post("/code")
@public(WHY)
@limited
def check_code() -> Any:
    form = CodeForm()
    if not form.validate():
        return page("verify/ask.html", form=form, file_form=FileForm(formdata=None)), 422
    return see_other("verify.show_code", code=form.code.data)


@bp.post("/file")
@public(WHY)
@limited
def check_file() -> Any:
    form = FileForm()
    if not form.validate():
        return page("verify/ask.html", form=CodeForm(formdata=None), file_form=form), 422
    digest = form.digest.data or hashlib.file_digest(form.file.data.stream, "sha256").hexdigest()
    return told(queries.of_digest(digest), by_file=True)


def told(found: Genuine | None, *, by_file: bool) -> Any:
    """The same answer for a code that was never given and for one that is none."""
    kind = translate(KINDS[found.kind].title) if found else ""
    shown = page(
        "verify/show.html",
        found=found,
        kind=kind,
        by_file=by_file,
        figures=figures(found) if found else [],
        file_form=FileForm(formdata=None),
    )
    return shown if found else (shown, 404)


def figures(found: Genuine) -> list[tuple[str, str, str]]:
    """The headline in the reader's language, or in the document's."""
    language = "en" if current_language() == "en" else "zh"
    mine = [one for one in found.figures if one["language"] == language] or found.figures
    return [(one["label"], " ".join(filter(None, parts(one))), one["note"]) for one in mine]


def parts(figure: dict[str, Any]) -> tuple[str, str]:
    unit = Kind[figure["unit"].upper()]
    return key_parts(Key(figure["name"], figure["label"], figure["value"], unit, figure["noun"]))
