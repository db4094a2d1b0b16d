"""A PKCS#11 device for tests: SoftHSM2, each time with a token of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pkcs11
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from pkcs11 import Attribute
from pkcs11.util.ec import decode_ec_private_key
from pkcs11.util.rsa import decode_rsa_private_key
from pkcs11.util.x509 import decode_x509_certificate

LIBRARIES = (
    Path("/usr/lib/softhsm/libsofthsm2.so"),
    Path("/usr/lib64/softhsm/libsofthsm2.so"),
    Path("/usr/local/lib/softhsm/libsofthsm2.so"),
)
TOKEN, PIN = "quytrinh-thu", "739164"


def library() -> Path | None:
    return next((path for path in LIBRARIES if path.is_file()), None)


def no_softhsm() -> str | None:
    """Why the device cannot be tested here; None when it can."""
    if library() is None or shutil.which("softhsm2-util") is None:
        return "no SoftHSM2 (Debian package softhsm2)"
    return None


@dataclass
class Device:
    """A token to put keys on."""

    library: Path
    token: str = TOKEN
    pin: str = PIN

    def put(self, label: str, pkcs12_file: bytes, passphrase: str) -> None:
        """A key with its certificate."""
        key, certificate, _ = pkcs12.load_key_and_certificates(pkcs12_file, passphrase.encode())
        der = key.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption())
        found = next(
            token for token in pkcs11.lib(str(self.library)).get_tokens(token_label=self.token)
        )
        with found.open(rw=True, user_pin=self.pin) as session:
            session.create_object(
                {
                    **(
                        decode_rsa_private_key(der)
                        if isinstance(key, rsa.RSAPrivateKey)
                        else decode_ec_private_key(der)
                    ),
                    Attribute.LABEL: label,
                    Attribute.TOKEN: True,
                    Attribute.SIGN: True,
                }
            )
            der = certificate.public_bytes(Encoding.DER)
            session.create_object(
                {**decode_x509_certificate(der), Attribute.LABEL: label, Attribute.TOKEN: True}
            )


@contextmanager
def device(folder: Path) -> Iterator[Device]:
    """A fresh token. The library reads its folder once per process: one per test process."""
    tokens = folder / "tokens"
    tokens.mkdir()
    configuration = folder / "softhsm2.conf"
    configuration.write_text(f"directories.tokendir = {tokens}\nlog.level = ERROR\n")
    os.environ["SOFTHSM2_CONF"] = str(configuration)  # noqa: TID251
    subprocess.run(
        [
            *("softhsm2-util", "--init-token", "--free", "--label", TOKEN),
            *("--pin", PIN, "--so-pin", "00000000"),
        ],
        check=True,
        capture_output=True,
    )
    yield Device(library())
