"""The mesh's certificate authority: one root, one short chain per service account."""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from demo.controlplane.workloads import TRUST_DOMAIN

ROOT_DAYS = 3650
LEAF_DAYS = 30


@dataclass(frozen=True)
class Credentials:
    """PEM texts: certificate chain, private key, trusted root."""

    chain: str
    key: str
    root: str


class Authority:
    """Issues certificates; its root is kept in a folder and used again at the next start."""

    def __init__(self, folder: Path) -> None:
        """Read the root from `folder`, or make one there."""
        folder.mkdir(parents=True, exist_ok=True)
        key_file, root_file = folder / "ca-key.pem", folder / "ca-cert.pem"
        if not (key_file.exists() and root_file.exists()):
            key, root = _new_root()
            key_file.touch(mode=0o600)
            key_file.write_text(_pem(key), encoding="ascii")
            root_file.write_text(_text(root), encoding="ascii")
        self._key = _load_key(key_file.read_bytes())
        self.root = x509.load_pem_x509_certificate(root_file.read_bytes())
        self.issued = 0

    def issue(self, principal: str) -> Credentials:
        """A certificate whose only subject alternative name is a SPIFFE URI."""
        key = ec.generate_private_key(ec.SECP256R1())
        now = dt.datetime.now(dt.UTC)
        builder = _builder(x509.Name([]), self.root.subject, key, now, LEAF_DAYS)
        builder = builder.add_extension(
            x509.SubjectAlternativeName([x509.UniformResourceIdentifier(principal)]), critical=True
        ).add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        self.issued += 1
        leaf = builder.sign(self._key, hashes.SHA256())
        root = _text(self.root)
        return Credentials(_text(leaf) + root, _pem(key), root)


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, now: dt.datetime, days: int
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(minutes=5))
        .not_valid_after(now + dt.timedelta(days=days))
    )


def _new_root() -> tuple[ec.EllipticCurvePrivateKey, x509.Certificate]:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.ORGANIZATION_NAME, TRUST_DOMAIN)])
    builder = _builder(name, name, key, dt.datetime.now(dt.UTC), ROOT_DAYS)
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    return key, builder.sign(key, hashes.SHA256())


def _load_key(pem: bytes) -> ec.EllipticCurvePrivateKey:
    key = serialization.load_pem_private_key(pem, password=None)
    if not isinstance(key, ec.EllipticCurvePrivateKey):
        raise TypeError("the demo's root key is not an elliptic curve key")
    return key


def _pem(key: ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


def _text(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()
