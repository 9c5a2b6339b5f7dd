"""Every route × every role: who gets in is what domain.md says, and nobody learns what exists behind a closed door."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from datetime import timedelta
from secrets import token_hex
from typing import Any, cast

import pytest
import sqlalchemy as sa
from flask import Flask, abort
from werkzeug.routing import Rule
from werkzeug.wrappers import Response

from crm.accounts.models import Role
from crm.audit.vocabulary import LOGGED
from crm.core.db import WRITING, Base, db
from crm.deals.models import Participation
from crm.institutions.models import Institution
from crm.startups.models import Startup
from crm.web import errors, sessions
from tests.factories import (
    WAN,
    a_brand,
    a_briefing,
    a_closed_round,
    a_commitment,
    a_dashboard_view,
    a_deal,
    a_document,
    a_filing,
    a_flow,
    a_form_template,
    a_fund,
    a_fund_figure,
    a_grant,
    a_guest,
    a_label,
    a_paper,
    a_past_round,
    a_person,
    a_product,
    a_proposal,
    a_published_startup,
    a_question,
    a_reference,
    a_reported_metric,
    a_requirement,
    a_room,
    a_room_document,
    a_room_folder,
    a_round,
    a_service,
    a_startup,
    a_target,
    a_task,
    a_watch_note,
    an_account,
    an_activity,
    an_appointment,
    an_arrival,
    an_authorisation,
    an_event,
    an_institution,
    writing,
)
from tests.support.visitor import Visitor

STAFF = frozenset({"finance", "manager", "leader"})
WRITERS = frozenset({"finance", "manager"})
EVERYBODY = frozenset(role.value for role in Role)
ALLOWED: dict[str, frozenset[str]] = {
    "is_signed_in": EVERYBODY,
    "may_change_own_password": EVERYBODY,
    "has_digest": WRITERS,
    "may_read_records": STAFF,
    "may_read_notices": STAFF | {"admin"},
    "may_write_records": WRITERS,
    "may_answer": frozenset({"manager"}),
    "may_change": WRITERS,
    "may_invite": WRITERS,
    "may_make": frozenset({"manager"}),
    "may_make_link": WRITERS | {"admin"},
    "may_suggest": STAFF | {"admin"},
    "is_manager": frozenset({"manager"}),
    "may_read_reports": frozenset({"manager", "leader"}),
    "may_manage_accounts": frozenset({"admin"}),
    "may_manage_settings": frozenset({"admin"}),
    "may_read_audit": frozenset({"manager", "admin"}),
    "is_investor": frozenset({"investor"}),
    "may_see_pictures": frozenset({"investor", "manager"}),
    "is_in_charge": frozenset({"investor"}),
    "may_put_in_charge": WRITERS | {"admin"},
    "is_founder": frozenset({"founder"}),
    "may_operate": frozenset({"admin"}),
    "may_undo": WRITERS | {"admin"},
}
MISSING = 10**9
NAMED = {
    "analytics.export_table": "funnel",
    "analytics.copy_table": "funnel",
    "admin.show_vocabulary": "deal_stage",
    "admin.add_word": "deal_stage",
    "analytics.list_deals": "introduced",
    "lists.save_view": "startups",
    "lists.choose_columns": "startups",
    "lists.remember_view": "startups",
    "reports.make_report": "summary",
    "reports.download_data": "xlsx",
    "reports.download_batch": "zip",
}
ON_PEOPLE = ("may_change", "may_answer", "may_invite")
OWN_SESSION = {"accounts.sign_out"}
NO_FILE_YET = {
    "reports.download_report",
    "reports.download_data",
    "reports.download_batch",
    "reports.show_picture",
    "filling.download_filled",
    "imports.download_refused",
    "dataroom.preview_page",
    "appointments.download_calendar",
}


@pytest.fixture
def guarded_app(app: Flask) -> Iterator[Flask]:
    """The application without CSRF, so that a POST reaches the guard."""
    app.config["WTF_CSRF_ENABLED"] = False
    yield app
    app.config["WTF_CSRF_ENABLED"] = True


def rules(app: Flask) -> list[Rule]:
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"]


def guard(app: Flask, rule: Rule) -> tuple[str, Any]:
    found: tuple[str, Any] = app.view_functions[rule.endpoint].guard  # type: ignore[attr-defined]
    return found


def test_every_route_declares_who_may_use_it(app: Flask) -> None:
    undeclared = [rule.rule for rule in rules(app) if not hasattr(app.view_functions[rule.endpoint], "guard")]
    assert undeclared == []


def test_an_undeclared_route_is_refused(app: Flask, finance: Visitor) -> None:
    """The positive control: a planted hole stays shut."""
    rule = Rule("/hole", endpoint="hole", methods=["GET"])
    app.url_map.add(rule)
    app.view_functions["hole"] = lambda: "open"
    try:
        assert finance.open("/hole").status_code == 403
    finally:
        del app.view_functions["hole"]
        app.url_map._rules.remove(rule)
        app.url_map._rules_by_endpoint.pop("hole")
        app.url_map._remap = True


def one_of_each() -> dict[str, int]:
    """The id of a record for every name that a URL may hold; the startup is not published."""
    startup, institution = a_startup(), an_institution()
    fund = a_fund(managers=[institution])
    commitment = a_commitment(fund, "社会资本")
    return {
        "startup_id": startup.id,
        "institution_id": institution.id,
        "fund_id": fund.id,
        "commitment_id": commitment.id,
        "requirement_id": a_requirement(commitment).id,
        "flow_id": a_flow(fund).id,
        "figure_id": a_fund_figure(fund).id,
        "brand_id": a_brand().id,
        "person_id": a_person(institution).id,
        "round_id": a_round(startup, "b").id,
        "deal_id": a_deal(startup, institution).id,
        **an_event_with_guest(startup, institution),
        "service_id": a_service(startup, partners=(institution,)).id,
        "activity_id": an_activity(startup).id,
        "task_id": a_task().id,
        "account_id": an_account().id,
        "session_id": a_session_of_somebody_else(),
        "term_id": 1,
        "category_id": 1,
        "type_id": 1,
        "receipt_id": a_receipt(),
        "participation_id": a_participation(startup, institution),
        "past_round_id": a_past_round(startup).id,
        "label_id": a_label(startup).id,
        "filing_id": a_filing(startup).id,
        "metric_id": a_reported_metric(startup).id,
        "product_id": a_product(startup).id,
        "picture_id": 1,
        "authorisation_id": an_authorisation(startup).id,
        "proposal_id": a_proposal(startup).id,
        "competitor_id": a_startup().id,
        "interest_id": an_interest(),
        "batch_id": a_batch(),
        "backtest_id": a_backtest(),
        "recipe_id": a_recipe(),
        "report_id": a_briefing().id,
        "template_id": a_form_template().id,
        "run_id": an_import(),
        "document_id": a_product_picture(startup),
        "paste_id": a_paste_of_somebody_else(),
        "job_id": a_job_that_failed(),
        "mail_id": a_mail_that_was_given_up(),
        "saved_id": a_view_of_somebody_else(),
        "notice_id": a_notice_of_somebody_else(),
        "submitted_id": a_submitted_figure(),
        "reference_id": a_reference().id,
        "target_id": a_target().id,
        "shown_id": a_dashboard_view(an_account()).id,
        **what_an_investor_asked(startup, institution),
        **an_agreement(institution),
        **a_room_with_everything(startup, institution),
    }


def what_an_investor_asked(startup: Startup, institution: Institution) -> dict[str, int]:
    """A note, a question and a meeting of somebody else's institution."""
    investor = an_account(Role.INVESTOR, institution.id)
    return {
        "note_id": a_watch_note(startup, investor).id,
        "question_id": a_question(startup, investor).id,
        "appointment_id": an_appointment(startup, investor).id,
    }


