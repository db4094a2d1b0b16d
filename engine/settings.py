"""Everything that may differ between installations, read from the environment once."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

from engine.domain.errors import Misuse
from engine.domain.messages import Message, say
from engine.domain.working_calendar import DEFAULT_SHIFTS, Shift

T = TypeVar("T")

PREFIX = "QUYTRINH_"

#: Signs cookies in demo mode; production refuses it, it is public.
DEMO_SECRET = "demo-secret-known-to-everybody-never-in-production"  # noqa: S105

SECRET_LENGTH = 32

BACKENDS = ("sqlite", "postgresql+psycopg")


class Mode(StrEnum):
    DEMO = "demo"
    PRODUCTION = "production"


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
    database_url: str = "sqlite:///var/quytrinh.sqlite3"
    secret_key: str = DEMO_SECRET  # at least 32 characters in production
    host: str = "127.0.0.1"
    port: int = 8000
    threads: int = 8  # of the web server
    trusted_proxy: str = ""  # address of the reverse proxy whose word on the visitor is believed
    shifts: tuple[Shift, ...] = DEFAULT_SHIFTS  # "07:30-11:30 13:00-17:00"
    max_upload_mb: int = 20  # of one file
    session_hours: int = 12  # a sign-in ends after so long
    worker_seconds: int = 30  # the worker looks at least so often

    @property
    def files_dir(self) -> Path:
        return self.data_dir / "files"

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
                _database_url,
                f"sqlite:///{data_dir / 'quytrinh.sqlite3'}",
                "sqlite:///TỆP hoặc postgresql+psycopg://NGƯỜI:MẬT_KHẨU@MÁY/CSDL",
            ),
            secret_key=reading.value("SECRET_KEY", str, DEMO_SECRET, "một chuỗi bí mật"),
            host=reading.value("HOST", str, "127.0.0.1", "một địa chỉ"),
            port=reading.whole("PORT", 8000, 0, 65535),
            threads=reading.whole("THREADS", 8, 1, 256),
            trusted_proxy=reading.value("TRUSTED_PROXY", str, "", "một địa chỉ"),
            shifts=reading.value("SHIFTS", _shifts, DEFAULT_SHIFTS, "“07:30-11:30 13:00-17:00”"),
            max_upload_mb=reading.whole("MAX_UPLOAD_MB", 20, 1, 500),
            session_hours=reading.whole("SESSION_HOURS", 12, 1, 24 * 30),
            worker_seconds=reading.whole("WORKER_SECONDS", 30, 1, 3600),
        )
        reading.check(settings)
        return settings


class _Reading:
    """Reads variables one by one and gathers what is wrong with them."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._env = env
        self._problems: list[Message] = []

    def value(self, name: str, parse: Callable[[str], T], default: T, wanted: str) -> T:
        """The variable through `parse` (ValueError: refused); unset or empty is the default."""
        text = self._env.get(PREFIX + name, "").strip()
        if not text:
            return default
        try:
            return parse(text)
        except ValueError:
            self._problems.append(
                say(
                    "%(name)s phải là %(wanted)s, không phải “%(text)s”.",
                    name=PREFIX + name,
                    wanted=wanted,
                    text=text,
                )
            )
            return default

    def whole(self, name: str, default: int, lowest: int, highest: int) -> int:
        def parse(text: str) -> int:
            number = int(text)
            if not lowest <= number <= highest:
                raise ValueError(text)
            return number

        return self.value(name, parse, default, f"số nguyên từ {lowest} đến {highest}")

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
        if self._problems:
            raise SettingsRefused(tuple(self._problems))


def _database_url(text: str) -> str:
    scheme = urlsplit(text).scheme
    if scheme not in BACKENDS:
        raise ValueError(text)
    return text


def _shifts(text: str) -> tuple[Shift, ...]:
    shifts = tuple(_shift(part) for part in text.split())
    for earlier, later in pairwise(shifts):
        if later.starts < earlier.ends:
            raise ValueError(text)
    return shifts


def _shift(text: str) -> Shift:
    starts, separator, ends = text.partition("-")
    shift = Shift(time.fromisoformat(starts), time.fromisoformat(ends))
    if not separator or shift.ends <= shift.starts:
        raise ValueError(text)
    return shift
