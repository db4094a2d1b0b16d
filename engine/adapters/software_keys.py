"""Keeps signers' keys in files of the installation, encrypted with a key of its own."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from pathlib import Path

from asn1crypto import pkcs12 as asn1_pkcs12  # type: ignore[import-untyped]
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, pkcs12
from pyhanko.sign.signers import SimpleSigner

from engine.adapters import certificates
from engine.adapters.whole_files import write_whole
from engine.domain.clock import ZONE
from engine.domain.errors import Misuse, SigningFailed, StorageRefused
from engine.domain.messages import say
from engine.domain.signatures import Certificate, Key, KeyStore

#: No PKCS#12 file of one person is larger.
MOST_BYTES = 2**20
LEAST_RSA_BITS = 2048


class SoftwareKeys:
    """A folder of PKCS#12 files, named after their certificates' fingerprints."""

    def __init__(self, folder: Path, secret: str) -> None:
        self._folder = folder
        derived = HKDF(hashes.SHA256(), 32, salt=None, info=b"quytrinh signing keys")
        self._passphrase = derived.derive(secret.encode()).hex().encode()

    def keep(self, content: bytes, passphrase: str, at: datetime) -> Key:
        """Raises Misuse, as ports.Signer.keep says."""
        bundle = _opened(content, passphrase)
        found = bundle.cert.certificate if bundle.cert else None
        key = bundle.key
        if found is None or key is None:
            raise Misuse(
                say(
                    "Tệp PKCS#12 không có đủ chứng thư và khóa bí mật. Hãy xuất lại tệp, chọn “kèm "
                    "khóa bí mật”."
                )
            )
        if not isinstance(key, (rsa.RSAPrivateKey, ec.EllipticCurvePrivateKey)) or (
            isinstance(key, rsa.RSAPrivateKey) and key.key_size < LEAST_RSA_BITS
        ):
            raise Misuse(
                say(
                    "Khóa trong tệp không dùng để ký văn bản được: cần RSA từ %(bits)s bit hoặc "
                    "ECDSA.",
                    bits=LEAST_RSA_BITS,
                )
            )
        certificate = certificates.described(found)
        refuse_unless_usable(certificate, at)
        label = sha256(certificate.pem.encode()).hexdigest()[:32]
        again = pkcs12.serialize_key_and_certificates(
            b"quytrinh",
            key,
            found,
            [one.certificate for one in bundle.additional_certs],
            BestAvailableEncryption(self._passphrase),
        )
        self._write(self._path(label), again)
        return Key(KeyStore.SOFTWARE, label, certificate)

    def forget(self, label: str) -> None:
        self._path(label).unlink(missing_ok=True)

    def signer(self, label: str) -> SimpleSigner:
        """Raises SigningFailed where the key is gone or cannot be opened."""
        try:
            content = self._path(label).read_bytes()
        except OSError as error:
            raise SigningFailed(
                say(
                    "Không đọc được khóa ký trong thư mục dữ liệu (%(why)s). Hãy báo quản trị nạp "
                    "lại chứng thư.",
                    why=error.strerror or str(error),
                )
            ) from error
        try:
            signer: SimpleSigner = SimpleSigner.load_pkcs12_data(content, [], self._passphrase)
        except ValueError as error:
            raise SigningFailed(
                say(
                    "Không mở được khóa ký: khóa bí mật của hệ thống (QUYTRINH_SECRET_KEY) đã đổi "
                    "từ khi nạp chứng thư. Hãy báo quản trị nạp lại tệp PKCS#12."
                )
            ) from error
        return signer

    def _path(self, label: str) -> Path:
        if not label.isalnum():
            raise SigningFailed(say("Không có khóa ký này."))
        return self._folder / f"{label}.p12"

    def _write(self, path: Path, content: bytes) -> None:
        """Whole or not at all, for its owner alone."""
        try:
            write_whole(path, content)
        except OSError as error:
            raise StorageRefused(
                say(
                    "Không ghi được khóa ký vào “%(path)s”: %(why)s.",
                    path=path.parent,
                    why=error.strerror or str(error),
                )
            ) from error


def refuse_unless_usable(certificate: Certificate, at: datetime) -> None:
    """Raises Misuse for a certificate with which nobody can sign then."""
    if not certificate.signs:
        raise Misuse(
            say(
                "Chứng thư của “%(subject)s” không dùng để ký số (mục đích sử dụng khóa không có "
                "chữ ký số). Hãy dùng chứng thư ký của người hoặc cơ quan.",
                subject=certificate.subject,
            )
        )
    if at >= certificate.ends_at:
        raise Misuse(
            say(
                "Chứng thư của “%(subject)s” đã hết hạn ngày %(day)s. Hãy xin cấp chứng thư mới "
                "rồi nạp lại.",
                subject=certificate.subject,
                day=f"{certificate.ends_at.astimezone(ZONE):%d/%m/%Y}",
            )
        )


def _opened(content: bytes, passphrase: str) -> pkcs12.PKCS12KeyAndCertificates:
    if not content or len(content) > MOST_BYTES or not _is_pkcs12(content):
        raise Misuse(
            say("Tệp này không phải tệp PKCS#12 (.p12, .pfx). Hãy chọn tệp chứng thư kèm khóa.")
        )
    try:
        return pkcs12.load_pkcs12(content, passphrase.encode() or None)
    except ValueError:
        raise Misuse(
            say("Mật khẩu của tệp PKCS#12 không đúng, hoặc tệp bị hỏng. Hãy gõ lại mật khẩu.")
        ) from None


def _is_pkcs12(content: bytes) -> bool:
    try:
        return bool(asn1_pkcs12.Pfx.load(content, strict=True)["version"].native == "v3")
    except (ValueError, TypeError, KeyError):
        return False