def a_participation(startup: Startup, institution: Institution) -> int:
    round = a_closed_round(startup, institution, "c")
    with writing():
        return db.session.scalars(sa.select(Participation.id).where(Participation.round_id == round.id)).one()


def a_backtest() -> int:
    from crm.matching.models import MatchBacktest
    from tests.factories import AT

    with writing():
        asked = MatchBacktest(at=AT, by_name="陈晏清")
        db.session.add(asked)
        db.session.flush()
        return asked.id


def a_submitted_figure() -> int:
    from crm.metrics.actions import SubmittedValues, submit
    from crm.metrics.definitions import METRICS
    from tests.factories import AT, BY, TODAY

    with writing():
        return submit(METRICS["companies_served"], SubmittedValues(TODAY, "区金融办", TODAY), by=BY, at=AT).id


def an_event_with_guest(startup: Startup, institution: Institution) -> dict[str, int]:
    """An event, a guest, and somebody who came."""
    event = an_event()
    a_guest(event, startup)
    guest = a_guest(event, institution)
    return {"event_id": event.id, "guest_id": guest.id, "arrival_id": an_arrival(guest, "顾南乔").id}


def a_session_of_somebody_else() -> int:
    from crm.accounts.sessions import open_session
    from tests.factories import AT

    owner = an_account()
    with writing():
        opened = open_session(owner, at=AT)
        db.session.flush()
        return opened.session.id


