"""Keeping forms and filling them."""

from __future__ import annotations

from datetime import datetime

from crm.accounts.models import Account, Actor
from crm.audit import actions as audit
from crm.core.clock import day_of
from crm.core.db import db
from crm.core.storage import storage
from crm.filling.form_file import Place
from crm.filling.models import FormTemplate
from crm.reports.actions import Wanted, put_to_work
from crm.reports.models import FILLED, Report
from crm.reports.periods import Period, check_period


def keep(content: bytes, file_name: str, name: str, places: list[Place], *, by: Actor, at: datetime) -> FormTemplate:
    """Keep a form whose every figure is known."""
    template = FormTemplate(
        name=name,
        file_name=file_name[-200:],
        file_key=storage.put(content),
        size=len(content),
        places=[[one.sheet, one.cell, one.text] for one in places],
        by_id=by.id,
        created_at=at,
    )
    db.session.add(template)
    audit.record(template, "created", by=by, at=at, name=name)
    return template


def fill(template: FormTemplate, period: Period, language: str, *, by: Account, at: datetime) -> Report:
    """Fill a form with the figures of a period; the copy goes to the archive as a report. Raises Refusal."""
    check_period(period, day_of(at))
    words = {
        "template": template.id,
        "name": template.name,
        "file_name": template.file_name,
        "file_key": template.file_key,
        "places": template.places,
    }
    report = put_to_work(Wanted(FILLED, period, language, words=words), by=by, at=at)
    audit.record(template, "filled", by=by, at=at, name=f"{template.name} {report.number}")
    return report


def archive(template: FormTemplate, *, by: Actor, at: datetime) -> None:
    """Put a form away; its filled copies stay."""
    template.archived_at = at
    audit.record(template, "archived", by=by, at=at, name=template.name)


def restore(template: FormTemplate, *, by: Actor, at: datetime) -> None:
    """Bring it back."""
    template.archived_at = None
    audit.record(template, "restored", by=by, at=at, name=template.name)
