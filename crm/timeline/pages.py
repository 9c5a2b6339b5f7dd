"""What templates ask of a timeline."""

from __future__ import annotations

from flask import Flask

from crm.audit.models import AuditEntry
from crm.audit.sentences import sentence
from crm.web.language import current_language, translate


def init_app(app: Flask) -> None:
    """Let templates tell a change as a sentence."""
    app.jinja_env.globals["audit_sentence"] = audit_sentence


def audit_sentence(entry: AuditEntry) -> str:
    """Who changed what, in the reader's language."""
    return sentence(entry, translate, current_language())
