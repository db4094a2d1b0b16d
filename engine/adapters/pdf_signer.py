"""Puts PAdES signatures on PDFs with pyHanko, each an update after what was signed before."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from io import BytesIO

from pyhanko.pdf_utils.content import PdfContent
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import (
    AxisAlignment,
    BoxConstraints,
    InnerScaling,
    SimpleBoxLayoutRule,
)
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.general import SigningError
from pyhanko.sign.signers import PdfSignatureMetadata
from pyhanko.sign.signers import PdfSigner as HankoPdfSigner
from pyhanko.sign.signers import Signer as HankoSigner
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko.stamp import StaticStampStyle

from engine.adapters.coroutines import outcome
from engine.adapters.software_keys import SoftwareKeys
from engine.adapters.token_keys import TokenKeys
from engine.domain.clock import ZONE
from engine.domain.errors import SigningFailed
from engine.domain.messages import say
from engine.domain.signatures import Key, KeyStore, Place, Stamp

#: Names of signature fields: one for each signature, in order.
FIELD = "ChuKySo%(number)d"
DIGEST = "sha256"


class PdfSigner:
    """Implements ports.Signer with keys in software and, where one is set, in a device."""

    def __init__(self, software: SoftwareKeys, device: TokenKeys | None = None) -> None:
        self._software = software
        self._device = device

    def keep(self, pkcs12: bytes, passphrase: str, at: datetime) -> Key:
        return self._software.keep(pkcs12, passphrase, at)

    def forget(self, label: str) -> None:
        self._software.forget(label)

    @property
    def has_device(self) -> bool:
        return self._device is not None

    def on_device(self) -> list[Key]:
        return self._device.all() if self._device else []

    def last_page(self, pdf: bytes) -> Place:
        """As ports.Signer.last_page says."""
        try:
            reader = PdfFileReader(BytesIO(pdf))
            number = int(reader.root["/Pages"]["/Count"])
            left, bottom, right, top = _edges(reader, number)
        except (PdfError, ValueError, KeyError, TypeError) as error:
            raise SigningFailed(say("Không đọc được tệp PDF của văn bản.")) from error
        return Place(number, 0, 0, right - left, top - bottom)

    def sign(
        self, pdf: bytes, store: str, label: str, certificate: str, stamp: Stamp, at: datetime
    ) -> bytes:
        """As ports.Signer.sign says."""
        with self._signer(store, label, certificate) as signer:
            try:
                return outcome(_signed(pdf, signer, stamp, at.astimezone(ZONE)))
            except (PdfError, SigningError, ValueError) as error:
                raise SigningFailed(
                    say("Không ký được văn bản này: %(why)s.", why=type(error).__name__)
                ) from error

    @contextmanager
    def _signer(self, store: str, label: str, certificate: str) -> Iterator[HankoSigner]:
        if store == KeyStore.SOFTWARE:
            yield self._software.signer(label)
            return
        if self._device is None:
            raise SigningFailed(
                say(
                    "Chứng thư này ở trong thiết bị ký, mà máy chủ chưa đặt thiết bị "
                    "(QUYTRINH_SIGN_PKCS11). Hãy báo quản trị."
                )
            )
        with self._device.signer(label, certificate) as signer:
            yield signer


async def _signed(pdf: bytes, signer: HankoSigner, stamp: Stamp, at: datetime) -> bytes:
    writer = IncrementalPdfFileWriter(BytesIO(pdf))
    number = len(writer.prev.embedded_signatures) + 1
    name = FIELD % {"number": number}
    hanko = HankoPdfSigner(
        PdfSignatureMetadata(
            field_name=name, md_algorithm=DIGEST, subfilter=SigSeedSubFilter.PADES
        ),
        signer,
        stamp_style=_style(stamp),
        new_field_spec=SigFieldSpec(name, on_page=stamp.place.page - 1, box=_box(writer, stamp)),
    )
    session = hanko.init_signing_session(writer)
    session.system_time = at  # ours, and no clock that pyHanko reads
    reserved = await session.estimate_signature_container_size(None)
    prepared = session.prepare_tbs_document(None, reserved)
    output = BytesIO()
    digest, _ = prepared.digest_tbs_document(output=output)
    done = await prepared.perform_signature(
        document_digest=digest.document_digest,
        pdf_cms_signed_attrs=PdfCMSSignedAttributes(signing_time=at),
    )
    await done.post_signature_processing(output)
    return output.getvalue()


class _Picture(PdfContent):
    """The one page of a PDF as what a stamp shows."""

    def __init__(self, content: bytes, width: float, height: float) -> None:
        super().__init__(box=BoxConstraints(width=width, height=height))
        self._content = content

    def render(self) -> bytes:
        if self.writer is None:
            raise SigningError("a stamp without a document")
        page = self.writer.import_page_as_xobject(PdfFileReader(BytesIO(self._content)))
        self.resources.xobject["/KhungKySo"] = page
        return b"/KhungKySo Do"


def _style(stamp: Stamp) -> StaticStampStyle:
    """Nothing but the picture, as large as the place."""
    return StaticStampStyle(
        background=_Picture(stamp.picture, stamp.place.width, stamp.place.height),
        background_layout=SimpleBoxLayoutRule(
            AxisAlignment.ALIGN_MID,
            AxisAlignment.ALIGN_MID,
            inner_content_scaling=InnerScaling.STRETCH_TO_FIT,
        ),
        background_opacity=1,
        border_width=0,
    )


def _box(writer: IncrementalPdfFileWriter, stamp: Stamp) -> tuple[int, int, int, int]:
    """The place as PDF counts: from the bottom left corner, in whole points."""
    left, _bottom, _right, top = _edges(writer.prev, stamp.place.page)
    place = stamp.place
    return (
        round(left + place.x),
        round(top - place.y - place.height),
        round(left + place.x + place.width),
        round(top - place.y),
    )


def _edges(reader: PdfFileReader, number: int) -> tuple[float, float, float, float]:
    """Left, bottom, right and top of a page; they may be said once for many pages."""
    page, _ = reader.find_page_for_modification(number - 1)  # type: ignore[no-untyped-call]
    found = page.get_object()
    while "/MediaBox" not in found:
        found = found["/Parent"]
    left, bottom, right, top = (float(edge) for edge in found["/MediaBox"])
    return left, bottom, right, top
