"""What the views of activities and tasks are registered on."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("activities", __name__)