def a_paste_of_somebody_else() -> int:
    """What was pasted is its owner's alone: to everybody else it is missing."""
    from crm.paste.actions import keep
    from tests.factories import AT

    owner = an_account()
    with writing():
        return keep("临渚创投见了衡汐智能", [], by=owner, at=AT).id


def a_job_that_failed() -> int:
    from crm.core.jobs import Job, JobState
    from tests.factories import AT

    with writing():
        job = Job(kind="report", record_id=1, state=JobState.FAILED, queued_at=AT)
        db.session.add(job)
        db.session.flush()
        return job.id


def a_mail_that_was_given_up() -> int:
    from crm.core.outbox import Mail, MailState
    from tests.factories import AT

    with writing():
        mail = Mail(
            message_id=token_hex(8), recipient="lin@example.cn", subject="", plain="", html="", due_at=AT, written_at=AT
        )
        mail.state = MailState.DEAD
        db.session.add(mail)
        db.session.flush()
        return mail.id


def a_view_of_somebody_else() -> int:
    """A view is changed by whom it belongs to: to everybody else it is missing, even when it is shared."""
    from crm.lists.actions import ViewValues, save_view
    from tests.factories import AT

    owner = an_account()
    with writing():
        return save_view(owner, "startups", ViewValues("算力", "sector=compute", (), True), by=owner, at=AT).id


def a_notice_of_somebody_else() -> int:
    from crm.notifications.actions import notify
    from crm.notifications.models import Notice, NoticeKind
    from tests.factories import AT

    owner = an_account()
    with writing():
        notify([owner.id], NoticeKind.MENTIONED, record_type="deal", record_id=1, name="衡汐智能", by=None, at=AT)
        return db.session.scalars(sa.select(Notice.id).where(Notice.account_id == owner.id)).one()


def a_product_picture(startup: Startup) -> int:
    """A document that every reader may see."""
    from crm.documents.models import Document

    document = a_document(startup)
    with writing():
        db.session.get_one(Document, document.id).record_type = "product"
    return document.id


def a_room_with_everything(startup: Startup, institution: Institution) -> dict[str, int]:
    """A data room with a folder, a document, and somebody who may read it."""
    folder = a_room_folder(a_room(startup))
    return {
        "room_id": folder.room_id,
        "folder_id": folder.id,
        "room_document_id": a_room_document(folder.room_id, folder.id).id,
        "grant_id": a_grant(folder.room_id, institution).id,
        "partial_file_id": a_file_that_somebody_else_sends(folder.room_id),
    }


def a_file_that_somebody_else_sends(room_id: int) -> int:
    from crm.dataroom import sending
    from crm.dataroom.models import Room
    from tests.factories import AT

    owner = an_account()
    with writing():
        room, about = db.session.get_one(Room, room_id), sending.Announced("说明.txt", 6, "0" * 64)
        return sending.begin(room, about, largest=10, by=owner, at=AT).id


def an_agreement(institution: Institution) -> dict[str, int]:
    """Terms, and an institution that signed them on paper."""
    acceptance = a_paper(institution)
    return {"terms_id": acceptance.terms_id, "acceptance_id": acceptance.id}


def a_receipt() -> int:
    from crm.deals.queries import receipts_of

    deal = a_deal(stage="funded", signed=WAN, received=WAN)
    with writing():
        return receipts_of(deal)[0].id


def an_interest() -> int:
    from crm.deals.actions import express_interest
    from tests.factories import AT

    institution, startup = an_institution(), a_published_startup()
    account = an_account(Role.INVESTOR, institution.id)
    with writing():
        interest = express_interest(startup, institution, None, "想了解", by=account, at=AT)
        db.session.flush()
        return interest.id


