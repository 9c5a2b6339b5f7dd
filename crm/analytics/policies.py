"""Who reads the analytics."""

from __future__ import annotations

from crm.accounts.policies import may_read_records

may_see = may_read_records
