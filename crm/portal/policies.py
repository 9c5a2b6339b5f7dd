"""Who uses the portal."""

from __future__ import annotations

from crm.accounts.policies import is_investor

may_read = is_investor
