"""Who keeps forms and fills them."""

from __future__ import annotations

from crm.accounts.policies import is_manager
from crm.reports.policies import may_read_reports

may_fill = is_manager
may_read_filled = may_read_reports
