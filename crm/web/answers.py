"""How views answer: pages, redirects after a change, and forms that were refused."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from functools import wraps
from io import BytesIO
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import abort, current_app, flash, jsonify, redirect, render_template, request, send_file, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response

from crm.core.clock import day_of
from crm.core.clock import now as clock_now
from crm.core.errors import Conflict, Refusal
from crm.core.submissions import earlier_submission, remember_submission
from crm.lib.dates import read_typed_day
from crm.lib.sheets import FILES, Sheet
from crm.lib.text import Unreadable
from crm.web.conflict import conflict_page, take_chosen
from crm.web.form import EditingForm, Form
from crm.web.guards import actor
from crm.web.language import gettext as _
from crm.web.language import translate

T = TypeVar("T")


def now() -> datetime:
    """This moment, for actions that take the time as an argument."""
    return clock_now()


def page(template: str, **values: Any) -> str:
    """A page."""
    return render_template(template, **values)


def see_other(endpoint: str, **values: Any) -> Response:
    """After a change: go and look at the result."""
    return redirect(url_for(endpoint, **values), 303)


def sheet_file(sheet: Sheet, name: str, kind: str) -> Response:
    """A table as a file to keep; `kind`: csv or xlsx."""
    if kind not in FILES:
        abort(404)
    write, mimetype = FILES[kind]
    return send_file(BytesIO(write(sheet)), mimetype, as_attachment=True, download_name=f"{name}.{kind}")


def go(location: str) -> Response:
    """After a change: go to a path of ours."""
    return redirect(location, 303)


def safe_path(target: str | None, default: str) -> str:
    """The target when it is a path that our router knows, else the default: never another site."""
    if not target or not target.startswith("/") or target[1:2] == "/" or "\\" in target or not target.isprintable():
        return default
    parts = urlsplit(target)
    if parts.scheme or parts.netloc:
        return default
    adapter = current_app.create_url_adapter(request)
    try:
        if adapter is None:
            return default
        adapter.match(parts.path, method="GET")
    except (HTTPException, RequestRedirect):
        return default
    return target


def counted_once(view: Callable[..., Any]) -> Callable[..., Any]:
    """A creating form sent twice leads to the page that the first one made."""

    @wraps(view)
    def once(**arguments: Any) -> Any:
        key = request.form.get("form_key", "")[:64]
        if request.method != "POST" or not key:
            return view(**arguments)
        earlier = earlier_submission(key, actor().id)
        if earlier is not None:
            return go(earlier.location)
        answer = view(**arguments)
        if isinstance(answer, Response) and answer.status_code == 303:
            remember_submission(key, actor().id, answer.location, at=now())
            return answer
        twin = earlier_submission(key, actor().id)  # it may have been quicker, and be the reason for a refusal
        return go(twin.location) if twin is not None else answer

    return once


def form_page(
    template: str,
    form: Form,
    save: Callable[[], Response],
    *,
    saved: Callable[[], EditingForm] | None = None,
    **values: Any,
) -> Any:
    """Show a form, or take it: 303 when saved, 422 with each error at its field, 409 when somebody saved in between.

    `saved` builds the same form from what is in the database: the editor chooses field by field between the two
    versions, and nothing typed is lost.
    """
    if not form.is_submitted():
        return page(template, form=form, **values)
    if saved is not None:
        take_chosen(form, saved(), request)
    if form.validate():
        try:
            return save()
        except Refusal as refusal:
            form.refuse(refusal)
        except Conflict as conflict:
            if saved is None:
                raise
            return conflict_page(form, saved(), conflict), 409
    return page(template, form=form, **values), 422


def add_page(template: str, form: Any, add: Callable[..., object], told: str, then: str, **values: Any) -> Any:
    """`form_page` of something new: `add(value, by, at)` makes it, `told` says so, and `then` is the page to go to."""

    def save() -> Response:
        add(form.value(), by=actor(), at=now())
        flash(told, "done")
        return go(then)

    return form_page(template, form, save, **values)


def edit_page(template: str, build: Callable[..., Any], edit: Callable[..., object], then: str, **values: Any) -> Any:
    """`form_page` of something that is there: `build` makes its form, from what was sent or from what is saved,
    `edit(value, version, by, at)` changes it, and `then` is the page to go to."""
    form = build()

    def save() -> Response:
        edit(form.value(), version=form.version.data, by=actor(), at=now())
        flash(_("Saved."), "done")
        return go(then)

    return form_page(template, form, save, saved=lambda: build(formdata=None), **values)


def suggested(find: Callable[[str], Iterable[T]], told: Callable[[T], dict[str, str]]) -> Response:
    """What `find` has for the text that somebody types in a field, each as `told`: its value, its label, a note."""
    text = request.args.get("q", "").strip()
    return jsonify(items=[told(one) for one in (find(text) if text else ())])


def as_of_day(typed: str) -> tuple[date, str]:
    """The day that a page of figures is asked for, and why a typed one was not understood; today by default."""
    today = day_of(clock_now())
    if not typed:
        return today, ""
    try:
        return read_typed_day(typed, today), ""
    except Unreadable as error:
        return today, translate(error.message)
