"""Files: one small door to a local folder or to S3, chosen by `CRM_STORAGE_URL`."""

from __future__ import annotations

import contextlib
import hashlib
from urllib.parse import urlsplit
from urllib.request import url2pathname

from obstore.store import LocalStore, ObjectStore, from_url


class Storage:
    """Keeps bytes under a key made from their content: equal content is kept once, keys cannot be guessed."""

    def __init__(self) -> None:
        self.store: ObjectStore | None = None

    def connect(self, url: str) -> None:
        """Open the store that the URL names; a local folder is created."""
        parts = urlsplit(url)
        if parts.scheme == "file":
            self.store = LocalStore(url2pathname(parts.path), mkdir=True)
        else:
            self.store = from_url(url)

    def put(self, content: bytes) -> str:
        """Keep the content; returns its key."""
        digest = hashlib.sha256(content).hexdigest()
        key = f"{digest[:2]}/{digest[2:]}"
        self._open().put(key, content)
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

    def _open(self) -> ObjectStore:
        if self.store is None:
            raise RuntimeError("the storage is not connected")
        return self.store


storage = Storage()
