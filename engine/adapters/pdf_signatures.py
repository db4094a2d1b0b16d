"""Looks at the signatures in PDFs with pyHanko, by the trusted roots alone, without a network."""

from __future__ import annotations

import logging
import zlib
from collections import OrderedDict
from collections.abc import Callable, Iterable
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from ssl import PEM_cert_to_DER_cert
from threading import Lock

from asn1crypto import x509  # type: ignore[import-untyped]
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.general import SigningError
from pyhanko.sign.validation import (
    EmbeddedPdfSignature,
    SignatureCoverageLevel,
    async_validate_pdf_signature,
)
from pyhanko.sign.validation.errors import ValidationInfoReadingError
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko.sign.validation.status import PdfSignatureStatus
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.errors import ValidationError

from engine.adapters import certificates
from engine.adapters.coroutines import outcome
from engine.domain.clock import utc
from engine.domain.errors import Misuse
from engine.domain.messages import say
from engine.domain.signatures import Certificate, Found, Verdict
from engine.spellings import PEM

#: What broken files make pyHanko and the libraries under it raise.
BROKEN = (
    PdfError,
    SigningError,
    ValidationError,
    ValidationInfoReadingError,
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    AssertionError,
    NotImplementedError,
    RecursionError,
    OverflowError,
    zlib.error,
)

#: A document with more signatures than anybody needs is not looked through.
MOST_SIGNATURES = 50

#: Fields of a document's form, counted along every way to them: a small file whose branches name
#: the same branches again and again would be gone through for ever.
MOST_FIELDS = 5_000

#: Files whose signatures are remembered: what is shown again is not computed again.
REMEMBERED = 512

#: A signature without this in plain sight is none: its range of bytes cannot be compressed.
MARK = b"/ByteRange"

_USAGE = KeyUsageConstraints(
    key_usage={"digital_signature", "non_repudiation"}, match_all_key_usages=False
)


# What is wrong with somebody's file is told to whoever asked, not to the log.
for _name in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)


class PdfSignatures:
    """Implements ports.SignatureReader; `roots` tells the folders of trusted certificates (PEM)."""

    def __init__(self, roots: Callable[[], Iterable[Path]]) -> None:
        self._roots = roots
        self._seen: OrderedDict[tuple[str, str, str], tuple[Found, ...]] = OrderedDict()
        self._turn = Lock()

    def found(self, pdf: bytes, at: datetime) -> tuple[Found, ...]:
        """As ports.SignatureReader.found says."""
        trusted = self._trusted()
        key = (sha256(pdf).hexdigest(), sha256(b"".join(trusted)).hexdigest(), f"{utc(at):%Y%m%d}")
        with self._turn:
            if key in self._seen:
                self._seen.move_to_end(key)
                return self._seen[key]
        found = _looked_at(pdf, [x509.Certificate.load(root) for root in trusted], at)
        with self._turn:
            self._seen[key] = found
            while len(self._seen) > REMEMBERED:
                self._seen.popitem(last=False)
        return found

    def _trusted(self) -> list[bytes]:
        """The trusted certificates (DER), as the folders hold them now."""
        files = sorted(path for folder in self._roots() for path in folder.glob("*.pem"))
        texts = [path.read_text(encoding="ascii") for path in files]
        return [PEM_cert_to_DER_cert(one) for text in texts for one in PEM.findall(text)]


def _looked_at(pdf: bytes, trusted: list[x509.Certificate], at: datetime) -> tuple[Found, ...]:
    if b"%PDF-" not in pdf[:1024]:
        raise Misuse(say("Tệp này không phải tệp PDF. Chỉ kiểm tra được chữ ký số trên tệp PDF."))
    try:
        reader = PdfFileReader(BytesIO(pdf), strict=False)
        encrypted = reader.encrypted
    except BROKEN:
        raise _broken() from None
    if encrypted:
        raise Misuse(
            say(
                "Tệp PDF này được bảo vệ bằng mật khẩu nên không kiểm tra được. Hãy bỏ mật khẩu ở "
                "nơi đã tạo tệp (không in lại, không lưu thành tệp khác) rồi tải lên lại."
            )
        )
    if MARK not in pdf:
        return ()
    try:
        _refuse_endless(reader)
        signatures = reader.embedded_regular_signatures
    except BROKEN:
        raise _broken() from None
    if len(signatures) > MOST_SIGNATURES:
        raise Misuse(
            say("Tệp có quá nhiều chữ ký số (hơn %(most)s), không kiểm tra.", most=MOST_SIGNATURES)
        )
    # The mark of a signature without one that can be found: hidden, broken, or a bare timestamp.
    return tuple(outcome(_all(signatures, trusted, at))) or (_unknown(),)


