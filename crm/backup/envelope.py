"""What surrounds a backup: encryption with a passphrase, or a checksum at the end of a plain tar file.

Encrypted by libsodium's secretstream (XChaCha20-Poly1305), whose frames depend on all before them and whose last one is
marked: none can be changed, left out, swapped, repeated or cut off. The key is derived by Argon2id.
"""

from __future__ import annotations

import hashlib
import os
from io import RawIOBase
from typing import IO, Any

from nacl import bindings as sodium
from nacl.exceptions import CryptoError
from nacl.exceptions import RuntimeError as Unusable
from nacl.pwhash import argon2id

from crm.core.errors import Refusal
from crm.lib.text import N_

MAGIC = b"CRM backup, encrypted, version 1\n"
CHUNK = 1 << 18
FRAME = CHUNK + sodium.crypto_secretstream_xchacha20poly1305_ABYTES
FINAL = sodium.crypto_secretstream_xchacha20poly1305_TAG_FINAL
DIGEST = hashlib.sha256().digest_size
COST = (argon2id.OPSLIMIT_MODERATE, argon2id.MEMLIMIT_MODERATE)


def damaged() -> Refusal:
    return Refusal({"": N_("The backup is damaged: it is not what was written. Nothing was restored from it")})


def key_of(passphrase: str, salt: bytes) -> bytes:
    return argon2id.kdf(sodium.crypto_secretstream_xchacha20poly1305_KEYBYTES, passphrase.encode(), salt, *COST)


class Stream(RawIOBase):
    """What tarfile writes to; it asks where that begins."""

    def tell(self) -> int:
        return 0


class Sealed(Stream):
    """A plain file that ends with the SHA-256 of all before; `tar` reads it as it is."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file, self.digest = file, hashlib.sha256()

    def write(self, content: Any) -> int:
        self.digest.update(content)
        return self.file.write(content)

    def finish(self) -> None:
        self.file.write(self.digest.digest())


class Encrypted(Stream):
    """Frames of encrypted chunks after the salt; the last one, which may be empty, is marked."""

    def __init__(self, file: IO[bytes], passphrase: str) -> None:
        self.file, self.waiting = file, bytearray()
        self.state = sodium.crypto_secretstream_xchacha20poly1305_state()
        salt = os.urandom(argon2id.SALTBYTES)
        header = sodium.crypto_secretstream_xchacha20poly1305_init_push(self.state, key_of(passphrase, salt))
        file.write(MAGIC + salt + header)

    def write(self, content: Any) -> int:
        self.waiting += content
        while len(self.waiting) > CHUNK:
            self.push(bytes(self.waiting[:CHUNK]))
            del self.waiting[:CHUNK]
        return len(content)

    def finish(self) -> None:
        self.push(bytes(self.waiting), FINAL)

    def push(self, chunk: bytes, tag: int = 0) -> None:
        self.file.write(sodium.crypto_secretstream_xchacha20poly1305_push(self.state, chunk, tag=tag))


class Unsealing(RawIOBase):
    """Reads what Sealed wrote; `finish` says whether it is what was written."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file, self.digest = file, hashlib.sha256()
        self.left = max(0, os.fstat(file.fileno()).st_size - DIGEST)

    def read(self, size: int = -1) -> bytes:
        content = self.file.read(min(size, self.left))
        self.left -= len(content)
        self.digest.update(content)
        return content

    def finish(self) -> None:
        while self.left > 0 and self.read(CHUNK):
            pass
        if self.file.read() != self.digest.digest():
            raise damaged()


class Decrypting(RawIOBase):
    """Reads what Encrypted wrote. Nothing is handed out that was not written with the passphrase."""

    def __init__(self, file: IO[bytes], passphrase: str) -> None:
        self.file, self.ready, self.is_over = file, bytearray(), False
        self.state = sodium.crypto_secretstream_xchacha20poly1305_state()
        salt = file.read(argon2id.SALTBYTES)
        header = file.read(sodium.crypto_secretstream_xchacha20poly1305_HEADERBYTES)
        try:
            sodium.crypto_secretstream_xchacha20poly1305_init_pull(self.state, header, key_of(passphrase, salt))
            self.pull()
        except (CryptoError, Unusable, ValueError, TypeError) as error:
            raise Refusal({"": N_("The passphrase does not open this backup, or its beginning is damaged")}) from error

    def read(self, size: int = -1) -> bytes:
        while len(self.ready) < size and not self.is_over:
            try:
                self.pull()
            except (CryptoError, ValueError) as error:
                raise damaged() from error
        content = bytes(self.ready[:size])
        del self.ready[:size]
        return content

    def pull(self) -> None:
        """Open the next frame. Raises ValueError where the file ends before its last one, or does not end with it."""
        frame = self.file.read(FRAME)
        if len(frame) < sodium.crypto_secretstream_xchacha20poly1305_ABYTES:
            raise ValueError("cut off")
        chunk, tag = sodium.crypto_secretstream_xchacha20poly1305_pull(self.state, frame)
        self.ready += chunk
        self.is_over = tag == FINAL
        if self.is_over and self.file.read(1):
            raise ValueError("something follows the last frame")

    def finish(self) -> None:
        while self.read(CHUNK):
            pass


Writing = Sealed | Encrypted
Reading = Unsealing | Decrypting


def writing_to(file: IO[bytes], passphrase: str) -> Writing:
    """Encrypted with a passphrase, else sealed; call `finish` at the end."""
    return Encrypted(file, passphrase) if passphrase else Sealed(file)


def reading_from(file: IO[bytes], passphrase: str) -> Reading:
    """The content of a backup; call `finish` at the end. Raises Refusal without the right passphrase.

    A passphrase given for a plain file is refused too: somebody may have put it in the place of an encrypted one.
    """
    if file.read(len(MAGIC)) == MAGIC:
        if not passphrase:
            raise Refusal({"": N_("The backup is encrypted: give its passphrase")})
        return Decrypting(file, passphrase)
    if passphrase:
        raise Refusal({"": N_("The backup is not encrypted; it is read without a passphrase only")})
    file.seek(0)
    return Unsealing(file)
