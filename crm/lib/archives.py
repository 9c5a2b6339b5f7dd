"""Office files and other ZIP archives."""

from __future__ import annotations

import io
import zipfile

FIXED = (1980, 1, 1, 0, 0, 0)


def same_bytes(content: bytes) -> bytes:
    """An archive that says the same, without the moment at which it was packed: what is equal has equal bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as given, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for member in given.infolist():
            archive.writestr(zipfile.ZipInfo(member.filename, FIXED), given.read(member), zipfile.ZIP_DEFLATED)
    return packed.getvalue()
