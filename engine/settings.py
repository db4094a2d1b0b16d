"""Everything that may differ between installations, read from the environment once."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from engine import spellings
from engine.domain.errors import Misuse
from engine.domain.mail import QuietHours
from engine.domain.messages import Message, say
from engine.domain.working_calendar import DEFAULT_SHIFTS, Shift

T = TypeVar("T")

PREFIX = "QUYTRINH_"

#: Signs cookies in demo mode; production refuses it, it is public.
DEMO_SECRET = "demo-secret-known-to-everybody-never-in-production"  # noqa: S105

SECRET_LENGTH = 32

#: At night and on days off no mail leaves, unless QUIET_HOURS says otherwise.
NIGHT: QuietHours | None = QuietHours(time(18), time(7))


class Mode(StrEnum):
    DEMO = "demo"
    PRODUCTION = "production"


class LogStyle(StrEnum):
    TEXT = "text"
    JSON = "json"


class SettingsRefused(Misuse):
    """Settings that cannot be meant; `problems` holds a sentence for each."""

    def __init__(self, problems: tuple[Message, ...]) -> None:
        self.problems = problems
        super().__init__(
            say("Cấu hình chưa đúng:\n%(problems)s", problems="\n".join(map(str, problems)))
        )


@dataclass(frozen=True)
class Settings:
    """What an installation is. Variables are named after the fields: QUYTRINH_DATA_DIR, …"""

    mode: Mode = Mode.DEMO
    data_dir: Path = Path("var")  # the embedded database, uploaded files
    database_url: str = field(default="sqlite:///var/quytrinh.sqlite3", repr=False)
    secret_key: str = field(default=DEMO_SECRET, repr=False)  # production: 32 characters or more
    host: str = "127.0.0.1"
    port: int = 8000
    threads: int = 8  # of the web server
    trusted_proxy: str = ""  # address of the reverse proxy whose word on the visitor is believed
    shifts: tuple[Shift, ...] = DEFAULT_SHIFTS  # "07:30-11:30 13:00-17:00"
    max_upload_mb: int = 20  # of one file
    session_hours: int = 12  # a sign-in ends after so long
    worker_seconds: int = 30  # the worker looks at least so often
    smtp_url: str = field(default="", repr=False)  # smtp(s)://[user:password@]host[:port]
    mail_from: str = ""  # whom mails come from: an address, or “name <address>”
    site_url: str = ""  # where people reach the pages: links in mails, QR codes on receipts
    quiet_hours: QuietHours | None = NIGHT  # "18:00-07:00"; “không”: none
    digest_at: time = time(7, 15)  # the morning digest, local, on working days
    sign_pkcs11: Path | None = None  # library of the device that holds signing keys
    sign_token: str = ""  # label of its token
    sign_pin: str = field(default="", repr=False)
    trust_dir: Path | None = None  # PEM files: roots whose digital signatures are trusted
    log: LogStyle = LogStyle.TEXT  # lines for people, or JSON for whatever gathers them
    metrics: str = field(default="", repr=False)  # what opens /metrics; "": no such page
    clamav: str = ""  # virus scanner: unix:/run/clamav/clamd.ctl or tcp://host:3310

    @property
    def site(self) -> str:
        """The beginning of links in mails and QR codes, without a slash at the end."""
        return self.site_url or f"http://{self.host}:{self.port}"

    @property
    def files_dir(self) -> Path:
        return self.data_dir / "files"

    @property
    def uploads_dir(self) -> Path:
        """Files on their way in."""
        return self.data_dir / "uploads"

    @property
    def previews_dir(self) -> Path:
        """Drawn pages of files; they can be thrown away at any time."""
        return self.data_dir / "previews"

    @property
    def keys_dir(self) -> Path:
        """Software keys of signers, encrypted; and the root of the demo's own authority."""
        return self.data_dir / "keys"

    def trusted_dirs(self) -> list[Path]:
        """Folders of roots whose signatures are trusted; a demo trusts its own authority too."""
        return [*([self.trust_dir] if self.trust_dir else []), *([self.keys_dir] * self.demo)]

    @property
    def max_upload(self) -> int:
        """Bytes."""
        return self.max_upload_mb * 2**20

    @property
    def session_length(self) -> timedelta:
        return timedelta(hours=self.session_hours)

    @property
    def production(self) -> bool:
        return self.mode is Mode.PRODUCTION

    @property
    def demo(self) -> bool:
        return self.mode is Mode.DEMO

    @classmethod
    def of_this_process(cls) -> Settings:
        """The settings that this process was started with. Raises SettingsRefused."""
        return cls.from_environment(os.environ)

    @classmethod
    def from_environment(cls, env: Mapping[str, str]) -> Settings:
        """The settings that `env` asks for. Raises SettingsRefused with all problems at once."""
        reading = _Reading(env)
        mode = reading.value("MODE", Mode, Mode.DEMO, "demo hoặc production")
        data_dir = reading.value("DATA_DIR", Path, Path("var"), "một thư mục")
        settings = cls(
            mode=mode,
            data_dir=data_dir,
            database_url=reading.value(
                "DATABASE_URL",
                spellings.database_url,
                f"sqlite:///{data_dir / 'quytrinh.sqlite3'}",
                "sqlite:///TỆP hoặc postgresql+psycopg://NGƯỜI:MẬT_KHẨU@MÁY/CSDL",
                secret=True,
            ),
            secret_key=reading.value("SECRET_KEY", str, DEMO_SECRET, "một chuỗi bí mật"),
            host=reading.value("HOST", str, "127.0.0.1", "một địa chỉ"),
            port=reading.whole("PORT", 8000, 0, 65535),
            threads=reading.whole("THREADS", 8, 1, 256),
            trusted_proxy=reading.value("TRUSTED_PROXY", str, "", "một địa chỉ"),
            shifts=reading.value(
                "SHIFTS", spellings.shifts, DEFAULT_SHIFTS, "“07:30-11:30 13:00-17:00”"
            ),
            max_upload_mb=reading.whole("MAX_UPLOAD_MB", 20, 1, 500),
            session_hours=reading.whole("SESSION_HOURS", 12, 1, 24 * 30),
            worker_seconds=reading.whole("WORKER_SECONDS", 30, 1, 3600),
            smtp_url=reading.value(
                "SMTP_URL",
                spellings.smtp_url,
                "",
                "smtp://NGƯỜI:MẬT_KHẨU@MÁY:587 hoặc smtps://NGƯỜI:MẬT_KHẨU@MÁY:465",
                secret=True,
            ),
            mail_from=reading.value(
                "MAIL_FROM", spellings.sender, "", "một địa chỉ thư, hoặc “Tên <địa chỉ>”"
            ),
            site_url=reading.value(
                "SITE_URL",
                spellings.site_url,
                "",
                "địa chỉ của trang, như https://quytrinh.lamson.gov.vn",
            ),
            quiet_hours=reading.value(
                "QUIET_HOURS",
                spellings.quiet_hours,
                NIGHT,
                "hai giờ khác nhau như “18:00-07:00”, hoặc “không”",
            ),
            digest_at=reading.value(
                "DIGEST_AT", spellings.clock_time, time(7, 15), "một giờ như “07:15”"
            ),
            clamav=reading.value(
                "CLAMAV", spellings.scanner, "", "unix:/run/clamav/clamd.ctl hoặc tcp://MÁY:3310"
            ),
            sign_pkcs11=reading.value(
                "SIGN_PKCS11",
                spellings.library,
                None,
                "tệp thư viện PKCS#11 có trên máy này, như /usr/lib/softhsm/libsofthsm2.so",
            ),
            sign_token=reading.value("SIGN_TOKEN", str, "", "nhãn của thiết bị ký"),
            sign_pin=reading.value("SIGN_PIN", str, "", "mã PIN", secret=True),
            trust_dir=reading.value(
                "TRUST_DIR",
                spellings.certificates,
                None,
                "một thư mục có ít nhất một tệp chứng thư gốc dạng PEM (*.pem)",
            ),
            log=reading.value("LOG", LogStyle, LogStyle.TEXT, "text hoặc json"),
            metrics=reading.value(
                "METRICS",
                spellings.metrics,
                "",
                f"một khóa ít nhất {spellings.METRICS_LENGTH} ký tự, hoặc “không”",
                secret=True,
            ),
        )
        reading.check_mail(settings)
        reading.check_signing(settings)
        reading.check(settings)
        return settings


