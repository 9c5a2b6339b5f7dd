"""Who sees the figures."""

from __future__ import annotations

from crm.accounts.policies import may_read_records

may_see_figures = may_read_records
