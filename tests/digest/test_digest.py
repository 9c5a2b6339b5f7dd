"""The digest: what is due and what happened, on a page for everybody who works here, by mail once a weekday morning."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask

from crm.accounts.models import Account, DigestRhythm, Role
from crm.config import Settings
from crm.core.db import db
from crm.core.outbox import Mail, letters, outbox
from crm.digest.jobs import morning
from crm.digest.letter import write_letter
from crm.digest.queries import digest_of, last_working_day
from crm.notifications.actions import notify
from crm.notifications.models import NoticeKind
from crm.services.models import Service
from tests.conftest import Work
from tests.factories import a_deal, a_published_startup, a_service, a_startup, an_account, an_institution, writing
from tests.support.queries import counted_statements
from tests.support.visitor import Visitor

FRIDAY, MONDAY = date(2026, 6, 12), date(2026, 6, 15)
EIGHT = time(8)


def at(day: date, hour: int) -> datetime:
    """A moment on the clock of Shanghai."""
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC) - timedelta(hours=8)


@pytest.fixture
def mail_server(app: Flask) -> Iterator[None]:
    outbox.connect("smtp://127.0.0.1:9", "desk@example.cn")
    yield
    outbox.connect("", "")


def a_reader(role: Role = Role.FINANCE, email: str = "lin@example.cn", **values: object) -> Account:
    account = an_account(role)
    with writing():
        kept = db.session.get_one(Account, account.id)
        kept.email = email
        for name, value in values.items():
            setattr(kept, name, value)
    return kept


def busy(owner: Account, mark: str = "") -> None:
    """A day's work: a step that is two days late, a service planned for today, a deal that moved, a mention."""
    a_deal(
        a_startup("衡汐智能" + mark),
        an_institution("临渚创投" + mark),
        owner_id=owner.id,
        next_step="补财务底稿",
        next_step_on=FRIDAY - timedelta(days=2),
        happened_on=date(2026, 3, 1),
    )
    a_deal(
        a_startup("禾鹿机器人" + mark),
        an_institution("江畔引导基金" + mark),
        owner_id=owner.id,
        stage="met",
        happened_on=FRIDAY,
    )
    service = a_service(a_startup("岫云智能" + mark), state="planned", happened_on=FRIDAY)
    with writing():
        db.session.get_one(Service, service.id).owner_id = owner.id
        told = {"record_type": "deal", "record_id": 1, "name": "衡汐智能", "by": None, "at": at(FRIDAY, 7)}
        notify([owner.id], NoticeKind.MENTIONED, **told)  # type: ignore[arg-type]


def sent(work: Work) -> list[Mail]:
    with work():
        return sorted(letters(), key=lambda one: one.id)


def run(app: Flask, day: date, hour: int) -> None:
    with app.app_context(), time_machine.travel(at(day, hour)):
        morning(EIGHT, at(day, hour))


def test_it_lists_what_is_due_and_what_happened_of_ones_own(work: Work) -> None:
    me, other = an_account(), an_account()
    busy(me)
    with work():
        digest = digest_of(me, FRIDAY)
        assert [one.next_step for one in digest.steps] == ["补财务底稿"]
        assert len(digest.services) == 1
        assert [one.round.startup.name for one in digest.moved] == ["禾鹿机器人"]
        assert digest.unread == 3, "two deals were given, one mention"
        assert digest_of(other, FRIDAY).is_empty
        assert not digest_of(me, FRIDAY - timedelta(days=2)).services, "its day has not come"


def test_on_mondays_it_counts_from_friday_and_tells_what_expires(work: Work) -> None:
    assert (last_working_day(MONDAY), last_working_day(FRIDAY)) == (FRIDAY, FRIDAY - timedelta(days=1))
    me = an_account()
    startup = a_published_startup("衡汐智能")
    with writing():
        db.session.merge(startup).authorised_until = MONDAY + timedelta(days=30)
    with work():
        assert [row.name for row in digest_of(me, MONDAY).expiring] == ["衡汐智能"]
        assert digest_of(me, FRIDAY).is_empty


