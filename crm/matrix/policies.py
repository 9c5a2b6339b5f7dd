"""Who sees the matrix."""

from __future__ import annotations

from crm.accounts.policies import may_read_records

may_see_matrix = may_read_records
