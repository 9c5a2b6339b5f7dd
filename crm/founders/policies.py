"""Who uses the founders' pages."""

from __future__ import annotations

from crm.accounts.policies import is_founder

may_use = is_founder
