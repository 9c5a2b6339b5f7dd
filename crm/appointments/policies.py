"""Who arranges meetings that investors ask for."""

from __future__ import annotations

from crm.accounts.policies import may_read_records, may_write_records

may_list = may_see = may_read_records
may_write = may_write_records