def environment_with(**more: str) -> dict[str, str]:
    """The environment for a program that is started from here, with what only it shall know."""
    return {**os.environ, **more}


def shared_metrics_dir() -> str | None:
    """Where processes that serve together keep what they count (prometheus-client's own name)."""
    return os.environ.get("PROMETHEUS_MULTIPROC_DIR") or None


class _Reading:
    """Reads variables one by one and gathers what is wrong with them."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._env = env
        self._problems: list[Message] = []

    def value(
        self,
        name: str,
        parse: Callable[[str], T],
        default: T,
        wanted: str,
        *,
        secret: bool = False,
    ) -> T:
        """The variable through `parse` (ValueError: refused); unset or empty is the default.

        What may hold a password (`secret`) is not repeated: refusals end in logs and on screens.
        """
        text = self._env.get(PREFIX + name, "").strip()
        if not text:
            return default
        try:
            return parse(text)
        except ValueError:
            if secret:
                problem = say(
                    "%(name)s phải là %(wanted)s. Giá trị đã đặt không được nhắc lại ở đây vì có "
                    "thể chứa mật khẩu.",
                    name=PREFIX + name,
                    wanted=wanted,
                )
            else:
                problem = say(
                    "%(name)s phải là %(wanted)s, không phải “%(text)s”.",
                    name=PREFIX + name,
                    wanted=wanted,
                    text=text,
                )
            self._problems.append(problem)
            return default

    def whole(self, name: str, default: int, lowest: int, highest: int) -> int:
        def parse(text: str) -> int:
            number = int(text)
            if not lowest <= number <= highest:
                raise ValueError(text)
            return number

        return self.value(name, parse, default, f"số nguyên từ {lowest} đến {highest}")

    def check_mail(self, settings: Settings) -> None:
        """Settings of mail that make no sense together."""
        if settings.smtp_url:
            for name, given in (("MAIL_FROM", settings.mail_from), ("SITE_URL", settings.site_url)):
                if not given and not self._env.get(PREFIX + name, "").strip():
                    self._problems.append(
                        say(
                            "%(name)s phải được đặt khi có QUYTRINH_SMTP_URL: thư cần người gửi và "
                            "đường dẫn mở được.",
                            name=PREFIX + name,
                        )
                    )
        quiet = settings.quiet_hours
        if quiet is None:
            return
        if quiet.covers(settings.digest_at):
            self._problems.append(
                say(
                    "QUYTRINH_DIGEST_AT (%(at)s) nằm trong giờ yên tĩnh QUYTRINH_QUIET_HOURS "
                    "(%(quiet)s): bản tin sáng sẽ không bao giờ được gửi. Hãy đổi một trong hai.",
                    at=f"{settings.digest_at:%H:%M}",
                    quiet=str(quiet),
                )
            )
        if all(
            quiet.covers(shift.starts) and quiet.covers(spellings.last(shift))
            for shift in settings.shifts
        ):
            self._problems.append(
                say(
                    "QUYTRINH_QUIET_HOURS (%(quiet)s) phủ hết giờ làm việc: thư sẽ không đến trong "
                    "giờ làm việc. Hãy đặt ngoài giờ làm việc, như 18:00-07:00.",
                    quiet=str(quiet),
                )
            )

    def check_signing(self, settings: Settings) -> None:
        """A device for signing needs its library, its token's label and its PIN, or nothing."""
        given = {
            "SIGN_PKCS11": settings.sign_pkcs11,
            "SIGN_TOKEN": settings.sign_token,
            "SIGN_PIN": settings.sign_pin,
        }
        if not any(given.values()):
            return
        for name, value in given.items():
            if not value and not self._env.get(PREFIX + name, "").strip():
                self._problems.append(
                    say(
                        "%(name)s phải được đặt: ký số bằng thiết bị cần đủ QUYTRINH_SIGN_PKCS11, "
                        "QUYTRINH_SIGN_TOKEN và QUYTRINH_SIGN_PIN.",
                        name=PREFIX + name,
                    )
                )

    def check(self, settings: Settings) -> None:
        """What concerns several settings at once; then raises if anything was wrong."""
        fields = {name.upper() for name in Settings.__dataclass_fields__}
        for name in sorted(self._env):
            # Tests have variables of their own.
            known = name.removeprefix(PREFIX) in fields or name.startswith(PREFIX + "TEST_")
            if name.startswith(PREFIX) and not known:
                self._problems.append(say("Không có cấu hình nào tên là %(name)s.", name=name))
        if settings.production and (
            settings.secret_key == DEMO_SECRET or len(settings.secret_key) < SECRET_LENGTH
        ):
            self._problems.append(
                say(
                    "%(name)s phải được đặt riêng, dài ít nhất %(length)s ký tự, khi chạy thật.",
                    name=PREFIX + "SECRET_KEY",
                    length=SECRET_LENGTH,
                )
            )
        without_site = not settings.site_url and not self._env.get(PREFIX + "SITE_URL", "").strip()
        if settings.production and without_site and not settings.smtp_url:  # mail has asked already
            self._problems.append(
                say(
                    "%(name)s phải được đặt khi chạy thật: mã QR trên giấy hẹn dẫn người dân tới "
                    "địa chỉ đó để tra cứu. Ví dụ: https://quytrinh.lamson.gov.vn.",
                    name=PREFIX + "SITE_URL",
                )
            )
        if self._problems:
            raise SettingsRefused(tuple(self._problems))
