"""Whatever name of a column is sent with a form, only what the form shows is changed.

Every form of every page is sent twice, as it stands and with every column of every table beside it; neither is
committed. What both would write must be the same, and stand in the history.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from io import BytesIO
from typing import Any
from urllib.parse import urljoin, urlsplit
from xml.etree.ElementTree import Element

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask, render_template, request
from sqlalchemy import orm
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule

from crm.accounts import actions as account_actions
from crm.accounts.models import Account, Role
from crm.core.db import Base, db
from crm.core.outbox import outbox
from crm.startups.models import Startup
from crm.web import answers
from crm.web.guards import public
from tests.contracts.test_permissions import address, guard, one_of_each, rules
from tests.factories import (
    BY,
    PASSWORD,
    a_confirmation_token,
    a_picture,
    a_published_startup,
    a_service,
    a_startup,
    an_account,
    an_event,
    an_institution,
    writing,
)
from tests.support.page import Page
from tests.support.visitor import Visitor

pytestmark = pytest.mark.once

NOW = datetime.fromisoformat("2026-11-27T10:00:00+08:00")
RANDOM = re.compile(r"[\w$+/=,-]{22,}|\b[0-9a-f]{12,16}\b")  # tokens, hashes, numbers of requests
TYPED = {
    **dict.fromkeys(("name", "name_zh", "name_en"), "乙乙科技有限公司"),
    **dict.fromkeys(("title", "text", "note", "summary", "profile", "reason", "answer", "thesis"), "新的内容"),
    **dict.fromkeys(("source", "authority", "purpose", "evidence", "place", "subject"), "新的来源"),
    **dict.fromkeys(("day", "as_of", "checked_on", "opened_on", "closed_on", "happened_on"), "2026-06-01"),
    **dict.fromkeys(("due_on", "until", "starts_on", "recheck_on"), "2027-06-01"),
    **dict.fromkeys(("amount", "sought", "target", "committed", "value", "intended"), "120万"),
    "username": "newcomer",
    "password": "walnut harbour ferry two",
    "current": PASSWORD,
    "email": "lin@example.com",
    "phone": "13900000001",
}  # fmt: skip
KEYS = {"key", "form_key"}  # made by the page so that what is sent twice counts once
PICTURE = a_picture(20, 20)
ENDS_THE_SESSION = {"accounts.sign_out", "accounts.change_password"}
NOT_IN_THE_HISTORY = {
    # how somebody likes to see pages
    "accounts.switch_language",
    "lists.choose_columns",
    # a wrong code: that it was tried is counted; what succeeds is recorded
    "accounts.switch_on",
    # an institution's own, which nobody else may learn of
    "portal.add_note",
    "portal.watch_startup",
    # what is computed or drawn; its row says who asked when, and who takes it along stands in the history
    "matching.refresh_institution",
    "matching.refresh_round",
    "matching.request_backtest",
    "reports.cancel_batch",
    "reports.make_batch",
    "reports.make_from_recipe",
    "reports.make_report",
    # a draft that only its owner sees; what it becomes is recorded
    "paste.new_paste",
    # sent as it stood: a lock or a version without a change
    "admin.edit_word",
    "admin.move_word_down",
    "admin.move_word_up",
    "services.edit_service",
    "services.edit_type",
}
NOT_TYPED = ("hidden", "checkbox", "radio", "file", "submit")
WRITES = ("INSERT", "UPDATE", "DELETE")


def hostile() -> dict[str, str]:
    """A value that fits for every column of every table."""
    return {column.key: value_for(column.type) for table in Base.metadata.sorted_tables for column in table.c}


def value_for(kind: Any) -> str:
    if isinstance(kind, sa.Enum):
        return str(list(kind.enum_class or kind.enums)[-1])
    if isinstance(kind, sa.String):
        return "zqx"
    fitting = {bool: "y", int: "1", date: "2031-12-31", datetime: "2031-12-31T00:00"}
    python_type: Any = str if isinstance(kind, sa.JSON) else kind.python_type
    return fitting.get(python_type, "zqx" if not issubclass(python_type, enum.Enum) else list(python_type)[-1].value)


class Shown(Page):
    """A page of which only the forms count."""

    def check(self, errors: list[str]) -> None:
        """Other tests read pages strictly."""


@dataclass
class Written:
    """What is written to the database, and taken back."""

    statements: list[str] = field(default_factory=list)
    posting: bool = False

    def hear(self, _c: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        if statement.startswith(WRITES):
            self.statements.append(RANDOM.sub("*", f"{statement} {parameters!r}"))

    def by(self, visitor: Visitor, path: str, sent: dict[str, Any]) -> list[str]:
        """What a form would write."""
        self.statements, self.posting = [], True
        visitor.open(path, "POST", {name: as_sent(one) for name, one in sent.items()})
        self.posting = False
        return self.statements


def as_sent(value: Any) -> Any:
    """A value as a form sends it; of a file, anew each time."""
    return (BytesIO(value), "图.png") if isinstance(value, bytes) else value


@pytest.fixture
def written(app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Written]:
    """Hears what is written once `listen` was called; the clock stands still, and tokens are not asked for."""
    app.config["WTF_CSRF_ENABLED"] = False
    found = Written()
    with app.app_context():
        engine = db.engine
    with time_machine.travel(NOW, tick=False):
        yield found
    app.config["WTF_CSRF_ENABLED"] = True
    monkeypatch.undo()  # else what empties the database afterwards is taken back, too
    if sa.event.contains(engine, "before_cursor_execute", found.hear):
        sa.event.remove(engine, "before_cursor_execute", found.hear)


def listen(app: Flask, found: Written, monkeypatch: pytest.MonkeyPatch) -> None:
    """From now on, what is written is heard and taken back."""

    def take_back(session: orm.Session) -> None:
        session.flush()
        session.rollback()

    def draw(template: str, **values: Any) -> str:
        return "" if found.posting else render_template(template, **values)

    monkeypatch.setattr(orm.Session, "commit", take_back)
    monkeypatch.setattr(answers, "render_template", draw)  # what a form answers is not looked at
    with app.app_context():
        sa.event.listen(db.engine, "before_cursor_execute", found.hear)


@dataclass
class Form:
    """A form as it stands in a page: where it goes, the names that it shows, what it sends, and what may be typed or
    picked in it.
    """

    endpoint: str
    path: str
    shown: frozenset[str]
    sent: dict[str, Any]
    typed: dict[str, Any]
    picked: dict[str, Any] = field(default_factory=dict)

    def ways(self) -> Iterator[dict[str, Any]]:
        """What may be sent, from little to much."""
        yield self.sent
        yield self.sent | self.typed
        yield self.sent | self.picked
        yield self.sent | self.picked | self.typed


def forms(app: Flask, visitor: Visitor, ids: dict[str, int], typed: dict[str, str]) -> Iterator[Form]:
    """The forms in the pages of somebody, each once."""
    seen = set()
    for page in pages(app, visitor, ids):
        for element in page.all("form", method="post"):
            form = read_form(app, page, element, typed)
            if form.endpoint not in ENDS_THE_SESSION and (form.endpoint, form.shown) not in seen:
                seen.add((form.endpoint, form.shown))
                yield form


def pages(app: Flask, visitor: Visitor, ids: dict[str, int]) -> Iterator[Page]:
    for rule in rules(app):
        if guard(app, rule)[0] == "requires" and "GET" in (rule.methods or ()):
            answer = visitor.open(address(app, rule, ids))
            if answer.status_code == 200 and answer.mimetype == "text/html":
                yield Shown(200, answer.get_data(as_text=True), address(app, rule, ids))


def read_form(app: Flask, page: Page, element: Element, typed: dict[str, str]) -> Form:
    path = urljoin(page.url, element.get("action") or page.url)
    inside = {one.get("name"): one for one in element.iter() if one.get("name")}
    outside = [one for one in page.tree.iter() if one.get("form") and one.get("form") == element.get("id")]
    buttons = [one for one in element.iter("button") if one.get("name")]
    chosen = {str(one.get("name")): one.get("value") or "" for one in buttons[:1]}
    texts = {
        name for name, one in inside.items() if one.tag in ("input", "textarea") and one.get("type") not in NOT_TYPED
    }
    shown = frozenset(filter(None, {*inside, *(one.get("name") for one in outside)}))
    fitting = {name: value for name, value in typed.items() if name in texts}
    sent = page.fields_of(element) | chosen
    return Form(endpoint_of(app, path), path, shown, sent, fitting, picked([*element.iter(), *outside], sent))


def picked(fields: Sequence[Element], sent: dict[str, Any]) -> dict[str, Any]:
    """The first choice of each field in which nothing is chosen, and a picture where a file may be sent."""
    choices: dict[str, Any] = {}
    for one in reversed(fields):
        name, kind = one.get("name") or "", one.get("type")
        options = [option.get("value") for option in one.iter("option") if option.get("value")]
        if kind in ("checkbox", "radio"):
            choices[name] = one.get("value", "on")
        elif kind == "file":
            choices[name] = PICTURE
        elif options:
            choices[name] = options[0]
    return {name: value for name, value in choices.items() if name and not any(sent.get(name) or ())}


def endpoint_of(app: Flask, path: str) -> str:
    try:
        return str(app.url_map.bind("localhost").match(urlsplit(path).path, "POST")[0])
    except HTTPException:
        return ""


def over_posted(found: Written, visitor: Visitor, form: Form) -> tuple[list[str], list[str]]:
    """What a form writes as it stands, or with something typed and picked where that is nothing, and with every column
    beside."""
    for sent in form.ways():
        plain = found.by(visitor, form.path, sent)
        if plain:
            break
    more = {name: value for name, value in hostile().items() if name not in form.shown | KEYS}
    return plain, found.by(visitor, form.path, more | sent)


def accounts(startup: Startup, institution_id: int) -> list[Account]:
    return [
        an_account(Role.MANAGER),
        an_account(Role.ADMIN),
        an_account(Role.INVESTOR, institution_id),
        an_account(Role.FOUNDER, startup_id=startup.id),
    ]


def test_a_form_changes_nothing_that_it_does_not_show(
    app: Flask, written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    startup, institution = a_published_startup(), an_institution()
    ids = {**one_of_each(), "startup_id": startup.id}
    typed = TYPED | {"startup": startup.name, "institution": institution.name, "organisation": institution.name}
    visitors = [Visitor(app).signed_in_as(account) for account in accounts(startup, institution.id)]
    listen(app, written, monkeypatch)
    wrong, tried, written_by, silent = [], set(), set(), set()
    for visitor in visitors:
        for form in forms(app, visitor, ids, typed):
            plain, over = over_posted(written, visitor, form)
            tried.add(form.endpoint)
            if over:
                written_by.add(form.endpoint)
            if over and not any("INTO audit_entry" in one for one in over):
                silent.add(form.endpoint)
            wrong += [(form.endpoint, one) for one in over if one not in plain]
    assert wrong == []
    assert silent <= NOT_IN_THE_HISTORY, "whatever else writes stands in the history"
    assert len(written_by) > len(tried) * 3 / 4, "most forms wrote something, so that there was something to compare"


def by_links() -> list[tuple[str, dict[str, str]]]:
    """The pages that links open to whoever holds them, and what somebody types there."""
    event = an_event(day=NOW.date(), begins=NOW.time())
    service = a_service(a_startup(), partners=(an_institution(),))
    answers, account = {"name": "许望舒"}, an_account()
    with writing():
        link = account_actions.make_link(db.session.get_one(Account, account.id), by=BY, at=NOW)
    chosen = dict.fromkeys(("password", "repeated"), TYPED["password"])
    return [
        (f"/check-in/{event.token}", answers | {"organisation": "衡汐智能", "phone": TYPED["phone"]}),
        (f"/confirm/{a_confirmation_token(service)}", answers),
        (f"/links/{link.token}", chosen),
        ("/forgotten-password", {"typed": "somebody"}),
    ]


def test_a_form_that_a_link_opens_changes_nothing_that_it_does_not_show(
    app: Flask, written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor, pages = Visitor(app), by_links()
    listen(app, written, monkeypatch)
    monkeypatch.setattr(outbox, "url", "smtp://127.0.0.1:9")
    wrong, tried = [], []
    for path, typed in pages:
        page = Shown(200, visitor.open(path).get_data(as_text=True), path)
        for element in page.all("form", method="post"):
            form = read_form(app, page, element, typed)
            if form.endpoint == "accounts.switch_language":
                continue
            plain, over = over_posted(written, visitor, form)
            tried.append((form.endpoint, bool(plain)))
            wrong += [(form.endpoint, one) for one in over if one not in plain]
    assert wrong == []
    assert tried == [
        ("events.check_in_visitor", True),
        ("confirmations.use_link", True),
        ("accounts.use_link", True),
        ("accounts.forget_password", True),
    ]


def test_a_view_that_takes_whatever_is_sent_is_found(
    app: Flask, written: Written, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The positive control: a planted hole."""
    startup = a_startup()

    @public("a planted hole")
    def take_everything() -> str:
        kept = db.session.get_one(Startup, startup.id)
        for name, value in request.form.items():
            if name in ("note", "city", "summary"):
                setattr(kept, name, value)
        return ""

    rule = Rule("/hole", endpoint="hole", methods=["POST"])
    app.url_map.add(rule)
    app.view_functions["hole"] = take_everything
    listen(app, written, monkeypatch)
    try:
        form = Form("hole", "/hole", frozenset({"note"}), {"note": "新的内容"}, {})
        plain, over = over_posted(written, Visitor(app), form)
    finally:
        del app.view_functions["hole"]
        app.url_map._rules.remove(rule)
        app.url_map._rules_by_endpoint.pop("hole")
        app.url_map._remap = True
    assert plain, "what the form shows is changed"
    assert [one for one in over if one not in plain and "zqx" in one]
