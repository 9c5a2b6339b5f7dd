"""Importing a ledger, and asking for an import."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from crm.accounts.models import Account, Actor
from crm.core.db import db
from crm.core.errors import Refusal
from crm.core.jobs import enqueue
from crm.core.storage import storage
from crm.deals.models import Deal, Round
from crm.funds.models import Commitment, Fund, FundFigure, FundFlow
from crm.imports.actions.deals import DealImport
from crm.imports.actions.flows import FlowImport
from crm.imports.actions.funds import FundImport
from crm.imports.actions.records import INSTITUTION_KIND, STARTUP_KIND, RecordImport, Run
from crm.imports.actions.services import ServiceImport
from crm.imports.actions.words import Words
from crm.imports.actions.writing import Writer
from crm.imports.container import check_container
from crm.imports.layout import DEALS, FLOWS, FUNDS, INSTITUTIONS, LAYOUTS, SERVICES, STARTUPS, Layout
from crm.imports.models import LedgerImport
from crm.imports.outcome import Outcome
from crm.imports.reader import read_book
from crm.imports.rows import Reading, read_rows
from crm.institutions.models import Institution
from crm.lib.text import N_
from crm.services import standing
from crm.services.models import Service, ServiceCategory, ServiceType
from crm.settings.queries import all_terms
from crm.startups.models import Startup

Progress = Callable[[int, int], None]
JOB = "import_ledger"
RECORDS = (Institution, Startup, Fund, Commitment, FundFlow, FundFigure, Round, Deal)
LOCKED = (*RECORDS, Service, ServiceCategory, ServiceType)


def quiet(done: int, total: int) -> None:
    """Progress that nobody watches."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """A ledger that was read: what became of each row, sheet by sheet, and what the file calls the sheets."""

    readings: Mapping[Layout, list[Reading]]
    names: Mapping[Layout, str]

    def of(self, layout: Layout) -> list[Reading]:
        """The rows of a sheet; none where the file lacks it."""
        return self.readings.get(layout, [])

    def name(self, layout: Layout) -> str:
        """What the file calls a sheet."""
        return self.names.get(layout, layout.name)

    @property
    def size(self) -> int:
        """How many rows there are."""
        return sum(map(len, self.readings.values()))


def read_ledger(content: bytes, progress: Progress = quiet) -> Ledger:
    """Read a file, touching no database. Raises Refusal for one that cannot be read."""
    progress(0, 1)
    readings: dict[Layout, list[Reading]] = {}
    names: dict[Layout, str] = {}
    with no_collecting():
        book = read_book(content)
        size, done = book.size, 0
        for layout in LAYOUTS:
            sheet = book.sheets.pop(layout.name, None)  # its cells are not needed any more
            if sheet is not None:
                readings[layout], names[layout] = list(read_rows(sheet)), sheet.name
                done += len(sheet.rows)
                progress(done, 2 * size)
    return Ledger(readings, names)


@contextmanager
def no_collecting() -> Iterator[None]:
    """A million cells and no cycles among them: looking for garbage takes a third of the time and finds none."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def import_ledger(
    ledger: Ledger, *, by: Actor, at: datetime, dry_run: bool = False, progress: Progress = quiet
) -> Outcome:
    """Take over every good row in the caller's transaction; a dry run only says what would happen."""
    run = Run(Words(all_terms()), Writer(db.session(), by=by, at=at, dry_run=dry_run), Outcome())
    run.writer.lock(LOCKED)
    size = done = ledger.size
    with no_collecting():
        institutions = RecordImport(INSTITUTION_KIND, ledger.name(INSTITUTIONS), run)
        startups = RecordImport(STARTUP_KIND, ledger.name(STARTUPS), run)
        known = startups.directory, institutions.directory
        funds = FundImport(ledger.name(FUNDS), institutions.directory, run)
        parts: dict[Layout, RecordImport | FundImport | DealImport | ServiceImport | FlowImport] = {
            INSTITUTIONS: institutions,
            FUNDS: funds,
            STARTUPS: startups,
            DEALS: DealImport(ledger.name(DEALS), *known, run),
            SERVICES: ServiceImport(ledger.name(SERVICES), *known, run),
            FLOWS: FlowImport(ledger.name(FLOWS), funds, run),
        }
        for layout in LAYOUTS:
            parts.pop(layout).run_all(ledger.of(layout))  # what it knows of the records is not needed any more
            done += len(ledger.of(layout))
            progress(done, 2 * size)
        if not dry_run:
            standing.keep()
        run.writer.finish()
    run.outcome.sort([ledger.name(layout) for layout in LAYOUTS])
    return run.outcome


def request_import(content: bytes, file_name: str, *, dry_run: bool, by: Account, at: datetime) -> LedgerImport:
    """Keep an uploaded ledger and ask a worker to import it. Raises Refusal for what is no workbook."""
    check_container(content)
    return enqueue_import(storage.put(content), file_name, dry_run=dry_run, by=by, at=at)


def repeat_for_real(trial: LedgerImport, *, by: Account, at: datetime) -> LedgerImport:
    """Import the file of a dry run that came to its end. Raises Refusal for any other run."""
    if not trial.dry_run or trial.outcome is None:
        raise Refusal({"": N_("Only a trial that came to its end can be imported.")})
    return enqueue_import(trial.file_key, trial.file_name, dry_run=False, by=by, at=at)


def enqueue_import(file_key: str, file_name: str, *, dry_run: bool, by: Account, at: datetime) -> LedgerImport:
    run = LedgerImport(
        file_name=file_name[:200],
        file_key=file_key,
        dry_run=dry_run,
        language=by.language,
        made_by_id=by.id,
        made_at=at,
    )
    db.session.add(run)
    db.session.flush()  # the job needs the id
    run.job_id = enqueue(JOB, run.id, by_id=by.id, at=at).id
    return run
