"""Reads X.509 certificates into what the engine knows of them."""

from __future__ import annotations

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from engine.domain.signatures import Certificate


def of_pem(pem: str) -> Certificate:
    """Raises ValueError for what is no certificate."""
    return described(x509.load_pem_x509_certificate(pem.encode()))


def of_der(der: bytes) -> Certificate:
    """Raises ValueError for what is no certificate."""
    return described(x509.load_der_x509_certificate(der))


def described(certificate: x509.Certificate) -> Certificate:
    """What pages and rules need to know of it."""
    return Certificate(
        pem=certificate.public_bytes(Encoding.PEM).decode(),
        subject=name_in(certificate.subject),
        organisation=_part(certificate.subject, NameOID.ORGANIZATION_NAME),
        issuer=name_in(certificate.issuer),
        starts_at=certificate.not_valid_before_utc,
        ends_at=certificate.not_valid_after_utc,
        signs=_signs(certificate),
    )


def name_in(name: x509.Name) -> str:
    """The common name, or the whole name where there is none."""
    return _part(name, NameOID.COMMON_NAME) or name.rfc4514_string()


def _part(name: x509.Name, oid: x509.ObjectIdentifier) -> str:
    found = name.get_attributes_for_oid(oid)
    return " ".join(str(found[0].value).split()) if found else ""


def _signs(certificate: x509.Certificate) -> bool:
    """Meant for signatures, and no authority. What says nothing of its use may sign."""
    try:
        basic = certificate.extensions.get_extension_for_class(x509.BasicConstraints)
        if basic.value.ca:
            return False
    except x509.ExtensionNotFound:
        pass
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return True
    return bool(usage.digital_signature or usage.content_commitment)
