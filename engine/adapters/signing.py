"""Signer and reader of signatures as `settings` ask for them, loaded when first asked.

pyHanko takes half a second to load: commands that sign nothing do not wait for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING

from engine.domain.signatures import Found, Key, Place, Stamp
from engine.settings import Settings

if TYPE_CHECKING:
    from engine.adapters.pdf_signatures import PdfSignatures
    from engine.adapters.pdf_signer import PdfSigner


class Signing:
    """Implements ports.Signer: keys in the data folder and, where one is set, in a device."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @cached_property
    def _signer(self) -> PdfSigner:
        from engine.adapters.pdf_signer import PdfSigner
        from engine.adapters.software_keys import SoftwareKeys
        from engine.adapters.token_keys import TokenKeys

        settings = self._settings
        software = SoftwareKeys(settings.keys_dir, settings.secret_key)
        if settings.sign_pkcs11 is None:
            return PdfSigner(software)
        device = TokenKeys(settings.sign_pkcs11, settings.sign_token, settings.sign_pin)
        return PdfSigner(software, device)

    @property
    def has_device(self) -> bool:
        return self._settings.sign_pkcs11 is not None

    def keep(self, pkcs12: bytes, passphrase: str, at: datetime) -> Key:
        return self._signer.keep(pkcs12, passphrase, at)

    def forget(self, label: str) -> None:
        self._signer.forget(label)

    def on_device(self) -> Sequence[Key]:
        return self._signer.on_device()

    def last_page(self, pdf: bytes) -> Place:
        return self._signer.last_page(pdf)

    def sign(
        self, pdf: bytes, store: str, label: str, certificate: str, stamp: Stamp, at: datetime
    ) -> bytes:
        return self._signer.sign(pdf, store, label, certificate, stamp, at)


class Signatures:
    """Implements ports.SignatureReader by the roots that the settings trust."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    @cached_property
    def _reader(self) -> PdfSignatures:
        from engine.adapters.pdf_signatures import PdfSignatures

        return PdfSignatures(self._settings.trusted_dirs)

    def found(self, pdf: bytes, at: datetime) -> tuple[Found, ...]:
        return self._reader.found(pdf, at)
