"""The forms that are kept, and what they were filled with."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from crm.accounts.models import Actor
from crm.core.db import db
from crm.filling.models import FormTemplate
from crm.filling.policies import may_fill
from crm.reports.models import FILLED, Report
from crm.reports.queries import WITH_NAMES, find_report

SHOWN = 20


def templates() -> Sequence[FormTemplate]:
    """The forms, the latest first."""
    return db.session.scalars(
        sa.select(FormTemplate)
        .options(joinedload(FormTemplate.by))
        .where(FormTemplate.archived_at.is_(None))
        .order_by(FormTemplate.id.desc())
    ).all()


def find_template(actor: Actor, template_id: int) -> FormTemplate | None:
    """A form, if this actor may fill it."""
    if not may_fill(actor):
        return None
    return db.session.scalar(
        sa.select(FormTemplate).options(joinedload(FormTemplate.by)).where(FormTemplate.id == template_id)
    )


def filled_copies(template: FormTemplate) -> Sequence[Report]:
    """The latest copies of a form."""
    return db.session.scalars(
        sa.select(Report)
        .options(*WITH_NAMES)
        .where(Report.kind == FILLED, Report.words["template"].as_integer() == template.id)
        .order_by(Report.id.desc())
        .limit(SHOWN)
    ).all()


def find_filled(actor: Actor, report_id: int) -> Report | None:
    """A filled copy, if this actor may read reports."""
    report = find_report(actor, report_id)
    return report if report is not None and report.kind == FILLED else None
