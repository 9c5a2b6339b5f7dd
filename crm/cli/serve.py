"""`crm serve`: gunicorn with threads."""

from __future__ import annotations

from typing import Any

import click
from gunicorn.app.base import BaseApplication  # type: ignore[import-untyped]

from crm.cli.context import application
from crm.config import Settings


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn is untyped
    """Gunicorn, configured from our settings."""

    def __init__(self, app: Any, options: dict[str, Any]) -> None:
        self.app, self.options = app, options
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        return self.app


def options(settings: Settings) -> dict[str, Any]:
    """How gunicorn serves: processes of four threads each."""
    return {
        "bind": f"{settings.host}:{settings.port}",
        "workers": settings.web_workers,
        "threads": 4,
        "worker_class": "gthread",
        "timeout": 60,
        "graceful_timeout": 20,
        "loglevel": "warning",
    }


@click.command()
def serve() -> None:
    """Serve the pages on CRM_HOST and CRM_PORT with CRM_WEB_WORKERS processes."""
    app = application()
    settings = app.extensions["crm_settings"]
    click.echo(f"Serving on http://{settings.host}:{settings.port}")
    Server(app, options(settings)).run()
