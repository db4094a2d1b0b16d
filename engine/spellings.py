"""How values of settings are written: each is read from its text, or refused with a ValueError."""

from __future__ import annotations

import re
import ssl
from datetime import time
from email.utils import parseaddr
from itertools import pairwise
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from engine.domain.mail import QuietHours, is_address
from engine.domain.working_calendar import Shift

#: A certificate in a PEM file.
PEM = re.compile(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)

BACKENDS = ("sqlite", "postgresql+psycopg")

#: What METRICS says where nobody watches; anything else is the key that opens the page.
NO_METRICS = "không"
METRICS_LENGTH = 20

#: What QUIET_HOURS says where mail may leave at any time.
NEVER_QUIET = "không"


def database_url(text: str) -> str:
    url = split(text)
    if url.scheme not in BACKENDS:
        raise ValueError(text)
    return text


def split(text: str) -> SplitResult:
    """Raises ValueError for a port that is none, too."""
    url = urlsplit(text)
    if url.port == 0:
        raise ValueError(text)
    return url


def smtp_url(text: str) -> str:
    url = split(text)
    if url.scheme not in {"smtp", "smtps"} or not url.hostname:
        raise ValueError(text)
    if bool(url.username) != bool(url.password):
        raise ValueError(text)
    # What smtplib cannot send is better refused at once than at the first mail.
    unquote(url.username or "").encode("ascii")
    unquote(url.password or "").encode("ascii")
    if url.path not in {"", "/"} or url.query or url.fragment:
        raise ValueError(text)
    return text


def library(text: str) -> Path:
    path = Path(text)
    if not path.is_file():
        raise ValueError(text)
    return path


def certificates(text: str) -> Path:
    """Raises ValueError unless each PEM file of the folder, at least one, holds certificates."""
    folder = Path(text)
    files = sorted(folder.glob("*.pem")) if folder.is_dir() else []
    try:
        whole = [PEM.findall(path.read_text(encoding="ascii")) for path in files]
    except OSError:
        raise ValueError(text) from None
    if not all(whole) or not files:
        raise ValueError(text)
    for certificate in (one for found in whole for one in found):
        ssl.PEM_cert_to_DER_cert(certificate)
    return folder


def sender(text: str) -> str:
    _, address = parseaddr(text)
    if not is_address(address) or any(ord(letter) < 32 for letter in text):
        raise ValueError(text)
    return text


def site_url(text: str) -> str:
    url = split(text)
    if url.scheme not in {"http", "https"} or not url.hostname or url.username:
        raise ValueError(text)
    if url.query or url.fragment:
        raise ValueError(text)
    return text.rstrip("/")


def scanner(text: str) -> str:
    """Where a ClamAV daemon listens."""
    if text.startswith("unix:/"):
        return text
    url = split(text)
    if url.scheme != "tcp" or not url.hostname or not url.port or url.path or url.username:
        raise ValueError(text)
    return text


def quiet_hours(text: str) -> QuietHours | None:
    if text.casefold() == NEVER_QUIET:
        return None
    starts, separator, ends = text.partition("-")
    if not separator:
        raise ValueError(text)
    return QuietHours(clock_time(starts), clock_time(ends))


def metrics(text: str) -> str:
    if text.casefold() == NO_METRICS:
        return ""
    if len(text) < METRICS_LENGTH or not text.isascii() or not text.isprintable() or " " in text:
        raise ValueError(text)
    return text


def clock_time(text: str) -> time:
    at = time.fromisoformat(text.strip())
    if at.tzinfo is not None or at.second or at.microsecond:
        raise ValueError(text)
    return at


def last(shift: Shift) -> time:
    """The last minute of a shift."""
    ends = shift.ends.hour * 60 + shift.ends.minute - 1
    return time(ends // 60, ends % 60)


def shifts(text: str) -> tuple[Shift, ...]:
    shifts = tuple(shift(part) for part in text.split())
    for earlier, later in pairwise(shifts):
        if later.starts < earlier.ends:
            raise ValueError(text)
    return shifts


def shift(text: str) -> Shift:
    starts, separator, ends = text.partition("-")
    shift = Shift(time.fromisoformat(starts), time.fromisoformat(ends))
    if not separator or shift.ends <= shift.starts:
        raise ValueError(text)
    return shift
