"""The blueprint that pages of deals and of rounds share."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("deals", __name__)
