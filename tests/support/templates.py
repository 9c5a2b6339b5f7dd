"""Compiled templates on disk, so that the test processes of both databases compile each one once between them."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import FileSystemBytecodeCache
from jinja2.bccache import Bucket

from crm.web import compiling, templates

COMPILERS = [Path(module.__file__ or "") for module in (templates, compiling)]
CATALOGUES = sorted(Path("crm/translations").glob("*/LC_MESSAGES/*.po"))


class CompiledTemplates(FileSystemBytecodeCache):
    """What was compiled by the same code from the same text and translations, with or without escaping."""

    def __init__(self, folder: Path) -> None:
        super().__init__(str(folder))
        read = (path.read_bytes() for path in [*COMPILERS, *CATALOGUES])
        self.made_by = sha256(b"".join(read)).hexdigest()

    def get_bucket(self, environment: Any, name: str, filename: str | None, source: str) -> Bucket:
        escaping = environment.autoescape(name) if callable(environment.autoescape) else environment.autoescape
        whole = f"{self.made_by} {environment.language} {escaping} {name}"
        return super().get_bucket(environment, whole, filename, source)
