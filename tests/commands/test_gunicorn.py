"""The pages under gunicorn as the production guide starts them: real processes, real requests."""

from __future__ import annotations

import http.client
import json
import os
import queue
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.domain.errors import Misuse
from tests.commands.conftest import Quytrinh
from web import wsgi

HOUSE = Path(__file__).resolve().parents[2]
CONFIG = HOUSE / "docs" / "production" / "gunicorn.conf.py"
KEY = "the-key-of-the-machine-that-watches"
PATIENCE = 30


class Served:
    """gunicorn with two processes over an installation."""

    def __init__(self, folder: Path) -> None:
        (folder / "metrics").mkdir()
        environment = {
            **os.environ,  # noqa: TID251
            "QUYTRINH_DATA_DIR": str(folder),
            "QUYTRINH_DATABASE_URL": f"sqlite:///{folder / 'office.sqlite3'}",
            "QUYTRINH_MODE": "production",
            "QUYTRINH_SECRET_KEY": "a" * 40,
            "QUYTRINH_SITE_URL": "https://quytrinh.lamson.example",
            "QUYTRINH_TRUSTED_PROXY": "127.0.0.1",
            "QUYTRINH_METRICS": KEY,
            "QUYTRINH_LOG": "json",
            "PROMETHEUS_MULTIPROC_DIR": str(folder / "metrics"),
            "GUNICORN_BIND": "127.0.0.1:0",
            "WEB_CONCURRENCY": "2",
        }
        self.process = subprocess.Popen(
            [str(Path(sys.executable).with_name("gunicorn")), "--config", str(CONFIG)],
            cwd=HOUSE,
            env=environment,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.lines: list[str] = []
        self._come: queue.Queue[str | None] = queue.Queue()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        assert self.process.stderr
        for line in self.process.stderr:
            self.lines.append(line)
            self._come.put(line)
        self._come.put(None)

    def close(self) -> None:
        """All its processes: those that a killed one leaves behind go by themselves."""
        self.process.kill()
        self.process.wait()
        self._thread.join(PATIENCE)
        assert self.process.stderr
        self.process.stderr.close()

    def port(self) -> int:
        while line := self._come.get(timeout=PATIENCE):
            found = re.search(r"Listening at: http://127\.0\.0\.1:(\d+)", line)
            if found:
                return int(found[1])
        raise AssertionError("".join(self.lines))


@pytest.fixture
def served(quytrinh: Quytrinh, tmp_path: Path) -> Iterator[Served]:
    assert quytrinh("db", "upgrade").code == 0
    served = Served(tmp_path)
    yield served
    served.close()


def test_gunicorn_serves_behind_a_proxy_and_stops_when_told(served: Served) -> None:
    port = served.port()

    def get(path: str, **headers: str) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        connection.request(
            "GET", path, headers={k.replace("_", "-"): v for k, v in headers.items()}
        )
        answer = connection.getresponse()
        answer.body = answer.read().decode()  # type: ignore[attr-defined]
        connection.close()
        return answer

    assert json.loads(get("/healthz").body)["migrated"]  # type: ignore[attr-defined]
    given = {
        "X_Request_ID": "proxy-0123456789",
        "X_Forwarded_Proto": "https",
        "X_Forwarded_Host": "quytrinh.example.vn",
        "X_Forwarded_For": "203.0.113.7",
    }
    page = get("/", **given)
    assert page.status == 302
    assert page.headers["X-Request-ID"] == "proxy-0123456789"
    assert get("/dang-nhap", **given).status == 200
    for _ in range(6):  # whichever process answers, the figures are those of both
        get("/dang-nhap")
    figures = get("/metrics", Authorization=f"Bearer {KEY}").body  # type: ignore[attr-defined]
    assert (
        'quytrinh_http_requests_total{method="GET",route="/dang-nhap",status="200"} 7.0' in figures
    )
    assert "quytrinh_database_up 1.0" in figures
    served.process.send_signal(signal.SIGTERM)
    assert served.process.wait(timeout=PATIENCE) == 0
    told = [json.loads(line) for line in served.lines if line.startswith('{"')]
    [opened] = [line for line in told if line.get("request") == "proxy-0123456789"][:1]
    assert (opened["route"], opened["status"]) == ("/", 302)
    assert "Traceback" not in "".join(served.lines)


def test_nothing_is_served_over_no_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUYTRINH_DATA_DIR", str(tmp_path))
    with pytest.raises(Misuse, match="quytrinh db upgrade"):
        wsgi.application()


def test_what_anybody_else_says_of_the_visitor_is_not_looked_at() -> None:
    seen: list[dict[str, str]] = []

    def show(environ: dict[str, str], _start: object) -> list[bytes]:
        seen.append({name: environ.get(name, "") for name in ("REMOTE_ADDR", "HTTP_X_REQUEST_ID")})
        return []

    proxied = wsgi.TrustedProxy(show, "10.0.0.1")
    said = {"HTTP_X_FORWARDED_FOR": "203.0.113.7", "HTTP_X_REQUEST_ID": "proxy-0123456789"}
    for address in ("10.0.0.1", "10.0.0.2"):
        proxied({"REMOTE_ADDR": address, **said}, None)
    assert seen == [
        {"REMOTE_ADDR": "203.0.113.7", "HTTP_X_REQUEST_ID": "proxy-0123456789"},
        {"REMOTE_ADDR": "10.0.0.2", "HTTP_X_REQUEST_ID": ""},
    ]