def a_batch() -> int:
    from crm.reports.models import Batch
    from tests.factories import AT, TODAY

    maker = an_account()
    with writing():
        batch = Batch(kind="summary", about="institutions", from_day=TODAY, to_day=TODAY, language="zh", made_at=AT)
        batch.made_by_id = maker.id
        db.session.add(batch)
        db.session.flush()
        return batch.id


def a_recipe() -> int:
    from crm.reports.models import Recipe
    from tests.factories import AT

    maker = an_account()
    with writing():
        recipe = Recipe(name="月报", kind="summary", span="last_month", language="zh", made_at=AT)
        recipe.made_by_id = maker.id
        db.session.add(recipe)
        db.session.flush()
        return recipe.id


def an_import() -> int:
    from crm.imports.models import LedgerImport
    from tests.factories import AT

    with writing():
        run = LedgerImport(file_name="台账.xlsx", file_key="00/00", dry_run=True, language="zh_CN", made_at=AT)
        db.session.add(run)
        db.session.flush()
        return run.id


def address(app: Flask, rule: Rule, ids: dict[str, int]) -> str:
    named = {"name": NAMED.get(rule.endpoint, "companies_served"), "number": 1}
    values: dict[str, Any] = {name: (named | ids)[name] for name in rule.arguments}
    with app.test_request_context():
        return str(app.url_map.bind("localhost").build(rule.endpoint, values, append_unknown=False))


def is_of_portal(rule: Rule, policy: Any) -> bool:
    """True for pages of outsiders: of what a test made nothing is published, granted or belongs to the one who asks."""
    return rule.endpoint.startswith("portal.") or policy.__name__ in ("is_investor", "is_founder")


def methods(rule: Rule) -> list[str]:
    return sorted((rule.methods or set()) & {"GET", "POST"})


def checksum(app: Flask) -> str:
    """A fingerprint of every row of every table, but for the logs of who read what, which reading writes."""
    digest = hashlib.sha256()
    with app.app_context(), db.engine.connect() as connection:
        for table in Base.metadata.sorted_tables:
            if table.name in ("room_access", "audit_tail"):
                continue
            written = table.c.verb.not_in(LOGGED) if table.name == "audit_entry" else sa.true()
            for row in connection.execute(sa.select(table).where(written).order_by(table.c.id)):
                digest.update(repr(tuple(row)).encode())
    return digest.hexdigest()


@pytest.fixture
def visitors(guarded_app: Flask, monkeypatch: pytest.MonkeyPatch) -> dict[str, Visitor]:
    """Somebody of every role, and somebody who has not signed in. What is refused is answered without its page: drawing
    it took most of the time, and other tests read it."""
    monkeypatch.setattr(errors, "show_error", lambda code, variant="": Response(status=code))
    monkeypatch.setattr(sessions, "SEEN_EVERY", timedelta(days=1))  # the walk may take longer than five minutes
    signed_in = {role: Visitor(guarded_app).signed_in_as(an_account(role=Role(role))) for role in sorted(EVERYBODY)}
    return {**signed_in, "anonymous": Visitor(guarded_app)}


def test_a_role_reaches_exactly_what_its_policies_allow(guarded_app: Flask, visitors: dict[str, Visitor]) -> None:
    """Refused: 403, or 404 where even existence is no business of theirs; anonymous: to the sign-in page."""
    ids = one_of_each()
    for role, visitor in visitors.items():
        before = checksum(guarded_app)
        wrong = [one for rule in rules(guarded_app) for one in wrong_answers(guarded_app, role, visitor, rule, ids)]
        assert wrong == [], role
        assert checksum(guarded_app) == before, f"a refused or reading request of {role} wrote something"


