"""Signing a document with the platform's certificate (PAdES). The only module that knows pyHanko; it is loaded when
somebody signs."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from crm.core.errors import Refusal
from crm.lib.text import N_

FIELD = "Signature"


@dataclass(frozen=True)
class Certificate:
    """A key with its certificate, as a PKCS#12 file."""

    file: Path
    passphrase: str


def sign(content: bytes, certificate: Certificate, *, reason: str) -> bytes:
    """The document with a signature that nobody can alter it under. Raises Refusal where the certificate cannot be
    used."""
    from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
    from pyhanko.sign import PdfSignatureMetadata, SimpleSigner, sign_pdf
    from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter

    try:
        key = certificate.file.read_bytes()
        signer = SimpleSigner.load_pkcs12_data(key, other_certs=[], passphrase=certificate.passphrase.encode())
    except (OSError, ValueError) as error:
        raise Refusal({"": N_("The certificate cannot be opened: ask an administrator.")}) from error
    how = PdfSignatureMetadata(
        field_name=FIELD,
        md_algorithm="sha256",
        subfilter=SigSeedSubFilter.PADES,
        certify=True,
        docmdp_permissions=MDPPerm.NO_CHANGES,
        reason=reason,
    )
    signed = BytesIO()
    writer = IncrementalPdfFileWriter(BytesIO(content))
    with ThreadPoolExecutor(1) as thread:  # it runs an event loop of its own, and a thread may have but one
        thread.submit(sign_pdf, writer, how, signer, output=signed).result()
    return signed.getvalue()
