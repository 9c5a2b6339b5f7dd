"""What templates ask of a timeline."""

from __future__ import annotations

import json
from typing import Any

from flask import Flask

from crm.audit.sentences import sentence
from crm.web.language import current_language, translate


def init_app(app: Flask) -> None:
    """Let templates tell a change as a sentence."""
    app.jinja_env.globals["audit_sentence"] = audit_sentence


def audit_sentence(change: Any) -> str:
    """Who changed what, in the reader's language; `change`: a row of `queries.CHANGES`."""
    return sentence(change._replace(changes=json.loads(change.changes)), translate, current_language())
