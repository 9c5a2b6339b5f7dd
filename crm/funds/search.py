"""What funds are found by."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import sqlalchemy as sa

from crm.core.db import db
from crm.funds.models import Fund
from crm.funds.policies import may_list, visible_to
from crm.lib.text import N_
from crm.search.registry import Description, Kind


def describe(ids: Sequence[int]) -> Iterator[Description]:
    """The name and the code of the fund association."""
    columns = (Fund.id, Fund.name, Fund.amac_code, Fund.archived_at)
    for row in db.session.execute(sa.select(*columns).where(Fund.id.in_(ids)).order_by(Fund.id)):
        yield Description(
            record_id=row.id,
            title=row.name,
            note=row.amac_code or "",
            names=(row.name,),
            codes=(row.amac_code,) if row.amac_code else (),
            archived=row.archived_at is not None,
        )


FUNDS = Kind(
    name="fund",
    model=Fund,
    label=N_("Funds"),
    icon="fund",
    endpoint="funds.show_fund",
    argument="fund_id",
    describe=describe,
    may_find=may_list,
    visible_to=visible_to,
    list_endpoint="funds.list_funds",
)
