"""The fund matrix CRM: `create_app()` puts the parts together."""

from __future__ import annotations

from flask import Flask

from crm.config import Settings


def create_app(settings: Settings | None = None) -> Flask:
    """The web application with its database, queue and storage, ready to serve or to run commands."""
    from crm import blueprints
    from crm.web import setup

    app = setup.new_app(settings or Settings())
    blueprints.register(app)
    return app
