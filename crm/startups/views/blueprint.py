"""The blueprint of startups."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("startups", __name__, url_prefix="/startups")
