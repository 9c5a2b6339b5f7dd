"""Who writes the terms, who accepts them, and who sees that."""

from __future__ import annotations

from crm.accounts.policies import is_investor, is_manager, may_write_records

may_accept = is_investor
may_see = may_record = may_write_records
may_write_terms = is_manager
