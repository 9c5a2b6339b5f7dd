"""Who reads and answers questions: the desk in its application, investors their institution's own in the portal."""

from __future__ import annotations

from crm.accounts.policies import may_read_records, may_write_records

may_list = may_see = may_read_records
may_write = may_write_records
