"""What the first to look waits for after a write: sums are kept until somebody writes to what they were read from."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from crm.activities.models import Activity, ActivityLink
from crm.core.db import Base, unit_of_work
from crm.deals.models import Deal, DealEvent
from crm.funds.models import Fund
from crm.services.models import Service, ServicePartner
from tests.bench.data import filled
from tests.bench.pages import PAGES, Page, Site

LOOKED_AT = (
    "home, finance",
    "home, leader",
    "board",
    "deals",
    "deal record",
    "figure of the matrix",
    "dashboard, manager",
    "figure: companies served",
    "figures",
    "figure asked for",
    "Monday meeting",
)


def added(*kinds: type[Base]) -> Callable[[Session], None]:
    """A unit of work that adds records of these kinds, as far as anybody who keeps answers can tell."""

    def write(session: Session) -> None:
        for kind in kinds:
            columns = [column for column in kind.__table__.c if column.name != "id"]
            none = sa.select(*columns).where(kind.id < 0)
            session.execute(sa.insert(kind).from_select([column.name for column in columns], none))

    return write


def changed(kind: type[Base], *names: str) -> Callable[[Session], None]:
    """The same of a record that says something else in these columns."""

    def write(session: Session) -> None:
        values = {name: getattr(kind, name) for name in (*names, "version")}
        session.execute(sa.update(kind).where(kind.id < 0).values(values))

    return write


def moved(session: Session) -> None:
    changed(Deal, "stage", "status", "moved_on")(session)
    added(DealEvent)(session)


WRITES: dict[str, Callable[[Session], None]] = {
    "a next step": changed(Deal, "next_step", "next_step_on"),
    "a deal moved": moved,
    "a deal": added(Deal, DealEvent),
    "a service": added(Service, ServicePartner),
    "a talk": added(Activity, ActivityLink),
    "a fund's size": changed(Fund, "committed"),
}


def measured(startups: int) -> Iterator[str]:
    """A table: milliseconds of processor time of each page, made before, and by the first look after each write."""
    site = Site(filled(startups))
    looked_at: dict[str, Page] = {page.name: page for page in PAGES if page.name in LOOKED_AT}
    for page in (*looked_at.values(), *looked_at.values()):
        look(site, page)
    yield f"| page, {startups:,} startups | made before | {' | '.join(f'after {name}' for name in WRITES)} |"
    yield "|---" * (len(WRITES) + 2) + "|"
    for name in LOOKED_AT:
        look(site, looked_at[name])
        times = [look(site, looked_at[name])]
        for write in WRITES.values():
            with site.app.app_context(), unit_of_work(write=True) as session:
                write(session)
            times.append(look(site, looked_at[name]))
        yield f"| {name} | {' | '.join(f'{one:,.0f}' if one >= 10 else f'{one:.1f}' for one in times)} |"


def look(site: Site, page: Page) -> float:
    """The milliseconds of processor time that a page takes this process."""
    client: Any = site.app.test_client(use_cookies=False)
    before = time.process_time()
    answer = client.get(site.path(page), headers={"Cookie": site.cookie(page.who)})
    taken = (time.process_time() - before) * 1000
    if answer.status_code != 200:
        raise RuntimeError(f"{site.path(page)} answers {answer.status}")
    return taken
