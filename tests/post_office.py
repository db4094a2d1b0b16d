"""A real SMTP server on 127.0.0.1 that accepts, refuses or keeps silent as a test wants it."""

from __future__ import annotations

import asyncio
import shutil
import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session


@dataclass
class PostOffice:
    """What came in, and what is answered; the handler of aiosmtpd."""

    port: int = 0
    letters: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)  # of each letter
    answers: dict[str, str] = field(default_factory=dict)  # address -> answer to RCPT
    sender_answer: str = "250 OK"
    data_answer: str = "250 OK"
    signed_in: list[str] = field(default_factory=list)
    in_the_clear: list[str] = field(default_factory=list)  # who signed in without TLS
    connections: int = 0

    def reset(self) -> None:
        fresh = PostOffice(port=self.port)
        self.__dict__.update(fresh.__dict__)

    def url(self, name: str = "") -> str:
        return f"smtp://{name}127.0.0.1:{self.port}"

    async def handle_EHLO(  # noqa: N802
        self,
        _server: SMTP,
        session: Session,
        _envelope: Envelope,
        hostname: str,
        answers: list[str],
    ) -> list[str]:
        session.host_name = hostname
        self.connections += 1
        return answers

    async def handle_MAIL(  # noqa: N802
        self, _s: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.sender_answer.startswith("250"):
            envelope.mail_from = address
            envelope.mail_options.extend(options)
        return self.sender_answer

    async def handle_RCPT(  # noqa: N802
        self, _s: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        answer = self.answers.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(  # noqa: N802
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        if self.data_answer.startswith("250"):
            content = envelope.content
            assert isinstance(content, bytes)
            self.letters.append(message_from_bytes(content, policy=default))  # type: ignore[arg-type]
            self.recipients += envelope.rcpt_tos
        return self.data_answer

    def let_in(self, _s: Any, session: Session, _e: Any, _m: str, data: Any) -> AuthResult:
        name, password = data.login.decode(), data.password.decode()
        self.signed_in.append(name)
        if session.ssl is None:
            self.in_the_clear.append(name)
        right = password == "right: @/word"
        return AuthResult(success=right, handled=right)


@contextmanager
def post_office(tls: ssl.SSLContext | None = None) -> Iterator[PostOffice]:
    """The server in a thread of its own, at a free port; with `tls` it offers STARTTLS."""
    office = PostOffice()
    loop = asyncio.new_event_loop()

    def protocol() -> SMTP:
        return SMTP(
            office,
            hostname="thu.example",
            authenticator=office.let_in,
            auth_require_tls=False,
            tls_context=tls,
            enable_SMTPUTF8=False,
            loop=loop,
        )

    ready = threading.Event()

    def work() -> None:
        """All in a thread of its own: the tests' may have the loop of a browser."""
        server = loop.run_until_complete(loop.create_server(protocol, "127.0.0.1", 0))
        office.port = server.sockets[0].getsockname()[1]
        ready.set()
        loop.run_forever()
        server.close()
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()

    thread = threading.Thread(target=work, name="post office")
    thread.start()
    try:
        assert ready.wait(10), "the post office did not open"
        yield office
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)


def certificate(folder: Path) -> tuple[Path, ssl.SSLContext] | None:
    """A certificate of 127.0.0.1 that only its file vouches for; None where nothing makes one."""
    program, cert, key = shutil.which("openssl"), folder / "cert.pem", folder / "key.pem"
    if program is None:
        return None
    asked = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=t"
    names = ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(cert)]
    subprocess.run([program, *asked.split(), *names], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    return cert, context


@contextmanager
def silent_server() -> Iterator[int]:
    """The port of a server that takes connections and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening.getsockname()[1]


def closed_port() -> int:
    """A port at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port
