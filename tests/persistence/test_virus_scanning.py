"""Files scanned by a real ClamAV daemon; nothing is kept when it finds something, or is away."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.adapters.clamav import ClamAV
from engine.adapters.file_store import FolderFileStore
from engine.domain.errors import Infected, NotFound, ScannerDown
from engine.ports import UploadedFile
from tests.scans import pdf
from tests.virus_scanner import HARMLESS, NAME, clamd, no_clamd

CLEAN = UploadedFile("đơn.pdf", pdf())
INFECTED = UploadedFile("đơn.pdf", pdf() + HARMLESS)


@pytest.fixture(scope="module")
def daemon() -> Iterator[str]:
    reason = no_clamd()
    if reason:
        pytest.skip(reason)
    with clamd(largest="1M") as address:
        yield address


def test_a_clean_file_is_kept_and_said_to_be_clean(daemon: str, tmp_path: Path) -> None:
    store = FolderFileStore(tmp_path / "files", 2**20, ClamAV(daemon))
    kept = store.keep(CLEAN)
    assert (kept.scan, store.scan_of(kept.sha256)) == ("clean", "clean")
    assert store.read(kept.sha256) == CLEAN.content


def test_an_infected_file_is_refused_by_name_and_not_kept(daemon: str, tmp_path: Path) -> None:
    store = FolderFileStore(tmp_path / "files", 2**20, ClamAV(daemon))
    with pytest.raises(Infected) as refused:
        store.keep(INFECTED)
    assert refused.value.infection == f"{NAME}.UNOFFICIAL"
    assert "“đơn.pdf” bị nhiễm vi-rút" in str(refused.value)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_what_is_in_many_pieces_is_scanned_whole(daemon: str) -> None:
    content = bytes(128 * 1024 - 10) + HARMLESS + bytes(300_000)
    assert ClamAV(daemon).infection(content) == f"{NAME}.UNOFFICIAL"
    assert ClamAV(daemon).infection(bytes(400_000)) is None


def test_a_file_larger_than_the_scanner_takes_is_not_kept_unscanned(daemon: str) -> None:
    with pytest.raises(ScannerDown, match="không nhận tệp lớn như vậy"):
        ClamAV(daemon).infection(bytes(3 * 2**20))


def test_a_file_kept_before_there_was_a_scanner_is_scanned_when_used_again(
    daemon: str, tmp_path: Path
) -> None:
    before = FolderFileStore(tmp_path / "files", 2**20)
    assert before.keep(INFECTED).scan == ""
    with pytest.raises(Infected):
        FolderFileStore(tmp_path / "files", 2**20, ClamAV(daemon)).keep(INFECTED)


def test_while_the_scanner_is_away_nothing_is_kept_but_what_was_scanned(
    daemon: str, tmp_path: Path
) -> None:
    FolderFileStore(tmp_path / "files", 2**20, ClamAV(daemon)).check(CLEAN)
    away = FolderFileStore(tmp_path / "files", 2**20, ClamAV(f"unix:{tmp_path}/nobody"))
    assert away.keep(CLEAN).scan == "clean", "scanned at the edge, kept within the act"
    other = UploadedFile("khác.pdf", pdf(2))
    with pytest.raises(ScannerDown, match="Hãy thử lại sau"):
        away.keep(other)
    with pytest.raises(NotFound):
        away.read("0" * 64)
    assert len([path for path in (tmp_path / "files").rglob("*") if path.is_file()]) == 1


@pytest.mark.parametrize("answer", [b"", b"nonsense\0", b"stream: ERROR\0", b"x" * 9000])
def test_an_answer_that_says_nothing_counts_as_none(answer: bytes) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def speak() -> None:
            connection, _ = listening.accept()
            with connection:
                while not connection.recv(65536).endswith(bytes(4)):
                    pass
                connection.sendall(answer)

        speaking = threading.Thread(target=speak)
        speaking.start()
        with pytest.raises(ScannerDown):
            ClamAV(f"tcp://127.0.0.1:{listening.getsockname()[1]}").infection(b"x")
        speaking.join()
