"""`crm cert`: a certificate for trying out signatures."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import click

from crm.cli.context import stop
from crm.config import Settings
from crm.core.clock import now

DAYS = 365


@click.group()
def cert() -> None:
    """Make a certificate for trying out signatures."""


@cert.command("make-demo")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--passphrase", prompt=True, hide_input=True, confirmation_prompt=True, help="Asked for when not given.")
def make_demo(file: Path, passphrase: str) -> None:
    """A self-signed certificate with its key in FILE (PKCS#12), for a year. Nobody trusts it: use it to try."""
    if file.exists():
        stop(f"{file} is there already")
    made = self_signed(Settings().platform_name_en, passphrase.encode())
    file.touch(0o600)
    file.write_bytes(made)
    click.echo(f"CRM_SIGNING_CERTIFICATE={file.resolve()}\nCRM_SIGNING_PASSPHRASE=(what you typed)")


def self_signed(name: str, passphrase: bytes) -> bytes:
    """A key and its own certificate as PKCS#12."""
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import rsa
    from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
    from cryptography.x509.oid import NameOID

    key = rsa.generate_private_key(65_537, 3072)
    whose = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"{name} (demonstration)")])
    uses = dict.fromkeys(
        ("key_encipherment", "data_encipherment", "key_agreement", "key_cert_sign", "crl_sign"), False
    ) | {"encipher_only": False, "decipher_only": False}
    certificate = (
        x509.CertificateBuilder()
        .subject_name(whose)
        .issuer_name(whose)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now() - timedelta(days=1))
        .not_valid_after(now() + timedelta(days=DAYS))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.KeyUsage(digital_signature=True, content_commitment=True, **uses), critical=True)
        .sign(key, hashes.SHA256())
    )
    return pkcs12.serialize_key_and_certificates(
        name.encode(), key, certificate, None, BestAvailableEncryption(passphrase)
    )
