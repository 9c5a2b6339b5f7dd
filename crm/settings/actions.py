"""What everything that changes the platform's facts or vocabularies does at the end."""

from __future__ import annotations

import secrets

import sqlalchemy as sa

from crm.core.db import db
from crm.settings.models import Platform
from crm.settings.queries import read_again


def draw_stamp() -> None:
    """Tell every process that what it has read no longer holds."""
    db.session.flush()  # the stamp must not be seen before what it stands for
    stamp = sa.update(Platform).values(stamp=secrets.token_hex(8))
    db.session.execute(stamp, execution_options={"synchronize_session": False})
    read_again()