def _refuse_endless(reader: PdfFileReader) -> None:
    """Raises Misuse for a form with more fields than anybody needs, or endless ones."""
    root = reader.root  # its `get` gives references, its brackets what they refer to
    form = root["/AcroForm"] if "/AcroForm" in root else {}  # noqa: SIM401
    waiting = [form["/Fields"]] if "/Fields" in form else []
    found = 0
    while waiting:
        branch = waiting.pop()
        found += len(branch)
        if found > MOST_FIELDS:
            raise Misuse(
                say(
                    "Tệp có quá nhiều ô biểu mẫu (hơn %(most)s), không kiểm tra chữ ký số.",
                    most=MOST_FIELDS,
                )
            )
        fields = (branch[number] for number in range(len(branch)))
        waiting.extend(
            field["/Kids"] for field in fields if isinstance(field, dict) and "/Kids" in field
        )


async def _all(
    signatures: list[EmbeddedPdfSignature], trusted: list[x509.Certificate], at: datetime
) -> list[Found]:
    return [await _one(signature, trusted, at) for signature in signatures]


async def _one(
    signature: EmbeddedPdfSignature, trusted: list[x509.Certificate], at: datetime
) -> Found:
    try:
        certificate = certificates.of_der(signature.signer_cert.dump())
        said = signature.self_reported_timestamp
        status = await _status(signature, trusted, at)
        moment = _moment(status, said)
        # Once the certificate has ended: by the signature's own word, or an authority's stamp.
        then = status
        if moment is not None and not status.trusted and at > certificate.ends_at:
            then = await _status(signature, trusted, moment)
    except BROKEN:
        return _unknown()
    return Found(
        verdict=_verdict(status, then, certificate, moment, at),
        subject=certificate.subject,
        organisation=certificate.organisation,
        issuer=certificate.issuer,
        at=utc(moment) if moment else None,
        stamped=_stamped(status),
        starts_at=certificate.starts_at,
        ends_at=certificate.ends_at,
        whole=status.coverage == SignatureCoverageLevel.ENTIRE_FILE,
        added_to=status.coverage == SignatureCoverageLevel.ENTIRE_REVISION
        and bool(status.docmdp_ok),
    )


async def _status(
    signature: EmbeddedPdfSignature, trusted: list[x509.Certificate], at: datetime
) -> PdfSignatureStatus:
    context = ValidationContext(
        trust_roots=trusted,
        other_certs=signature.other_embedded_certs,
        moment=at,
        allow_fetching=False,
        revocation_mode="soft-fail",
    )
    return await async_validate_pdf_signature(
        signature, signer_validation_context=context, key_usage_settings=_USAGE
    )


def _moment(status: PdfSignatureStatus, said: datetime | None) -> datetime | None:
    """When it was put: as an authority stamped it, else as the signer's machine said."""
    if _stamped(status) and status.timestamp_validity is not None:
        return status.timestamp_validity.timestamp
    moment = status.signer_reported_dt or said
    return moment if moment is not None and moment.tzinfo is not None else None


def _stamped(status: PdfSignatureStatus) -> bool:
    stamp = status.timestamp_validity
    return stamp is not None and stamp.valid and stamp.intact and stamp.trusted


def _verdict(
    now: PdfSignatureStatus,
    then: PdfSignatureStatus,
    certificate: Certificate,
    moment: datetime | None,
    at: datetime,
) -> Verdict:
    changed = now.modification_level in (ModificationLevel.OTHER, None) or not now.docmdp_ok
    if not (now.intact and now.valid) or (
        changed and now.coverage != SignatureCoverageLevel.ENTIRE_FILE
    ):
        return Verdict.ALTERED
    if moment is not None and not certificate.starts_at <= moment <= certificate.ends_at:
        return Verdict.OUTSIDE
    if now.trusted:
        return Verdict.VALID
    if then.trusted and at > certificate.ends_at:
        return Verdict.ENDED
    return Verdict.UNTRUSTED


def _unknown() -> Found:
    return Found(Verdict.UNKNOWN, "", "", "", None, False, None, None, whole=False, added_to=False)


def _broken() -> Misuse:
    return Misuse(
        say("Tệp PDF bị hỏng, không đọc được. Hãy tải lại tệp gốc từ nơi gửi rồi thử lần nữa.")
    )
