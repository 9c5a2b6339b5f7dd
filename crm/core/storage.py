"""Files: one small door to a local folder or to S3, chosen by `CRM_STORAGE_URL`."""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from obstore.exceptions import GenericError
from obstore.store import LocalStore, ObjectStore, from_url


class Storage:
    """Keeps bytes under a key made from their content: equal content is kept once, keys cannot be guessed."""

    def __init__(self) -> None:
        self.url = ""
        self.store: ObjectStore | None = None
        self.folder: Path | None = None

    def connect(self, url: str) -> None:
        """Open the store that the URL names; a local folder is created."""
        self.url, parts = url, urlsplit(url)
        self.folder = None
        if parts.scheme == "file":
            self.folder = Path(url2pathname(parts.path))
            self.store = LocalStore(self.folder, mkdir=True)
        else:
            self.store = from_url(url)

    def put(self, content: bytes) -> str:
        """Keep the content; returns its key. Raises OSError where the disk is full."""
        digest = hashlib.sha256(content).hexdigest()
        key = f"{digest[:2]}/{digest[2:]}"
        try:
            self._open().put(key, content)
        except GenericError as error:
            raise as_os_error(error) from error
        return key

    def get(self, key: str) -> bytes:
        """The content under a key. Raises FileNotFoundError."""
        return bytes(self._open().get(key).bytes())

    def has(self, key: str) -> bool:
        """True when there is content under a key."""
        try:
            self._open().head(key)
        except FileNotFoundError:
            return False
        return True

    def delete(self, key: str) -> None:
        """Forget the content under a key, if it is there."""
        with contextlib.suppress(FileNotFoundError):
            self._open().delete(key)

    def all_keys(self) -> Iterator[str]:
        """The keys of all that is kept."""
        return (one["path"] for found in self._open().list() for one in found)

    def keys_before(self, moment: datetime) -> Iterator[str]:
        """The keys of what was last kept before a moment."""
        for found in self._open().list():
            for one in found:
                if one["last_modified"] < moment:
                    yield one["path"]

    def was_kept_before(self, key: str, moment: datetime) -> bool:
        """True when the content under a key is there and was last kept before a moment."""
        try:
            return bool(self._open().head(key)["last_modified"] < moment)
        except FileNotFoundError:
            return False

    def forget_halves(self, moment: datetime) -> None:
        """Remove what a process that was killed left half written in a local folder before a moment."""
        for half in self.folder.glob("*/*#*") if self.folder else ():
            with contextlib.suppress(FileNotFoundError):
                if datetime.fromtimestamp(half.stat().st_mtime, UTC) < moment:
                    half.unlink()

    def probe(self) -> None:
        """Write something, read it, delete it. Raises what goes wrong, OSError for another content."""
        key, content = f"probe/{secrets.token_hex(16)}", secrets.token_bytes(16)
        self._open().put(key, content)
        try:
            if self.get(key) != content:
                raise OSError("the storage gave back something else")
        finally:
            self.delete(key)

    def _open(self) -> ObjectStore:
        if self.store is None:
            raise RuntimeError("the storage is not connected")
        return self.store


def as_os_error(error: GenericError) -> Exception:
    """What the disk said, which the library wraps into words; other errors as they are."""
    number = re.search(r"\(os error (\d+)\)", str(error))
    return OSError(int(number[1]), os.strerror(int(number[1]))) if number else error


storage = Storage()
