"""The history of a record reads like sentences, in the reader's language."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from flask import Flask

from crm.accounts.models import Account
from crm.audit.models import AuditEntry
from crm.audit.sentences import sentence
from crm.deals import actions as deal_actions
from crm.deals.actions import DealValues, RoundValues
from crm.deals.queries import find_deal, find_round
from crm.lib.money import Amount
from crm.startups import actions
from crm.startups.actions import StartupValues
from crm.startups.models import Startup
from crm.web.language import force_locale, translate
from tests.conftest import Work
from tests.factories import AT, BY, WAN, a_deal, a_round, a_startup, an_account


def latest(work: Work, language: str = "en") -> str:
    with work() as session:
        entry = session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id.desc())).first()
        assert entry is not None
        return sentence(entry, str, language)


def test_a_change_names_who_what_from_and_to(work: Work) -> None:
    startup, account = a_startup("上海衡汐智能科技有限公司", growth_stage="seed"), an_account(name="陈晏清")
    with work() as session:
        values = StartupValues(name=startup.name, summary=startup.summary, growth_stage="growth")
        kept = session.get_one(Startup, startup.id)
        actions.edit(kept, values, version=None, by=session.get_one(Account, account.id), at=AT)
    assert latest(work) == "陈晏清 changed “上海衡汐智能科技有限公司”: Growth stage Seed → Growth"
    assert latest(work, "zh_CN").endswith("Growth stage 种子 → 扩张")


def test_saving_without_a_change_writes_nothing(work: Work) -> None:
    startup = a_startup()
    with work() as session:
        values = StartupValues(name=startup.name, summary=startup.summary)
        actions.edit(session.get_one(Startup, startup.id), values, version=None, by=BY, at=AT)
    assert latest(work) == f"crm created “{startup.name}”"


def test_an_amount_is_told_once_not_by_its_two_ends(work: Work) -> None:
    startup = a_startup(short_name="衡汐智能")
    round = a_round(startup, "a", sought=Amount.exactly(3000 * WAN))
    with work():
        kept = find_round(BY, round.id)
        assert kept is not None
        values = RoundValues(Amount.between(500 * WAN, 1000 * WAN, "500-1000万"), opened_on=date(2026, 3, 18))
        deal_actions.edit_round(kept, values, version=None, by=BY, at=AT)
    assert latest(work) == "crm changed “衡汐智能 · A”: Sought CNY 30M → CNY 5M – CNY 10M"


def test_who_owned_a_record_is_told_by_name(work: Work) -> None:
    before, after = an_account(name="林予安"), an_account(name="周牧之")
    deal = a_deal(owner_id=before.id)
    with work():
        kept = find_deal(BY, deal.id)
        assert kept is not None
        deal_actions.edit_deal(kept, DealValues(owner_id=after.id), version=None, by=BY, at=AT)
    assert latest(work).endswith(": Owner 林予安 → 周牧之")


def test_what_a_command_did_is_told_of_the_system(app: Flask, work: Work) -> None:
    startup = a_startup()
    with work() as session, force_locale("zh_CN"):
        entry = session.scalars(sa.select(AuditEntry)).one()
        assert sentence(entry, translate, "zh_CN") == f"系统新建了“{startup.name}”"
