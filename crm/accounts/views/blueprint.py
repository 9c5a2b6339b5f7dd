"""The blueprint that everything about accounts shares."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("accounts", __name__)
