"""Signs with keys that a PKCS#11 device holds; the PIN is never repeated anywhere."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pkcs11
from asn1crypto import pem, x509  # type: ignore[import-untyped]
from pkcs11 import Attribute, ObjectClass, Session
from pyhanko.config.pkcs11 import TokenCriteria
from pyhanko.sign.pkcs11 import PKCS11Signer, open_pkcs11_session

from engine.adapters import certificates
from engine.domain.errors import SigningFailed
from engine.domain.messages import Message, say
from engine.domain.signatures import Key, KeyStore

#: A device knows one sign-in per process: whoever signs meanwhile waits.
_TURN = threading.Lock()


class TokenKeys:
    """The keys of one token behind one PKCS#11 library."""

    def __init__(self, library: Path, token: str, pin: str) -> None:
        self._library = library
        self._token = token
        self._pin = pin

    def all(self) -> list[Key]:
        """Keys with a certificate of the same label, by label. Raises SigningFailed."""
        with self._session() as session:
            keys = {
                one[Attribute.LABEL]
                for one in session.get_objects({Attribute.CLASS: ObjectClass.PRIVATE_KEY})
            }
            found = {
                one[Attribute.LABEL]: bytes(one[Attribute.VALUE])
                for one in session.get_objects({Attribute.CLASS: ObjectClass.CERTIFICATE})
            }
        return [
            Key(KeyStore.PKCS11, label, certificates.of_der(found[label]))
            for label in sorted(keys & found.keys())
        ]

    @contextmanager
    def signer(self, label: str, certificate: str) -> Iterator[PKCS11Signer]:
        """Signs while the block runs, with the certificate (PEM). Raises SigningFailed."""
        _, _, der = pem.unarmor(certificate.encode())
        found = x509.Certificate.load(der)
        with self._session() as session:
            yield PKCS11Signer(
                session,
                signing_cert=found,
                key_label=label,
                cert_label=label,
                # Many devices know no ECDSA that hashes, all know the one that does not.
                use_raw_mechanism=found.public_key.algorithm == "ec",
            )

    @contextmanager
    def _session(self) -> Iterator[Session]:
        with _TURN:
            try:
                with open_pkcs11_session(
                    str(self._library),
                    token_criteria=TokenCriteria(label=self._token),
                    user_pin=self._pin,
                ) as session:
                    yield session
            except (pkcs11.PKCS11Error, RuntimeError) as error:
                # Neither the error's own words nor its cause: they end in logs.
                raise SigningFailed(self._why(error)) from None

    def _why(self, error: Exception) -> Message:
        if isinstance(error, (pkcs11.PinIncorrect, pkcs11.PinLocked, pkcs11.PinLenRange)):
            return say(
                "Thiết bị ký “%(token)s” không nhận mã PIN đã đặt (QUYTRINH_SIGN_PIN) hoặc đã "
                "khóa. Hãy báo quản trị; đừng thử lại nhiều lần.",
                token=self._token,
            )
        return say(
            "Không dùng được thiết bị ký “%(token)s” (%(why)s). Hãy kiểm tra thiết bị đã cắm rồi "
            "thử lại.",
            token=self._token,
            why=type(error).__name__,
        )
