"""What is kept about a person, for the person: a workbook to read and every attached file, in one archive (ZIP)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from datetime import date, datetime
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

from crm.audit.queries import history_of
from crm.audit.sentences import sentence, told_value
from crm.audit.vocabulary import KINDS, KINDS_BY_RECORD, LABELS
from crm.core.clock import SHANGHAI
from crm.documents.queries import content_of, documents_of
from crm.lib.sheets import PLAIN
from crm.lib.text import N_, Message
from crm.lib.translations import translator
from crm.people.actions import PersonValues
from crm.people.mentions import mentions_of
from crm.people.models import Person
from crm.people.traces import traces

LANGUAGE = "zh_CN"
MOST_ENTRIES = 10_000
ABOUT, PLACES, FILES, LOG = N_("The person"), N_("Where they occur"), N_("Files"), N_("Log")
HEADINGS: dict[Message, tuple[Message, ...]] = {
    ABOUT: (N_("Field"), N_("Content")),
    PLACES: (N_("Kind of record"), N_("Number")),
    FILES: (N_("Name"), N_("Kept since")),
    LOG: (N_("When"), N_("What")),
}
RECORDED = N_("Recorded at")
Rows = Sequence[Sequence[str]]


def exported(person: Person) -> bytes:
    """The archive. The person's organisation must be loaded."""
    archive = BytesIO()
    documents = documents_of("person", person.id)
    with ZipFile(archive, "w", ZIP_DEFLATED) as packed:
        packed.writestr(
            "个人信息.xlsx", workbook(person, [[one.name, told_moment(one.created_at)] for one in documents])
        )
        for number, document in enumerate(documents, 1):
            packed.writestr(f"附件/{number}-{document.name.replace('/', '_')}", content_of(document))
    return archive.getvalue()


def workbook(person: Person, files: Rows) -> bytes:
    """The sheets, in Chinese."""
    import xlsxwriter

    content = BytesIO()
    sheets = {ABOUT: about(person), PLACES: places(person), FILES: files, LOG: log(person)}
    sheets |= {one.title: one.rows(person) for one in traces}
    headings = HEADINGS | {one.title: one.headings for one in traces}
    with xlsxwriter.Workbook(content, PLAIN) as made:
        bold = made.add_format({"bold": True})
        for title, rows in sheets.items():
            sheet = made.add_worksheet(told(title))
            sheet.set_column(0, 0, 24)
            sheet.set_column(1, 1, 80)
            for column, heading in enumerate(headings[title]):
                sheet.write_string(0, column, told(heading), bold)
            for line, row in enumerate(rows, 1):
                for column, value in enumerate(row):
                    sheet.write_string(line, column, value)
    return content.getvalue()


def about(person: Person) -> Rows:
    organisation = person.organisation
    rows = [[told(LABELS[one.name]), told_field(person, one.name)] for one in fields(PersonValues)]
    rows.insert(1, [told(LABELS["organisation"]), organisation.name if organisation else ""])
    return [*rows, [told(RECORDED), told_moment(person.created_at)]]


def places(person: Person) -> Rows:
    return [[told(one.word), one.number] for one in mentions_of(person)]


def log(person: Person) -> Rows:
    entries = history_of("person", person.id, limit=MOST_ENTRIES)
    return [[told_moment(entry.at), sentence(entry, translator(LANGUAGE), LANGUAGE)] for entry in entries]


def told_field(person: Person, name: str) -> str:
    value: Any = getattr(person, name)
    if isinstance(value, date):
        return value.isoformat()
    kind = KINDS_BY_RECORD.get(("person", name), KINDS.get(name, ""))
    return told_value(value, kind, translator(LANGUAGE), LANGUAGE) if kind else str(value or "")


def told_moment(moment: datetime) -> str:
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


def told(message: Message) -> str:
    return translator(LANGUAGE)(message)
