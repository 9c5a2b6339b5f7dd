"""Static files, addressed by content so that browsers may keep them for a year."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path

from flask import Flask, url_for


def init_app(app: Flask) -> None:
    folder = Path(app.static_folder or "")

    @cache
    def fingerprint(path: str) -> str:
        return hashlib.sha256((folder / path).read_bytes()).hexdigest()[:12]

    def static_url(path: str) -> str:
        version = fingerprint.__wrapped__(path) if app.debug else fingerprint(path)
        return url_for("static", filename=path, v=version)

    app.jinja_env.globals["static_url"] = static_url
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 31_536_000
