"""The profile "matrix": each role twice, and for outsiders two institutions with records of their own.

It is there to try who sees what: whatever the one side's investors and founders may read has a twin that they may not.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from crm.accounts import actions as account_actions
from crm.accounts.models import Account, Role, System
from crm.appointments import actions as appointment_actions
from crm.appointments.actions import Wish
from crm.cli.demo import PASSWORD
from crm.confidentiality import actions as confidentiality_actions
from crm.confidentiality.actions import TermsValues
from crm.confidentiality.draft import MONTHS, TEXT_EN, TEXT_ZH
from crm.confirmations import actions as confirmation_actions
from crm.confirmations.actions import Claim
from crm.confirmations.models import Side
from crm.core.clock import day_of
from crm.core.db import db
from crm.dataroom import actions as room_actions
from crm.dataroom.actions import GrantValues
from crm.dataroom.kinds import accept
from crm.deals import actions as deal_actions
from crm.deals.actions import DealValues, Move
from crm.deals.models import DealStatus
from crm.founders import actions as founder_actions
from crm.funds import actions as fund_actions
from crm.funds.actions import FundValues
from crm.institutions import actions as institution_actions
from crm.institutions.actions import InstitutionValues
from crm.institutions.models import Institution
from crm.institutions.thesis import Thesis
from crm.lib.money import WAN_YUAN, YI_YUAN, Amount
from crm.publishing import actions as publishing
from crm.publishing.actions import AuthorisationValues
from crm.questions import actions as question_actions
from crm.services import actions as service_actions
from crm.services.queries import services_to_change
from crm.startups import actions as startup_actions
from crm.startups.actions import StartupValues
from crm.startups.models import Startup
from crm.watching import actions as watching_actions

BY = System()
OUTSIDE = (Role.INVESTOR, Role.FOUNDER)
SIDES = ("甲", "乙")


def fill(*, at: datetime) -> dict[str, Any]:
    """Make everything in the caller's unit of work; says what was made."""
    accounts = [account(f"{role}{number}", role, at) for role in Role if role not in OUTSIDE for number in (1, 2)]
    terms = confidentiality_actions.write_terms(TermsValues(TEXT_ZH, TEXT_EN, MONTHS), by=BY, at=at)
    worlds = []
    for number, side in enumerate(SIDES):
        institution = institution_actions.add(
            InstitutionValues(name=f"上海{side}方创业投资有限公司", kind="vc", joined_on=day_of(at)), by=BY, at=at
        )
        institution_actions.edit_thesis(institution, Thesis(thesis=f"{side}方的投资偏好"), version=None, by=BY, at=at)
        made = world(institution, side, at)
        invest = {"institution_id": institution.id}
        accounts += [account(f"investor{2 * number + one}", Role.INVESTOR, at, **invest) for one in (1, 2)]
        made |= requests(institution, made["startups"][0]["id"], accounts[-2]["id"], at)
        made["documents"] = documents(institution, made["startups"][0]["id"], at)
        first = db.session.get_one(Account, accounts[-2]["id"])
        confidentiality_actions.accept(terms.id, first, for_institution=True, address="203.0.113.24", at=at)
        accounts.append(account(f"founder{number + 1}", Role.FOUNDER, at, startup_id=made["startups"][0]["id"]))
        made |= of_founder(made["startups"][0], accounts[-1]["id"], at)
        worlds.append(made)
    return {"password": PASSWORD, "accounts": accounts, "worlds": worlds}


def requests(institution: Institution, startup_id: int, account_id: int, at: datetime) -> dict[str, int]:
    """What an institution's investor noted, asked and asked for, about its own published startup."""
    startup, investor = db.session.get_one(Startup, startup_id), db.session.get_one(Account, account_id)
    note = watching_actions.add_note(startup, f"{institution.name}的内部备注", by=investor, at=at)
    question = question_actions.ask(startup, institution, f"{institution.name}的提问", by=investor, at=at)
    wish = Wish([at + timedelta(days=7)], note=f"{institution.name}的约见")
    appointment = appointment_actions.ask(startup, institution, wish, by=investor, at=at)
    db.session.flush()  # the answer needs every id
    return {"note": note.id, "question": question.id, "appointment": appointment.id}


def documents(institution: Institution, startup_id: int, at: datetime) -> list[int]:
    """Two documents in the room of an institution's published startup, of which it may read the first."""
    room = room_actions.open_room(db.session.get_one(Startup, startup_id), by=BY, at=at)
    made = []
    for name in ("可阅读", "未开放"):
        upload = accept(f"{institution.name}{name}.txt", f"{institution.name}{name}的内容".encode())
        made.append(room_actions.add_file(room, None, upload, by=BY, at=at))
    db.session.flush()  # the grant needs the id
    leave = GrantValues(institution=institution, document=made[0], may_download=True)
    room_actions.grant(room, leave, by=BY, at=at)
    return [document.id for document in made]


def of_founder(told: dict[str, Any], account_id: int, at: datetime) -> dict[str, Any]:
    """What a founder proposes about its startup, and what both sides are asked about its service."""
    startup, founder = db.session.get_one(Startup, told["id"]), db.session.get_one(Account, account_id)
    wanted = {"team": f"{startup.short_name}的团队"}
    proposals = founder_actions.propose(startup, startup, wanted, name=startup.shown_name, by=founder, at=at)
    services = services_to_change(BY, [told["service"]])
    asked = confirmation_actions.ask_about_services(services, Claim(tuple(Side), "assisted"), by=BY, at=at)
    db.session.flush()  # the answer needs every id
    return {"proposal": proposals[0].id, "confirmations": [one.id for one in asked]}


def account(username: str, role: Role, at: datetime, **belonging: Any) -> dict[str, Any]:
    made = account_actions.add_account(
        username=username,
        name=username,
        role=role,
        **belonging,
        password=PASSWORD,
        by=BY,
        at=at,
    )
    outside = {"institution_id": made.institution_id, "startup_id": made.startup_id}
    return {"id": made.id, "username": username, "role": role.value, **outside}


def world(institution: Institution, side: str, at: datetime) -> dict[str, Any]:
    """An institution's fund, and a published and an unpublished startup that it has a deal with."""
    values = FundValues(name=f"{side}方一号创业投资合伙企业（有限合伙）", committed=YI_YUAN)
    fund = fund_actions.add(values, [institution], by=BY, at=at)
    startups = [company(institution, side, published, at) for published in (True, False)]
    db.session.flush()  # the answer needs every id
    return {
        "institution": {"id": institution.id, "name": institution.name},
        "fund": fund.id,
        "startups": startups,
    }


def company(institution: Institution, side: str, published: bool, at: datetime) -> dict[str, Any]:
    today = day_of(at)
    short = f"{side}方{'公开' if published else '内部'}"
    values = StartupValues(
        name=f"上海{short}智能科技有限公司", short_name=short, joined_on=today, summary=f"{short}的一句话介绍"
    )
    startup = startup_actions.add(values, by=BY, at=at)
    if published:
        publishing.authorise(startup, AuthorisationValues("许望舒", today, "创始人"), by=BY, at=at)
        publishing.publish(startup, by=BY, at=at)
    sought = Amount.exactly(3000 * WAN_YUAN)
    met = Move("met", DealStatus.ACTIVE, today)
    deal = deal_actions.log_deal(startup, "a", institution, met, DealValues(), sought=sought, by=BY, at=at)
    service = service_actions.record_introduction(deal, startup, institution, by=BY, at=at)
    return {
        "id": startup.id,
        "name": startup.name,
        "published": published,
        "round": deal.round_id,
        "deal": deal.id,
        "service": service.id if service else None,
    }
