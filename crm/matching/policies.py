"""Who sees matches, who decides how they are weighted."""

from __future__ import annotations

from crm.accounts.policies import is_investor, is_manager, may_read_records, may_write_records

may_see = may_read_records
may_compute = may_write_records
may_judge = is_manager
may_use_portal = is_investor