def wrong_answers(
    app: Flask, role: str, visitor: Visitor, rule: Rule, ids: dict[str, int]
) -> Iterator[tuple[str, str, str, int]]:
    """The answers of one route that are not what its policy says."""
    kind, policy = guard(app, rule)
    if kind == "public" or rule.endpoint in OWN_SESSION:
        return
    allowed = role in ALLOWED[policy.__name__]
    for method in methods(rule):
        if allowed and method == "POST":
            continue
        answer = visitor.open(address(app, rule, ids), method)
        to_sign_in = answer.status_code == 303 and "/sign-in" in answer.location
        refused = to_sign_in if role == "anonymous" else answer.status_code in (403, 404)
        fine = not refused and answer.status_code < 400
        portal_of_unpublished = allowed and is_of_portal(rule, policy) and rule.arguments
        not_own = rule.endpoint in ("paste.show_paste", "lists.edit_view") and answer.status_code == 404
        if portal_of_unpublished or (allowed and (rule.endpoint in NO_FILE_YET or not_own)):
            continue
        if (allowed and not fine) or (not allowed and not refused):
            yield method, rule.rule, policy.__name__, answer.status_code


def test_a_view_that_is_open_and_one_that_writes_as_it_refuses_are_found(
    guarded_app: Flask, visitors: dict[str, Visitor], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The positive controls: planted holes."""
    a_startup()
    (rule,) = [one for one in rules(guarded_app) if one.endpoint == "startups.list_startups"]

    def wrong(view: Callable[[], Any]) -> list[tuple[str, str, str, int]]:
        cast(Any, view).guard = guard(guarded_app, rule)
        monkeypatch.setitem(guarded_app.view_functions, rule.endpoint, view)
        return list(wrong_answers(guarded_app, "investor", visitors["investor"], rule, {}))

    before = checksum(guarded_app)
    assert wrong(lambda: "open") == [("GET", "/startups/", "may_read_records", 200)]
    assert checksum(guarded_app) == before
    assert wrong(write_and_refuse) == []
    assert checksum(guarded_app) != before


def write_and_refuse() -> None:
    token = WRITING.set(True)  # else PostgreSQL refuses what a reading request writes
    with db.engine.begin() as connection:
        connection.execute(sa.update(Startup).values(note="written all the same"))
    WRITING.reset(token)
    abort(403)


def test_a_foreign_record_and_a_missing_one_answer_alike(guarded_app: Flask, visitors: dict[str, Visitor]) -> None:
    ids = one_of_each()
    told_apart = []
    for role, visitor in visitors.items():
        for rule in rules(guarded_app):
            names = [name for name in rule.arguments if name.endswith("_id")]
            if not names or not is_foreign(guarded_app, role, rule):
                continue
            for method in methods(rule):
                there = visitor.open(address(guarded_app, rule, ids), method)
                gone = visitor.open(address(guarded_app, rule, {**ids, **dict.fromkeys(names, MISSING)}), method)
                if there.status_code != gone.status_code:
                    told_apart.append((role, method, rule.rule, there.status_code, gone.status_code))
    assert told_apart == []


def is_foreign(app: Flask, role: str, rule: Rule) -> bool:
    """True where a role must not learn whether the record of an address exists."""
    kind, policy = guard(app, rule)
    if kind == "public":
        return False
    name = policy.__name__
    if role == "leader" and name in ("may_write_records", "is_manager", "may_make", *ON_PEOPLE):
        return False
    if role == "finance" and name in ("is_manager", *ON_PEOPLE):
        return False
    if role == "manager" and name == "may_see_pictures":
        return False  # who looks at a profile before its readers do sees what is not published
    return role not in ALLOWED[name] or (role == "investor" and is_of_portal(rule, policy))


def test_every_policy_of_a_route_is_in_the_table_above(app: Flask) -> None:
    used = {guard(app, rule)[1].__name__ for rule in rules(app) if guard(app, rule)[0] == "requires"}
    assert used == set(ALLOWED)


def test_investors_of_two_institutions_do_not_see_each_other(app: Flask) -> None:
    mine, theirs = an_institution(), an_institution()
    startup = a_published_startup("上海衡汐智能科技有限公司", short_name="衡汐智能")
    a_deal(startup, theirs, stage="term_sheet")
    a_deal(startup, mine, round_name="b", stage="met")
    visitor = Visitor(app).signed_in_as(an_account(Role.INVESTOR, mine.id))
    assert len([row for row in visitor.visit("portal.list_deals").now.rows if "衡汐智能" in " ".join(row)]) == 1
    profile = visitor.visit("portal.show_startup", startup_id=startup.id).now.html
    assert theirs.name not in profile
    assert "Term sheet" not in profile
