"""Who sees the figures, and who marks them as reported."""

from __future__ import annotations

import sqlalchemy as sa

from crm.accounts.models import Actor
from crm.accounts.policies import is_manager, may_read_records, may_write_records

may_see_figures = may_read_records
may_submit = is_manager
may_refer = is_manager
may_export = may_write_records


def visible_to(actor: Actor) -> sa.ColumnElement[bool]:
    """Which submitted figures somebody sees: all or none."""
    return sa.true() if may_see_figures(actor) else sa.false()
