"""Institutions that say what they invest in, for tests of matching."""

from __future__ import annotations

import random
from datetime import date
from itertools import product
from typing import Any

from crm.core.db import db
from crm.funds import actions as fund_actions
from crm.funds.models import Fund
from crm.institutions import actions as institution_actions
from crm.institutions.models import Institution
from crm.institutions.thesis import Thesis
from crm.lib.money import Amount
from crm.startups.models import Startup
from tests.factories import AT, BY, WAN, YI, a_fund, a_round, a_startup, an_admission, an_institution, writing

CHIPS = "关注推理芯片与端侧模型"
TICKET = Amount(500 * WAN, 1000 * WAN)


def invests(institution: Institution, **thesis: Any) -> Institution:
    """Let an institution say what it invests in."""
    told = {"growth_stages": ("early",), "sectors": ("compute",), "ticket": TICKET, "thesis": CHIPS, **thesis}
    with writing():
        kept = db.session.get_one(Institution, institution.id)
        institution_actions.edit_thesis(kept, Thesis(**told), version=None, by=BY, at=AT)
    return kept


def an_investing(name: str = "", **thesis: Any) -> Institution:
    """An institution without a fund of its own."""
    return invests(an_institution(name), **thesis)


def an_investing_fund(institution: Institution, **thesis: Any) -> Fund:
    """A fund with money left."""
    fund = a_fund(managers=[institution], committed=2 * YI, invested=0, reserved=0, investment_ends_on=date(2030, 1, 1))
    if thesis:
        with writing():
            kept = db.session.get_one(Fund, fund.id)
            fund_actions.edit_thesis(kept, Thesis(**thesis), version=None, by=BY, at=AT)
    return fund


CHIP_MAKER = {"sector_layer": "compute", "sector_vertical": "health", "growth_stage": "early"}


def a_chip_maker(name: str = "上海衡汐智能科技有限公司", **values: Any) -> Startup:
    return a_startup(name, **{"short_name": name[2:6], **CHIP_MAKER, "profile": "面向医院的推理芯片", **values})


def a_crowd() -> list[int]:
    """Institutions and rounds of all kinds, the same at every run; the ids of the rounds."""
    chance = random.Random(3)  # noqa: S311 - no secret
    stages, layers, verticals = ("seed", "early", "growth"), ("compute", "models"), ("health", "finance")
    for number in range(10):
        thesis = {
            "growth_stages": tuple(chance.sample(stages, chance.randint(0, 2))),
            "sectors": tuple(chance.sample(layers, chance.randint(0, 1))),
            "verticals": tuple(chance.sample(verticals, chance.randint(0, 1))),
            "ticket": Amount(chance.choice((100, 2000, 5000)) * WAN, 9000 * WAN),
        }
        institution = an_investing(**thesis, excluded_verticals=() if thesis["verticals"] else ("finance",))
        if number % 2:
            an_investing_fund(institution, growth_stages=(chance.choice(stages),), sectors=(chance.choice(layers),))
        if number == 4:
            an_admission(institution, "suspended")
    rounds = []
    for stage, layer, vertical in product((*stages, None), layers, (*verticals, None)):
        startup = a_chip_maker(
            f"上海{len(rounds)}号智能科技有限公司", growth_stage=stage, sector_layer=layer, sector_vertical=vertical
        )
        rounds.append(a_round(startup, sought=Amount.exactly(chance.choice((500, 3000, 8000)) * WAN)).id)
    return rounds
