"""The reports of a batch in one archive, and in one PDF, made in a short process of its own: what it takes to hold
them all goes back to the system with its end.

The child reads the store and the files, as JSON, from its standard input and answers with the keys of what it kept.
A parent that dies leaves it no worse: it keeps whole files under keys made from their content, or none.
`python -m crm.reports.packing` is it.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterable, Sequence
from io import BytesIO

from crm.core.storage import storage

FIXED = (1980, 1, 1, 0, 0, 0)  # what is the same has the same bytes
UNFIT = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]+')
LONGEST = 80
WAIT = 600  # seconds until a child that does not answer is ended


def pack(files: Sequence[tuple[str, str]]) -> tuple[str, str]:
    """The keys of an archive and of one PDF of (name without suffix, key of a PDF), kept where all files are.

    Raises RuntimeError with what the child said where it fails, subprocess.TimeoutExpired where it takes too long.
    """
    child = subprocess.run(
        [sys.executable, "-P", "-m", "crm.reports.packing"],
        input=json.dumps({"store": storage.url, "files": files}).encode(),
        capture_output=True,
        timeout=WAIT,
        check=False,
    )
    if child.returncode != 0:
        raise RuntimeError(child.stderr.decode(errors="replace"))
    archive, whole = json.loads(child.stdout)
    return archive, whole


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


def main() -> None:
    """The child: pack, keep, and answer with the keys."""
    asked = json.load(sys.stdin)
    storage.connect(asked["store"])
    archive = storage.put(packed(asked["files"]))
    whole = storage.put(merged([key for _, key in asked["files"]]))
    json.dump((archive, whole), sys.stdout)


if __name__ == "__main__":
    main()
