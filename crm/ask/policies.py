"""Who asks for figures."""

from __future__ import annotations

from crm.accounts.policies import may_read_records, may_write_records

may_ask = may_read_records
may_export = may_write_records
