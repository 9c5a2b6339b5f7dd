"""Office files and other ZIP archives."""

from __future__ import annotations

import io
import re
import zipfile

FIXED = (1980, 1, 1, 0, 0, 0)
PROPERTIES = "docProps/core.xml"
SAVED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")


def same_bytes(content: bytes) -> bytes:
    """An archive that says the same, without the moment at which it was saved: what is equal has equal bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as given, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for member in given.infolist():
            told = given.read(member)
            if member.filename == PROPERTIES:
                told = SAVED.sub(rb"\g<1>2000-01-01T00:00:00Z", told)
            archive.writestr(zipfile.ZipInfo(member.filename, FIXED), told, zipfile.ZIP_DEFLATED)
    return packed.getvalue()
