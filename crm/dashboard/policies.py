"""Who sees the dashboard, who arranges it for themselves, and who sets targets."""

from __future__ import annotations

from crm.accounts.policies import is_manager, may_read_records, may_write_records

may_see_dashboard = may_read_records
may_arrange = may_write_records
may_set_targets = is_manager
