"""Asks a ClamAV daemon whether a file is infected, over its INSTREAM command."""

from __future__ import annotations

import logging
import socket
import struct
from urllib.parse import urlsplit

from engine.domain.errors import ScannerDown
from engine.domain.messages import say

#: Seconds that each single step may take: connecting, sending a piece, the answer.
CONNECT_SECONDS = 5
ANSWER_SECONDS = 60

_PIECE = 128 * 1024
_LONGEST_ANSWER = 4096

log = logging.getLogger(__name__)


class ClamAV:
    """Implements ports.Scanner; `address` is `unix:/path` or `tcp://host:port`.

    clamd's StreamMaxLength must be no smaller than QUYTRINH_MAX_UPLOAD_MB.
    """

    def __init__(self, address: str) -> None:
        self._address = address

    def infection(self, content: bytes) -> str | None:
        """What the file is infected with, as ClamAV names it; None: clean. Raises ScannerDown."""
        try:
            answer = self._ask(content)
        except OSError as error:
            log.error("the virus scanner at %s does not answer: %s", self._address, error)
            raise ScannerDown() from error
        if answer == "stream: OK":
            return None
        if answer.startswith("stream: ") and answer.endswith(" FOUND"):
            return answer.removeprefix("stream: ").removesuffix(" FOUND")
        log.error("the virus scanner at %s says: %s", self._address, answer)
        if "size limit" in answer:
            raise ScannerDown(say("Máy quét vi-rút không nhận tệp lớn như vậy. Hãy báo quản trị."))
        raise ScannerDown()

    def _ask(self, content: bytes) -> str:
        with self._connected() as connection:
            try:
                connection.sendall(b"zINSTREAM\0")
                for start in range(0, len(content), _PIECE):
                    piece = content[start : start + _PIECE]
                    connection.sendall(struct.pack(">I", len(piece)) + piece)
                connection.sendall(struct.pack(">I", 0))
            except (BrokenPipeError, ConnectionResetError):
                pass  # it has said already what is wrong: too large
            return _answer(connection)

    def _connected(self) -> socket.socket:
        scheme, _, path = self._address.partition(":")
        if scheme == "unix":
            connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            try:
                connection.settimeout(CONNECT_SECONDS)
                connection.connect(path)
            except OSError:
                connection.close()
                raise
        else:
            url = urlsplit(self._address)
            connection = socket.create_connection(
                (url.hostname or "", url.port or 0), timeout=CONNECT_SECONDS
            )
        connection.settimeout(ANSWER_SECONDS)
        return connection


def _answer(connection: socket.socket) -> str:
    """Up to the zero byte; ConnectionError when there is none."""
    answer = b""
    while b"\0" not in answer:
        piece = connection.recv(_LONGEST_ANSWER)
        if not piece or len(answer) > _LONGEST_ANSWER:
            raise ConnectionError("the connection ended without an answer")
        answer += piece
    return answer.partition(b"\0")[0].decode("utf-8", "replace").strip()
