"""The blueprint of funds."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("funds", __name__, url_prefix="/funds")
