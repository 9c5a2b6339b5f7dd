"""Whether an uploaded file is an XLSX workbook of reasonable size, judged before any of it is parsed."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator

from crm.core.errors import Refusal
from crm.lib.text import N_, Message

MAX_FILE = 20 * 1024 * 1024
MAX_UNPACKED = 400 * 1024 * 1024
MAX_MEMBERS = 2_000
CHUNK = 1024 * 1024

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_WORKBOOK = re.compile(rb"spreadsheetml\.(?:sheet|template)\.main\+xml")


def refused(message: Message) -> Refusal:
    """The refusal of a whole file."""
    return Refusal({"file": message})


def too_large() -> Refusal:
    return refused(N_("The file is too large: at most 20 MB and 200,000 rows"))


def broken() -> Refusal:
    return refused(N_("The file is damaged and cannot be opened: save it again as .xlsx"))


def not_xlsx() -> Refusal:
    return refused(N_("This is not an Excel workbook: save it as .xlsx"))


def check_container(content: bytes) -> None:
    """Raise Refusal unless the bytes are an unencrypted XLSX workbook within the limits.

    The unpacked size is counted by unpacking: what the file says about itself may be a lie.
    """
    if len(content) > MAX_FILE:
        raise too_large()
    if content.startswith(_OLE):
        if _ENCRYPTED in content:
            raise refused(N_("The file is encrypted: remove its password and save it again"))
        raise refused(N_("This is an old .xls workbook: save it as .xlsx"))
    if not content.startswith(_ZIP):
        raise not_xlsx()
    try:
        _check_members(content)
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, OSError) as error:
        raise broken() from error


def _check_members(content: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = archive.infolist()
        if len(members) > MAX_MEMBERS or sum(member.file_size for member in members) > MAX_UNPACKED:
            raise too_large()
        if any(member.flag_bits & 0x1 for member in members):
            raise refused(N_("The file is encrypted: remove its password and save it again"))
        if not _is_workbook(archive):
            raise not_xlsx()
    left = MAX_UNPACKED
    for member in members:
        left -= _unpacked_size(content, member, left)


def _is_workbook(archive: zipfile.ZipFile) -> bool:
    names = set(archive.namelist())
    if "[Content_Types].xml" not in names or archive.getinfo("[Content_Types].xml").file_size > CHUNK:
        return False
    return _WORKBOOK.search(archive.read("[Content_Types].xml")) is not None


def _unpacked_size(content: bytes, member: zipfile.ZipInfo, left: int) -> int:
    """How much a member really unpacks to. Raises Refusal as soon as that is more than what is left."""
    header = content[member.header_offset : member.header_offset + 30]
    if len(header) < 30:
        raise zipfile.BadZipFile("cut short")
    start = member.header_offset + 30 + sum(struct.unpack("<HH", header[26:30]))
    packed = memoryview(content)[start : start + member.compress_size]
    if member.compress_type == zipfile.ZIP_STORED:
        return len(packed)
    if member.compress_type != zipfile.ZIP_DEFLATED:
        raise zipfile.BadZipFile("unusual compression")
    size = 0
    for piece in _inflated(packed):
        size += piece
        if size > left:
            raise too_large()
    return size


def _inflated(packed: memoryview) -> Iterator[int]:
    """The sizes of the pieces that a deflated stream unpacks to, one small piece in memory at a time."""
    inflate = zlib.decompressobj(-zlib.MAX_WBITS)
    for offset in range(0, len(packed), CHUNK):
        part = bytes(packed[offset : offset + CHUNK])
        while not inflate.eof:
            piece = len(inflate.decompress(part, CHUNK))
            part = inflate.unconsumed_tail
            yield piece
            if not part and piece < CHUNK:
                break
    if not inflate.eof:
        raise zipfile.BadZipFile("cut short")
