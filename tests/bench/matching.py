"""What the first to look at matches waits for, where theses and profiles are in words and one fund in ten is left."""

from __future__ import annotations

import random
import shutil
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from statistics import median

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from crm.core.clock import now
from crm.core.db import unit_of_work
from crm.deals.models import Round, RoundState
from crm.funds.models import Fund
from crm.institutions.models import Institution
from crm.matching import actions
from crm.publishing.models import Publication
from crm.startups.models import Startup
from tests.bench.data import Data, filled
from tests.bench.pages import Site
from tests.bench.ratios import ratio
from tests.bench.servers import CRM, Server, running

TOPICS = [
    "推理芯片",
    "端侧模型",
    "医疗影像",
    "机器人",
    "语料清洗",
    "多模态",
    "智能体",
    "工业质检",
    "自动驾驶",
    "药物研发",
]
FRAMES = ["重视商业化落地", "单笔金额适中", "希望与产业方协同", "团队来自知名高校", "产品已在生产环境稳定运行"]
AT_ONCE = 4  # records that are looked at in one turn, each for the first time


def measured(startups: int, pairs: int) -> Iterator[str]:
    """A table: times hello-world and milliseconds of processor time, the first time in a process and later."""
    site, many = Site(in_words(startups)), AT_ONCE * (pairs + 1)
    kept, new = records(site, many, 0), records(site, many, many)
    keep(site, *kept)
    costs: dict[str, list[float]] = {}
    with ExitStack() as stack:
        server, hello = (
            stack.enter_context(running(arguments, site.data.production, site.data.folder / "serve.log"))
            for arguments in (["-c", CRM, "serve"], ["-m", "tests.bench.hello"])
        )
        desk, investor = (replace(server, cookie=site.cookie(who)) for who in ("finance", "investor"))
        for turn in range(pairs + 1):
            part = slice(turn * AT_ONCE, (turn + 1) * AT_ONCE)
            costs.setdefault("hello", []).append(cost(hello, ["/"] * 60))
            for name, path, number in (
                ("a round's", "/rounds/{}/matches", 0),
                ("an institution's", "/institutions/{}/matches", 1),
            ):
                known, unknown = ([path.format(one) for one in ids[number][part]] for ids in (kept, new))
                for what, paths in (
                    ("kept, the first time", known),
                    ("made before", known * 3),
                    ("nothing kept", unknown),
                ):
                    costs.setdefault(f"{name} matches, {what}", []).append(cost(desk, paths))
            write_a_profile(site)
            costs.setdefault("for you, after a profile was written", []).append(cost(investor, ["/portal/for-you"]))
            costs.setdefault("for you, made before", []).append(cost(investor, ["/portal/for-you"] * 12))
    base = costs.pop("hello")[1:]  # the first turn warms the processes up
    yield from (f"| page, {startups:,} startups | × hello-world | ms |", "|---|---|---|")
    for name, (_, *found) in costs.items():
        yield f"| {name} | {ratio(found, base)} | {median(found) * 1000:.1f} |"


def cost(server: Server, paths: Sequence[str]) -> float:
    """Seconds of processor time that one of some pages takes."""
    before = server.seconds()
    server.ask_each(paths)
    return (server.seconds() - before) / len(paths)


def in_words(startups: int) -> Data:
    """A copy of the invented records, which say what they look for and what they do."""
    source, chance = filled(startups), random.Random(5)  # noqa: S311 - invented data, no secret
    data = replace(source, folder=source.folder.with_name(f"{startups}-in-words"))
    shutil.rmtree(data.folder, ignore_errors=True)
    shutil.copytree(source.folder, data.folder)
    with Site(data).app.app_context(), unit_of_work(write=True) as session:
        for kind, column, parts in ((Institution, "thesis", 3), (Fund, "thesis", 3), (Startup, "profile", 6)):
            said = sa.update(kind.__table__).where(kind.__table__.c.id == sa.bindparam("number"))
            rows = [{"number": one, "said": text(chance, parts)} for one in session.scalars(sa.select(kind.id))]
            session.connection().execute(said.values({column: sa.bindparam("said")}), rows)
        session.execute(sa.update(Fund).where(Fund.id > startups // 100).values(archived_at=now()))
    return data


def text(chance: random.Random, parts: int) -> str:
    return "，".join(f"{chance.choice(FRAMES)}，{'、'.join(chance.sample(TOPICS, 3))}" for _ in range(parts))


def records(site: Site, many: int, after: int) -> tuple[Sequence[int], Sequence[int]]:
    """The numbers of so many open rounds and institutions, after the first ones."""
    rounds = sa.select(Round.id).where(Round.state == RoundState.OPEN).order_by(Round.id)
    institutions = sa.select(Institution.id).order_by(Institution.id.desc())
    with site.app.app_context(), unit_of_work(write=False) as session:
        found = [session.scalars(ids.offset(after).limit(many)).all() for ids in (rounds, institutions)]
    return found[0], found[1]


def keep(site: Site, rounds: Sequence[int], institutions: Sequence[int]) -> None:
    """Keep the matches of some records, as each night does of all."""
    with site.app.app_context(), unit_of_work(write=True) as session:
        for round in session.scalars(sa.select(Round).options(joinedload(Round.startup)).where(Round.id.in_(rounds))):
            actions.refresh_round(round, at=now())
        for institution in session.scalars(sa.select(Institution).where(Institution.id.in_(institutions))):
            actions.refresh_institution(institution, at=now())


def write_a_profile(site: Site) -> None:
    """As far as anybody can tell who keeps answers."""
    with site.app.app_context(), unit_of_work(write=True) as session:
        session.execute(sa.update(Publication).where(Publication.id < 0).values(summary=Publication.summary))
