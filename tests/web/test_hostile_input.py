"""What nobody types by accident gets a clear answer, never an error page of ours."""

from __future__ import annotations

import base64
import json
import time
from typing import Any

import pytest
from werkzeug.test import Client

from crm.web.setup import behind_proxies
from tests.factories import a_published_startup, a_round, a_startup, an_event, an_institution
from tests.support.queries import counted_statements
from tests.support.visitor import Visitor


@pytest.mark.parametrize("number", [2**63 - 1, 2**63, 2**70])
def test_a_number_beyond_any_id_is_a_missing_record(finance: Visitor, investor: Visitor, number: int) -> None:
    assert finance.open(f"/startups/{number}").status_code == 404
    assert investor.open(f"/portal/startups/{number}").status_code == 404


@pytest.mark.parametrize(
    "path", ["/startups/?q=a%00b", "/search?q=%00", "/startups/suggest?q=%00", "/deals/?stage=%00"]
)
def test_a_nul_character_is_refused(finance: Visitor, path: str) -> None:
    assert finance.open(path).status_code == 400


def test_a_nul_character_in_a_field_is_refused(visitor: Visitor) -> None:
    assert visitor.open("/sign-in", "POST", {"username": "a\0", "password": "x"}).status_code == 400


def test_a_form_sent_as_json_is_refused(visitor: Visitor, finance: Visitor) -> None:
    for who, path in ((visitor, "/sign-in"), (finance, "/startups/new")):
        for sent in ({"username": 5, "name": [1]}, [1, 2], "text"):
            assert who.open(path, "POST", json=sent).status_code == 415


DEEP = b"[" * 5_000_000
PART = b"--cut\r\nContent-Disposition: form-data; name=field\r\n\r\nx\r\n"


@pytest.mark.parametrize(
    ("sent", "media_type", "status"),
    [
        (DEEP, "application/json", 415),
        (b"name=" + b"x" * 2_000_000, "application/x-www-form-urlencoded", 413),
        (PART.replace(b"x", b"x" * 2_000_000) + b"--cut--", "multipart/form-data; boundary=cut", 413),
        (PART * 20_000 + b"--cut--", "multipart/form-data; boundary=cut", 413),
        (DEEP, "text/plain", 400),
    ],
    ids=["deep JSON", "a huge field", "a huge field beside files", "many fields", "no form at all"],
)
def test_what_nobody_types_is_refused_before_it_is_looked_at(
    finance: Visitor, sent: Any, media_type: str, status: int
) -> None:
    before = time.process_time()
    answer = finance.open("/startups/new", "POST", sent, content_type=media_type)
    assert answer.status_code == status
    assert "<h1" in answer.get_data(as_text=True), "a page says so"
    assert time.process_time() - before < 10, "the 10 seconds that a form may take at most"


@pytest.mark.parametrize("typed", ["   ", "\u200b\u202e"])
def test_a_name_that_nobody_can_see_is_none(finance: Visitor, typed: str) -> None:
    page = finance.visit("startups.add_startup").submit("Add the startup", name=typed)
    assert page.status == 422
    assert page.now.all("p", id="name-error") != []


CURSORS: list[Any] = [
    ["", 1, 1],
    ["t", "2025-01-01T00:00:00", 1],
    ["", 1, 2**70],
    ["", "\ud800", 1],
    ["", None, 1],
    ["", [1], 1],
    ["", True, 1],
    ["d", "2025-01-01", 1],
]


@pytest.mark.parametrize("cursor", CURSORS, ids=repr)
@pytest.mark.parametrize("sort", ["", "joined", "seeking"])
def test_a_cursor_made_by_hand_gives_a_page(finance: Visitor, cursor: Any, sort: str) -> None:
    a_startup()
    text = base64.urlsafe_b64encode(json.dumps(cursor).encode()).decode()
    assert finance.open("/startups/", query_string={"after": text, "sort": sort}).status_code == 200


