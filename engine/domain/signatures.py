"""Digital signatures as rules and pages know them: certificates, stamps, what a PDF bears."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

#: Whose certificate ends within so many days is told so.
EXPIRES_SOON = timedelta(days=30)

#: Kinds of documents that no officer signs: the applicant's own form, traces, printed books.
UNSIGNED = frozenset({"mau-16", "bm-06", "bm-07", "so-van-ban"})


class KeyStore(StrEnum):
    """Where the private key of a certificate lies."""

    SOFTWARE = "software"  # in an encrypted file of the installation
    PKCS11 = "pkcs11"  # in a device that never gives it out


@dataclass(frozen=True)
class Certificate:
    """A certificate: whom it names, who issued it, and from when until when it holds (UTC)."""

    pem: str
    subject: str  # the name in it
    organisation: str
    issuer: str
    starts_at: datetime
    ends_at: datetime
    signs: bool  # it is meant for signatures, and is no authority's own


@dataclass(frozen=True)
class Key:
    """A key that can sign: what finds it in its store, and its certificate."""

    store: KeyStore
    label: str
    certificate: Certificate


@dataclass(frozen=True)
class Place:
    """A rectangle on a page, in points from the top left corner; `page` counts from 1."""

    page: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class Stamp:
    """What a signature shows on the page: a PDF of one page, as large as its place."""

    place: Place
    picture: bytes


class Verdict(StrEnum):
    """What is to be thought of a signature, the worst last."""

    VALID = "valid"
    ENDED = "ended"  # held when it was put, by its own word; the certificate has ended since
    UNTRUSTED = "untrusted"  # whole, but nobody trusted vouches for the certificate
    OUTSIDE = "outside"  # put before the certificate began or after it had ended
    UNKNOWN = "unknown"  # of a kind that cannot be checked
    ALTERED = "altered"  # the document was changed after it was put, or it was forged


@dataclass(frozen=True)
class Found:
    """A signature found in a PDF.

    `at` is what the signer's machine said, unless `stamped`: then a timestamp authority said it.
    """

    verdict: Verdict
    subject: str
    organisation: str
    issuer: str
    at: datetime | None
    stamped: bool
    starts_at: datetime | None  # of the certificate
    ends_at: datetime | None
    whole: bool  # covers the file as it is now
    added_to: bool  # something allowed came after it: another signature


def ends_soon(ends_at: datetime, now: datetime) -> bool:
    """Whether a certificate still holds but will have ended in EXPIRES_SOON."""
    return now < ends_at <= now + EXPIRES_SOON
