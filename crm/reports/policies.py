"""Who makes reports and who reads them."""

from __future__ import annotations

import sqlalchemy as sa

from crm.accounts.models import Actor, Role
from crm.accounts.policies import is_manager
from crm.reports.kinds import KINDS
from crm.reports.models import PROFILE, Batch, Recipe, Report


def may_make(actor: Actor, made: Report | Recipe | Batch | None = None) -> bool:
    """Managers make reports, and keep, repeat and cancel what was asked for."""
    return is_manager(actor)


def may_read_reports(actor: Actor, report: Report | None = None) -> bool:
    """Managers and their leaders read reports; a profile is read by the investor who asked."""
    return actor.role in (Role.MANAGER, Role.LEADER)


def has_headline(report: Report) -> bool:
    """True for what tells of the platform as a whole, and of nobody's round or fund."""
    is_whole = not (report.startup_id or report.institution_id or report.round_id)
    return is_whole and report.edition_id is not None and KINDS[report.kind].has_headline


def visible_to(actor: Actor) -> sa.ColumnElement[bool]:
    """All but the profiles that investors asked for, for those who may read reports."""
    return (Report.kind != PROFILE) if may_read_reports(actor) else sa.false()