@pytest.mark.usefixtures("mail_server")
def test_it_goes_out_once_a_weekday_morning_however_many_workers_there_are(app: Flask, work: Work) -> None:
    busy(a_reader())
    run(app, FRIDAY, 7)
    assert sent(work) == []
    for _ in range(2):
        run(app, FRIDAY, 8)
    assert len(sent(work)) == 1
    run(app, FRIDAY + timedelta(days=1), 9)
    assert len(sent(work)) == 1, "not on Saturday"
    run(app, MONDAY, 15)
    run(app, MONDAY, 16)
    assert len(sent(work)) == 2, "what was missed at eight is made up once"


@pytest.mark.usefixtures("mail_server")
def test_two_workers_at_the_same_moment_write_one(app: Flask, work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    reader = a_reader()
    busy(reader)
    monkeypatch.setattr("crm.digest.jobs.still_to_mail", lambda day: [reader])  # both have looked before either wrote
    for _ in range(2):
        run(app, FRIDAY, 8)
    assert len(sent(work)) == 1


@pytest.mark.usefixtures("mail_server")
def test_one_letter_that_fails_keeps_nobody_elses_back(app: Flask, work: Work, monkeypatch: pytest.MonkeyPatch) -> None:
    unlucky, lucky = a_reader(email="a@example.cn"), a_reader(email="b@example.cn")
    for reader in (unlucky, lucky):
        busy(reader, mark=str(reader.id))

    def write(account: Account, *rest: Any, **values: Any) -> None:
        if account.id == unlucky.id:
            raise ZeroDivisionError
        write_letter(account, *rest, **values)

    with monkeypatch.context() as patch:
        patch.setattr("crm.digest.jobs.write_letter", write)
        with pytest.raises(ZeroDivisionError):
            run(app, FRIDAY, 9)
    assert [one.recipient for one in sent(work)] == ["b@example.cn"]
    run(app, FRIDAY, 10)
    assert len(sent(work)) == 2, "it is tried again, the other one not"


@pytest.mark.usefixtures("mail_server")
def test_only_who_wants_it_and_has_something_to_read_gets_it(app: Flask, work: Work) -> None:
    unwilling = (a_reader(email=""), a_reader(daily_digest=False), a_reader(Role.LEADER))
    for account in unwilling:
        busy(account, mark=str(account.id))
    a_reader(Role.MANAGER, email="idle@example.cn")
    run(app, FRIDAY, 9)
    assert sent(work) == []


def test_without_a_mail_server_none_is_written(app: Flask, work: Work) -> None:
    busy(a_reader())
    run(app, FRIDAY, 9)
    assert sent(work) == []


@pytest.mark.usefixtures("mail_server")
def test_the_letter_speaks_its_readers_language_and_every_line_links(
    app: Flask, work: Work, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings: Settings = app.extensions["crm_settings"]
    monkeypatch.setattr(settings, "base_url", "https://crm.example.cn/desk/")
    for language in ("zh_CN", "en"):
        busy(a_reader(language=language, email=f"{language}@example.cn"), mark=language)
    run(app, FRIDAY, 9)
    chinese, english = sent(work)
    assert english.subject.startswith("Digest of 2026-06-12")
    assert "Next steps" in english.plain
    assert "2 days over" in english.plain
    assert "下一步" in chinese.plain
    assert "Next steps" not in chinese.plain + chinese.html
    for letter in (chinese, english):
        lines = [line for line in letter.plain.splitlines() if line.startswith("- ")]
        links = [line for line in letter.plain.splitlines() if line.strip().startswith("https://crm.example.cn/desk/")]
        assert len(lines) == len(links) == 6
        assert letter.html.count('href="https://crm.example.cn/desk/') == 8


@pytest.mark.usefixtures("mail_server")
def test_a_letter_shows_ten_of_a_kind_and_where_the_others_are(app: Flask, work: Work) -> None:
    owner = a_reader()
    for _ in range(12):
        a_deal(owner_id=owner.id, next_step="再联系", next_step_on=FRIDAY)
    run(app, FRIDAY, 9)
    (letter,) = sent(work)
    assert letter.plain.count("再联系") == 10
    assert "/deals/?owner=me&status=active" in letter.plain
    assert "12 unread notices" in letter.plain


@pytest.mark.usefixtures("mail_server")
def test_a_name_in_a_letter_is_text(app: Flask, work: Work) -> None:
    owner = a_reader()
    a_deal(a_startup("<b>衡汐</b>"), owner_id=owner.id, next_step="a & b", next_step_on=FRIDAY)
    run(app, FRIDAY, 9)
    (letter,) = sent(work)
    assert "<b>衡汐</b>" in letter.plain
    assert "a & b" in letter.plain
    assert "&lt;b&gt;衡汐&lt;/b&gt;" in letter.html
    assert "a &amp; b" in letter.html


def test_the_page_costs_the_same_for_one_line_as_for_ten(finance: Visitor, app: Flask) -> None:
    def statements() -> int:
        with counted_statements(app) as found:
            finance.visit("digest.show_digest")
        return len(found)

    assert finance.account is not None
    with time_machine.travel(at(FRIDAY, 9)):
        finance.signed_in_as(finance.account)
        assert "Nothing is due today" in finance.visit("digest.show_digest").text
        busy(finance.account)
        text = finance.visit("digest.show_digest").text
        assert "衡汐智能 × 临渚创投: 补财务底稿" in text
        assert "2026-06-10, 2 days over" in text
        few = statements()
        for _ in range(9):
            busy_again(finance.account)
        assert statements() == few <= 12


def busy_again(owner: Account) -> None:
    a_deal(owner_id=owner.id, next_step="再联系", next_step_on=FRIDAY, happened_on=FRIDAY)


def a_guest(rhythm: DigestRhythm, institution_name: str = "临渚创投") -> Account:
    account = an_account(Role.INVESTOR, an_institution(institution_name).id)
    with writing():
        kept = db.session.get_one(Account, account.id)
        kept.email, kept.portal_digest = f"{rhythm}@example.cn", rhythm
    return kept


@pytest.mark.usefixtures("mail_server")
def test_investors_get_what_is_new_in_the_rhythm_that_they_chose(app: Flask, work: Work) -> None:
    a_published_startup("上海衡汐智能科技有限公司", short_name="衡汐智能")  # published on Friday
    for rhythm in DigestRhythm:
        a_guest(rhythm, f"临渚创投{rhythm}")

    def written(day: date) -> set[str]:
        run(app, day, 9)
        with work():
            return {one.recipient for one in letters()}

    saturday, tuesday = FRIDAY + timedelta(days=1), MONDAY + timedelta(days=1)
    assert written(saturday) == set()
    assert written(MONDAY) == {"daily@example.cn", "weekly@example.cn"}
    assert written(MONDAY) == written(tuesday), "each once, and on Tuesday nothing is new"
    with work():
        letter = next(one for one in letters() if one.recipient == "weekly@example.cn")
    assert "衡汐智能" in letter.plain
    assert "/portal/" in letter.plain


@pytest.mark.usefixtures("mail_server")
def test_no_investor_is_written_of_what_it_may_not_read(app: Flask, work: Work) -> None:
    from crm.publishing import actions
    from crm.startups.queries import find_startup
    from tests.factories import BY, made

    startup = a_published_startup("上海衡汐智能科技有限公司", short_name="衡汐智能")
    a_guest(DigestRhythm.DAILY)

    def withdrawn() -> None:
        found = find_startup(BY, startup.id)
        assert found is not None
        actions.withdraw(found, by=BY, at=at(FRIDAY, 20))

    made(withdrawn)
    run(app, MONDAY, 9)
    with work():
        assert [one for one in letters() if "衡汐" in one.plain] == []


def test_an_investor_chooses_the_rhythm(investor: Visitor) -> None:
    investor.visit("accounts.edit_own_account").submit("Save", portal_digest="none")
    form = investor.now.fields_of(investor.now.form_of("Save")[0])
    assert form["portal_digest"] == ["none"]
