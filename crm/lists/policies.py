"""Who keeps views of lists, and who ticks their rows."""

from crm.accounts.policies import may_read_records, may_write_records

__all__ = ["may_keep", "may_write_records"]
may_keep = may_read_records
