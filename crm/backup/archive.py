"""The members of a backup: `tables/NAME.NUMBER.jsonl.gz`, `files/KEY`, and at the end `manifest.json` about them."""

from __future__ import annotations

import gzip
import hashlib
import tarfile
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from typing import IO, cast

from pydantic import BaseModel, ValidationError

from crm.backup.envelope import Reading, Writing, damaged
from crm.backup.rows import Columns

MANIFEST = "manifest.json"
TABLES, FILES = "tables/", "files/"


class Table(BaseModel):
    """One table: its columns with their kinds, and how many rows the backup holds."""

    columns: Columns
    rows: int = 0


class Manifest(BaseModel):
    """What a backup holds. `lost`: files that rows name and the storage could not give as they were put there."""

    format: int = 1
    taken_at: datetime
    revision: str
    database: str
    tables: dict[str, Table] = {}
    files: int = 0
    lost: list[str] = []
    members: dict[str, str] = {}  # the SHA-256 of each

    @property
    def rows(self) -> int:
        """The rows of all tables."""
        return sum(table.rows for table in self.tables.values())


class Archive:
    """A backup that is being written."""

    def __init__(self, stream: Writing, manifest: Manifest) -> None:
        self.stream, self.manifest = stream, manifest
        self.tar = tarfile.open(fileobj=cast(IO[bytes], stream), mode="w")  # noqa: SIM115 - `finish` closes it

    def add_part(self, table: str, number: int, part: bytes, rows: int) -> None:
        """Keep some rows of a table."""
        self.add(f"{TABLES}{table}.{number:06}.jsonl.gz", gzip.compress(part, 3, mtime=0))
        self.manifest.tables[table].rows += rows

    def add_file(self, key: str, content: bytes) -> None:
        """Keep a content of the storage."""
        self.add(FILES + key, content)
        self.manifest.files += 1

    def finish(self) -> None:
        """Write the manifest and the end."""
        self.add(MANIFEST, self.manifest.model_dump_json(indent=1).encode())
        self.tar.close()
        self.stream.finish()

    def add(self, name: str, content: bytes) -> None:
        self.manifest.members[name] = hashlib.sha256(content).hexdigest()
        member = tarfile.TarInfo(name)
        member.size, member.mtime = len(content), int(self.manifest.taken_at.timestamp())
        self.tar.addfile(member, BytesIO(content))
        forget_members(self.tar)


def forget_members(tar: tarfile.TarFile) -> None:
    """Let memory stay small: the library remembers every member that it has passed."""
    tar.members = []  # type: ignore[attr-defined]


def members_of(stream: Reading) -> Iterator[tuple[str, bytes]]:
    """Every member with its content; at the end the whole was as it was written. Raises Refusal where it is not."""
    try:
        with tarfile.open(fileobj=cast(IO[bytes], stream), mode="r|") as tar:
            while (member := tar.next()) is not None:
                file = tar.extractfile(member)
                yield member.name, file.read() if file else b""
                forget_members(tar)
    except (tarfile.TarError, EOFError) as error:
        raise damaged() from error
    stream.finish()


def verified(stream: Reading) -> Manifest:
    """The manifest of a backup whose members are all there and as they were written. Raises Refusal."""
    found: dict[str, str] = {}
    told = b""
    for name, content in members_of(stream):
        if name == MANIFEST:
            told = content
        else:
            found[name] = hashlib.sha256(content).hexdigest()
    try:
        manifest = Manifest.model_validate_json(told)
    except ValidationError as error:
        raise damaged() from error
    if found != manifest.members or any(is_misnamed(name, found[name]) for name in found):
        raise damaged()
    return manifest


def is_misnamed(name: str, digest: str) -> bool:
    """True for a file that does not stand under the key of its content."""
    return name.startswith(FILES) and name.removeprefix(FILES).replace("/", "") != digest
