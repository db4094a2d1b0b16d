"""A ClamAV daemon of our own with one signature: of a harmless text that no real file holds."""

from __future__ import annotations

import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HARMLESS = b"QUYTRINH-HARMLESS-TEST-VIRUS-7f3a91"
NAME = "Harmless.Test"

PATIENCE_SECONDS = 30


def program() -> str | None:
    """Debian puts it where only administrators look."""
    return shutil.which("clamd") or shutil.which("clamd", path="/usr/sbin:/usr/local/sbin")


def no_clamd() -> str | None:
    """Why there is no daemon to be had; None when there is."""
    return None if program() else "no clamd on PATH (Debian: clamav-daemon)"


@contextmanager
def clamd(largest: str = "25M") -> Iterator[str]:
    """Its address, while the block runs. In a short folder: sockets have short names."""
    daemon_program = program()
    assert daemon_program
    with tempfile.TemporaryDirectory(prefix="clamd-") as name:
        folder = Path(name)
        database, place = folder / "db", folder / "clamd.sock"
        database.mkdir()
        (database / "own.ndb").write_text(f"{NAME}:0:*:{HARMLESS.hex()}\n")
        settings = folder / "clamd.conf"
        settings.write_text(
            f"LocalSocket {place}\nDatabaseDirectory {database}\nForeground yes\n"
            f"TemporaryDirectory {folder}\nStreamMaxLength {largest}\nMaxThreads 2\n"
            "ConcurrentDatabaseReload no\n"
        )
        daemon = subprocess.Popen(
            [daemon_program, "--config-file", str(settings)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        try:
            _wait_for(daemon, place)
            yield f"unix:{place}"
        finally:
            daemon.terminate()
            daemon.communicate(timeout=PATIENCE_SECONDS)


def _wait_for(daemon: subprocess.Popen[bytes], place: Path) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        with socket.socket(socket.AF_UNIX) as asking:
            try:
                asking.connect(str(place))
            except OSError:
                _refuse_if_ended(daemon)
            else:
                return
    raise AssertionError("clamd does not answer")


def _refuse_if_ended(daemon: subprocess.Popen[bytes]) -> None:
    try:
        daemon.wait(timeout=0.02)
    except subprocess.TimeoutExpired:
        return
    said = daemon.stderr.read().decode() if daemon.stderr else ""
    raise AssertionError(f"clamd did not start: {said}")