@pytest.mark.parametrize("text", ["[" * 100_000, "x" * 5000, "W10", "ICAg"])
def test_a_cursor_that_is_none_gives_the_first_page(finance: Visitor, text: str) -> None:
    assert (
        finance.open("/startups/", query_string={"before": base64.urlsafe_b64encode(text.encode())[:4000]}).status_code
        == 200
    )


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("seeking", "9" * 10_000),
        ("seeking", "99999999999999999999亿"),
        ("seeking", "-3000万"),
        ("name", "㍿" * 200),
        ("short_name", "ﷺ" * 80),
        ("founded_on", "0000-00-00"),
        ("founded_on", "9999-12-31"),
        ("former_names", "a" * 201),
        ("credit_code", "9" * 18),
    ],
)
def test_what_a_column_cannot_hold_is_refused_at_its_field(finance: Visitor, field: str, typed: str) -> None:
    page = finance.visit("startups.add_startup").submit(
        "Add the startup", **{"name": "上海智能科技有限公司", field: typed}
    )
    assert page.status == 422
    assert page.now.all("p", id=f"{field}-error") != []


@pytest.mark.parametrize(("field", "typed"), [("cny_rate", "NaN"), ("cny_rate", "1e-9"), ("vintage", "9" * 400)])
def test_a_number_that_is_none_is_refused_at_its_field(finance: Visitor, field: str, typed: str) -> None:
    an_institution("临渚创投")
    page = finance.visit("funds.add_fund")
    page.submit("Add the fund", name="临渚二期", managers="临渚创投", currency="USD", **{field: typed})
    assert page.status == 422
    assert page.now.all("p", id=f"{field}-error") != []


@pytest.mark.parametrize("typed", ["9" * 19, "²"])
def test_a_service_type_that_is_no_id_is_refused_at_its_field(finance: Visitor, typed: str) -> None:
    startup = a_startup()
    page = finance.visit("services.log_for_many").now
    form = next(one for one in page.all("form") if one.get("data-draft") == "service-for-many")
    sent = {**page.fields_of(form), "startups": startup.name, "type_id": typed}
    assert finance.open("/services/new-for-many", "POST", sent).status_code == 422


def test_ticks_of_a_closing_event_that_are_no_ids_tick_nothing(finance: Visitor) -> None:
    event = an_event()
    path = f"/events/{event.id}/close"
    page = finance.visit(path).now
    form, _button = page.form_of("Close the event")
    sent = {**page.fields_of(form), "interests": ["5-", "-5", f"1-{2**70}"], "startups": ["²", str(2**70)]}
    assert finance.open(path, "POST", sent).status_code < 500


def test_a_long_list_of_names_is_refused_before_it_is_looked_up(finance: Visitor) -> None:
    round, event = a_round(), an_event()
    names = "\n".join(f"企业{number}" for number in range(7000))
    for path, field in (
        (f"/rounds/{round.id}/introduce", "institutions"),
        (f"/events/{event.id}/guests/new", "names"),
        ("/services/new-for-many", "startups"),
        ("/startups/new", "former_names"),
    ):
        page = finance.visit(path).now
        form = next(one for one in page.all("form") if field in page.fields_of(one))
        with counted_statements(finance.app) as statements:
            answer = finance.open(path, "POST", {**page.fields_of(form), "step": "preview", field: names})
        assert answer.status_code == 422
        assert "Write at most" in answer.text
        assert len(statements) < 60


@pytest.mark.parametrize(("proxies", "address"), [(0, "10.0.0.1"), (1, "198.51.100.7"), (2, "203.0.113.9")])
def test_who_asks_is_believed_of_the_proxies_in_front_alone(proxies: int, address: str) -> None:
    seen = []

    def application(environ: Any, start: Any) -> list[bytes]:
        seen.append(environ["REMOTE_ADDR"])
        start("200 OK", [])
        return []

    told = {"X-Forwarded-For": "192.0.2.66, 203.0.113.9, 198.51.100.7"}
    Client(behind_proxies(application, proxies)).get("/", headers=told, environ_base={"REMOTE_ADDR": "10.0.0.1"})
    assert seen == [address]


def test_a_new_line_in_a_target_leads_home(visitor: Visitor) -> None:
    page = visitor.visit("accounts.sign_in").now
    form = next(one for one in page.all("form") if one.get("action") == "/language")
    fields = {**page.fields_of(form), "language": "en", "back": "/sign-in?a\r\nb"}
    answer = visitor.open("/language", "POST", fields)
    assert (answer.status_code, answer.location) == (303, "/")


def test_an_investor_cannot_probe_credit_codes(investor: Visitor) -> None:
    a_published_startup("上海衡汐智能科技有限公司", credit_code="91110000600037341L")
    assert "衡汐" not in investor.visit("portal.list_startups", q="9111").text
    assert "衡汐" in investor.visit("portal.list_startups", q="衡汐").text
