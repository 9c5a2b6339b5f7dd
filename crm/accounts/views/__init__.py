"""Signing in and out, accounts, the links by which passwords are chosen, and handing work over."""

from crm.accounts.views import accounts, handover, links, sign_in
from crm.accounts.views.blueprint import bp

__all__ = ["accounts", "bp", "handover", "links", "sign_in"]
