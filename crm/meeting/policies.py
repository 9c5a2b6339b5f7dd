"""Who reads the page for the Monday meeting."""

from __future__ import annotations

from crm.accounts.policies import may_read_records

may_see = may_read_records
