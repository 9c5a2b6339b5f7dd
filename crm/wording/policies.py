"""Who may take a text out of the system: those who read the records, for an audience that may read less."""

from __future__ import annotations

from crm.accounts.policies import may_read_records

may_copy = may_read_records
