"""Signing in and out, accounts, the links by which passwords are chosen, and handing work over."""

from crm.accounts.views import accounts, forgotten, handover, links, own, provider, second_factor, sign_in
from crm.accounts.views.blueprint import bp

__all__ = ["accounts", "bp", "forgotten", "handover", "links", "own", "provider", "second_factor", "sign_in"]
