"""The demo's own certificate authority: nobody trusts it but the demo itself."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    pkcs12,
)
from cryptography.x509.oid import NameOID

COUNTRY = "VN"
NAME = "Quy Trình – CA dùng thử (không có giá trị pháp lý)"
MOST_BYTES = 64
ROOT_FILE = "demo-root.pem"

#: Before the present: what the demo did lately lies within.
BEFORE = timedelta(days=60)
LENGTH = timedelta(days=730)


class DemoAuthority:
    """Issues certificates for a demo. Its own key lives no longer than this object."""

    def __init__(self, now: datetime) -> None:
        self._starts, self._ends = now - BEFORE, now + LENGTH
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name(NAME, "Quy Trình")
        use = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
        self.root = (
            self._begun(self._name, self._key.public_key())
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(use, critical=True)
            .sign(self._key, hashes.SHA256())
        )

    def publish(self, folder: Path) -> None:
        """Writes the root where the demo looks for roots it trusts."""
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        (folder / ROOT_FILE).write_bytes(self.root.public_bytes(Encoding.PEM))

    def issue(
        self,
        subject: str,
        organisation: str,
        passphrase: str,
        ends: datetime | None = None,
        key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey | None = None,
    ) -> bytes:
        """A PKCS#12 file with a key (a new one unless given) and a certificate for signing."""
        key = key or ec.generate_private_key(ec.SECP256R1())
        use = x509.KeyUsage(True, True, False, False, False, False, False, False, False)
        certificate = (
            self._begun(_name(subject, organisation), key.public_key(), ends)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(use, critical=True)
            .sign(self._key, hashes.SHA256())
        )
        return pkcs12.serialize_key_and_certificates(
            b"demo", key, certificate, [self.root], BestAvailableEncryption(passphrase.encode())
        )

    def _begun(
        self,
        subject: x509.Name,
        key: ec.EllipticCurvePublicKey | rsa.RSAPublicKey,
        ends: datetime | None = None,
    ) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(self._starts)
            .not_valid_after(ends or self._ends)
        )


def _name(common: str, organisation: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, COUNTRY),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, _short(organisation)),
            x509.NameAttribute(NameOID.COMMON_NAME, _short(common)),
        ]
    )


def _short(name: str) -> str:
    """At most 64 bytes (RFC 5280, Appendix A): what is longer is written as offices abbreviate."""
    if len(name.encode()) > MOST_BYTES:
        name = name.replace("Ủy ban nhân dân", "UBND")
    return name.encode()[:MOST_BYTES].decode(errors="ignore")
