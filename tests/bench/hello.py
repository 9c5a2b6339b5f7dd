"""The least that Flask can answer, on the server that `crm serve` uses: what every page is compared with."""

from __future__ import annotations

from flask import Flask

from crm.cli.serve import Server, options
from crm.config import Settings


def create_app() -> Flask:
    app = Flask(__name__)

    @app.get("/")
    def hello() -> str:
        return "Hello, world!"

    return app


if __name__ == "__main__":
    Server(create_app(), options(Settings())).run()
