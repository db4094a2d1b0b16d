"""`quytrinh start` as `scripts/run` calls it: real processes, real signals."""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic
from typing import Any
from urllib.request import urlopen

import pytest

SECONDS = 60


@contextmanager
def started(folder: Path, *options: str, port: int = 0) -> Iterator[tuple[Any, dict[str, Any]]]:
    """A running product: its process, and what it said once it was ready."""
    port = port or free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "web.cli", "start", "--json", "--port", str(port), *options],
        env={"PATH": os.environ["PATH"], "QUYTRINH_DATA_DIR": str(folder)},  # noqa: TID251
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    watchdog = threading.Timer(SECONDS, process.kill)
    watchdog.start()
    try:
        assert process.stdout is not None
        yield process, json.loads(process.stdout.readline() or "{}")
    finally:
        watchdog.cancel()
        if process.poll() is None:
            process.terminate()
        process.communicate(timeout=SECONDS)


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def children(process: int) -> list[int]:
    """Processes that this one started (Linux)."""
    listed = Path(f"/proc/{process}/task/{process}/children")
    return [int(child) for child in listed.read_text().split()]


def wait_gone(process: int) -> None:
    """Returns once a process is no more. Fails after a while."""
    try:
        descriptor = os.pidfd_open(process)
    except ProcessLookupError:
        return
    ready, _, _ = select.select([descriptor], [], [], SECONDS)
    os.close(descriptor)
    assert ready, f"process {process} is still there"


def test_a_start_with_demo_data_answers_and_a_second_one_is_quick(tmp_path: Path) -> None:
    with started(tmp_path) as (process, ready):
        assert ready["accounts"]
        with urlopen(ready["address"]) as page:
            assert "Đăng nhập" in page.read().decode()
        process.terminate()
        assert process.wait(SECONDS) == 0
    before = monotonic()
    with started(tmp_path) as (_, ready):
        assert ready["address"]
        # The bound is 5 s on an idle machine; the suite shares its cores.
        assert monotonic() - before < 15


def test_a_term_stops_server_and_worker(tmp_path: Path) -> None:
    with started(tmp_path, "--no-demo") as (process, ready):
        assert ready["accounts"] == []
        (worker,) = children(process.pid)
        process.terminate()
        assert process.wait(SECONDS) == 0
        wait_gone(worker)


def test_a_killed_server_leaves_no_worker_behind(tmp_path: Path) -> None:
    with started(tmp_path, "--no-demo") as (process, _):
        (worker,) = children(process.pid)
        process.kill()
        process.wait(SECONDS)
        wait_gone(worker)


def test_a_killed_worker_is_started_again(tmp_path: Path) -> None:
    with started(tmp_path, "--no-demo") as (process, _):
        (worker,) = children(process.pid)
        os.kill(worker, signal.SIGKILL)
        assert process.stderr is not None
        said = next(line for line in process.stderr if "khởi động lại" in line)
        assert "-9" in said


def test_a_port_in_use_is_said_in_a_sentence(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = int(taken.getsockname()[1])
        with started(tmp_path, "--no-demo", port=port) as (process, said):
            assert process.wait(SECONDS) == 2
            assert str(port) in said["error"]


@pytest.mark.parametrize("command", ["worker", "serve"])
def test_settings_that_cannot_be_meant_are_named(tmp_path: Path, command: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "web.cli", command],
        env={"PATH": os.environ["PATH"], "QUYTRINH_PORT": "x", "QUYTRINH_MODE": "y"},  # noqa: TID251
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    assert done.returncode == 2
    assert "QUYTRINH_PORT" in done.stderr
    assert "QUYTRINH_MODE" in done.stderr
