"""Who writes the text of a briefing."""

from __future__ import annotations

from crm.accounts.policies import is_manager

may_word = is_manager
