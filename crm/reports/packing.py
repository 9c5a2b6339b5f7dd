"""The reports of a batch in one archive, and in one PDF."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Sequence
from io import BytesIO

from crm.core.storage import storage

FIXED = (1980, 1, 1, 0, 0, 0)  # what is the same has the same bytes
UNFIT = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]+')
LONGEST = 80


def packed(files: Iterable[tuple[str, str]]) -> bytes:
    """A ZIP of (name without suffix, key of a PDF), each under a name of its own. Raises FileNotFoundError."""
    content = BytesIO()
    taken: set[str] = set()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_STORED) as archive:
        for name, key in files:
            archive.writestr(zipfile.ZipInfo(f"{unlike(name, taken)}.pdf", FIXED), storage.get(key))
    return content.getvalue()


def unlike(name: str, taken: set[str]) -> str:
    """A readable file name that none of the others has."""
    name = UNFIT.sub(" ", name).strip()[:LONGEST]
    numbered, number = name, 1
    while numbered.casefold() in taken:
        number += 1
        numbered = f"{name} ({number})"
    taken.add(numbered.casefold())
    return numbered


def merged(keys: Sequence[str]) -> bytes:
    """The PDFs under some keys, one after the other. Raises FileNotFoundError."""
    import pypdfium2

    whole = pypdfium2.PdfDocument.new()
    for key in keys:
        part = pypdfium2.PdfDocument(storage.get(key))
        whole.import_pages(part)
        part.close()
    content = BytesIO()
    whole.save(content)
    whole.close()
    return content.getvalue()
