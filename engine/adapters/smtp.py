"""Handing mails to a mail server over SMTP, with the standard library."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.charset import QP, Charset
from email.header import Header
from email.mime.text import MIMEText
from email.policy import compat32
from email.utils import format_datetime, formataddr, parseaddr
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

from engine.domain.clock import local
from engine.domain.errors import MailPutOff, MailRefused, MailServerDown
from engine.domain.mail import is_address
from engine.domain.messages import Message, say
from engine.ports import Mail

#: How long one answer of the server may take, in seconds. A mail needs about eight of them, so
#: that even the slowest one ends long before it counts as abandoned (services.mailing).
TIMEOUT = 20

#: What servers answer when they close: about no mail in particular.
CLOSING = 421

PERMANENT = 500


@dataclass(frozen=True)
class SmtpMailer:
    """Sends through `smtp://user:password@host:port` (STARTTLS where offered) or `smtps://…`."""

    url: str
    sender: str  # an address, or “name <address>”
    timeout: float = TIMEOUT

    #: What is sent goes out.
    leaves = True

    @contextmanager
    def opened(self) -> Iterator[Callable[[Mail], None]]:
        """Raises MailServerDown: no answer, no safe way to sign in, sign-in refused."""
        try:
            server = self._connected()
        except (OSError, smtplib.SMTPException) as error:
            raise MailServerDown(_no_server(error)) from error
        try:
            yield lambda mail: self._send(server, mail)
            with suppress(OSError, smtplib.SMTPException):  # what was accepted stays accepted
                server.quit()
        finally:
            server.close()

    def _connected(self) -> smtplib.SMTP:
        """Greeted, over TLS where offered, signed in where the address says as whom."""
        parts = urlsplit(self.url)
        host = parts.hostname or ""
        tls = ssl.create_default_context()
        name = self._address().rpartition("@")[2]  # asking the machine for its own may take long
        if parts.scheme == "smtps":
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                host,
                parts.port or smtplib.SMTP_SSL_PORT,
                local_hostname=name,
                timeout=self.timeout,
                context=tls,
            )
        else:
            server = smtplib.SMTP(
                host, parts.port or smtplib.SMTP_PORT, local_hostname=name, timeout=self.timeout
            )
        try:
            server.ehlo_or_helo_if_needed()
            safe = parts.scheme == "smtps" or _is_this_machine(host)
            if parts.scheme == "smtp" and server.has_extn("starttls"):
                server.starttls(context=tls)
                server.ehlo()
                safe = True
            if parts.username:
                if not safe:
                    raise MailServerDown(
                        say(
                            "Máy chủ thư không có TLS nên mật khẩu không được gửi đi. Hãy dùng "
                            "smtps:// hoặc máy chủ có STARTTLS."
                        )
                    )
                server.login(unquote(parts.username), unquote(parts.password or ""))
        except BaseException:
            server.close()
            raise
        return server

    def _send(self, server: smtplib.SMTP, mail: Mail) -> None:
        """Raises MailRefused, MailPutOff or MailServerDown."""
        message = self._message(mail)
        try:
            server.sendmail(self._address(), [mail.address], message)
        except smtplib.SMTPRecipientsRefused as refused:
            _after_answer(server, *refused.recipients[mail.address])
        except smtplib.SMTPSenderRefused as refused:
            # Whom mails come from is the same for all of them: no mail is to blame.
            raise MailServerDown(_answered(refused.smtp_code, refused.smtp_error)) from refused
        except smtplib.SMTPResponseException as refused:
            _after_answer(server, refused.smtp_code, refused.smtp_error)
        except (OSError, smtplib.SMTPException) as error:
            raise MailServerDown(_no_server(error)) from error

    def _message(self, mail: Mail) -> bytes:
        """Raises MailRefused for what is no mail.

        With the older of Python's two interfaces: some versions of the newer one lose blanks
        between Vietnamese words where they fold a subject.
        """
        if not is_address(mail.address):
            raise MailRefused(say("“%(address)s” không phải là địa chỉ thư.", address=mail.address))
        words = Charset("utf-8")
        words.body_encoding = QP
        message = MIMEText(mail.body, "plain", words)  # type: ignore[arg-type]
        message["From"] = formataddr(parseaddr(self.sender))
        message["To"] = mail.address
        subject = " ".join(mail.subject.split())
        message["Subject"] = Header(  # type: ignore[assignment]
            subject, "utf-8", header_name="Subject"
        )
        message["Date"] = format_datetime(local(mail.written_at))
        message["Message-ID"] = f"<{mail.message_id}>"
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody on holiday answers this
        message["X-Auto-Response-Suppress"] = "All"  # the same for Exchange
        return message.as_bytes(policy=compat32.clone(linesep="\r\n"))

    def _address(self) -> str:
        return parseaddr(self.sender)[1]


def _after_answer(server: smtplib.SMTP, code: int, text: bytes | str) -> None:
    """Raises what an answer of the server means for the mail that it answers."""
    said = _answered(code, text)
    if code == CLOSING or code < 0 or server.sock is None:
        raise MailServerDown(said)
    raise MailRefused(said) if code >= PERMANENT else MailPutOff(said)


def _answered(code: int, text: bytes | str) -> Message:
    words = text.decode("utf-8", "replace") if isinstance(text, bytes) else text
    return say("Máy chủ thư trả lời: %(code)s %(words)s", code=code, words=" ".join(words.split()))


def _no_server(error: Exception) -> Message:
    """Never the address: it may hold the password."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return say("Máy chủ thư từ chối tên hoặc mật khẩu trong QUYTRINH_SMTP_URL.")
    if isinstance(error, smtplib.SMTPResponseException):
        return _answered(error.smtp_code, error.smtp_error)
    if isinstance(error, TimeoutError):
        return say("Máy chủ thư không trả lời kịp.")
    if isinstance(error, ssl.SSLError):
        return say("Không lập được kết nối an toàn với máy chủ thư: %(why)s", why=error.reason)
    return say("Không nối được với máy chủ thư: %(why)s", why=error)


def _is_this_machine(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
