"""Uploads as the engine takes them: whose they are, what counts after a cut, what expires."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from engine import worker
from engine.adapters.file_store import FolderFileStore
from engine.domain.errors import (
    Infected,
    Misuse,
    NotFound,
    ScannerDown,
    TooLarge,
    UploadBusy,
    UploadMoved,
)
from engine.persistence.tables import UploadRow
from engine.services import uploading
from engine.services.act import Application
from tests.factories import World
from tests.scans import pdf, photo

PDF = pdf(3)


class Scripted:
    """A scanner that says what the test wants; real ones are asked in test_virus_scanning."""

    def __init__(self) -> None:
        self.down, self.found = False, ""

    def infection(self, _content: bytes) -> str | None:
        if self.down:
            raise ScannerDown()
        return self.found or None


def begin(world: World, size: int = len(PDF), who: str = "hoa", name: str = "đơn.pdf") -> str:
    with world.act(who) as act:
        return uploading.begin(act, name, size).key


def row(world: World, key: str) -> UploadRow | None:
    with world.act(write=False) as act:
        return act.session.get(UploadRow, key)


def lying(world: World) -> frozenset[str]:
    return world.app.ports.incoming.keys()


def scanned(world: World, scanner: Scripted) -> Application:
    files = FolderFileStore(world.app.settings.files_dir, 2**20, scanner)
    return replace(world.app, ports=replace(world.app.ports, files=files))


def test_what_came_before_the_line_was_cut_counts(town: World) -> None:
    hoa, key = town.users["hoa"], begin(town)
    assert uploading.receive(town.app, hoa, key, 0, [PDF[:100], PDF[100:150]]).received == 150

    def cut() -> Iterator[bytes]:
        yield PDF[150:200]
        raise RuntimeError("the server was stopped")

    with pytest.raises(RuntimeError, match="stopped"):
        uploading.receive(town.app, hoa, key, 150, cut())
    found = row(town, key)
    assert found is not None
    assert found.received == 150, "bytes that nobody counted are sent again"
    whole = uploading.receive(town.app, hoa, key, 150, [PDF[150:]])
    assert whole.received == len(PDF)
    with town.act("hoa", write=False) as act:
        upload = uploading.uploads(act, [key])[key]
    assert upload.kept is not None
    assert town.app.ports.files.read(upload.kept.sha256) == PDF
    assert lying(town) == frozenset()


def test_an_upload_is_its_owners_alone(small_town: World) -> None:
    key = begin(small_town)
    uploading.receive(small_town.app, small_town.users["hoa"], key, 0, [PDF])
    with small_town.act("hanh") as act:
        assert uploading.uploads(act, [key]) == {}
        with pytest.raises(NotFound):
            uploading.standing(act, key)
        with pytest.raises(NotFound):
            uploading.drop(act, key)
    with pytest.raises(NotFound):
        uploading.join(small_town.app, small_town.users["hanh"], [(key, 0)], "x")


def test_a_piece_that_is_too_long_or_elsewhere_counts_for_nothing(small_town: World) -> None:
    hoa, key = small_town.users["hoa"], begin(small_town)
    uploading.receive(small_town.app, hoa, key, 0, [PDF[:100]])
    for offset in (0, 99, 101, len(PDF)):
        with pytest.raises(UploadMoved):
            uploading.receive(small_town.app, hoa, key, offset, [b"x"])
    with pytest.raises(TooLarge):
        uploading.receive(small_town.app, hoa, key, 100, [PDF[100:], b"one too many"])
    assert uploading.receive(small_town.app, hoa, key, 100, [PDF[100:]]).received == len(PDF)


def test_two_requests_do_not_write_the_same_upload_at_once(small_town: World) -> None:
    hoa, key = small_town.users["hoa"], begin(small_town)

    def meanwhile() -> Iterator[bytes]:
        yield PDF[:10]
        with pytest.raises(UploadBusy):
            uploading.receive(small_town.app, hoa, key, 0, [PDF])
        yield PDF[10:20]

    assert uploading.receive(small_town.app, hoa, key, 0, meanwhile()).received == 20


def test_an_upload_whose_bytes_were_lost_begins_again_where_they_end(small_town: World) -> None:
    hoa, key = small_town.users["hoa"], begin(small_town)
    uploading.receive(small_town.app, hoa, key, 0, [PDF[:100]])
    small_town.app.ports.incoming.drop(key)
    with pytest.raises(UploadMoved):
        uploading.receive(small_town.app, hoa, key, 100, [PDF[100:]])
    with small_town.act("hoa", write=False) as act:
        assert uploading.standing(act, key).received == 0
    assert uploading.receive(small_town.app, hoa, key, 0, [PDF]).received == len(PDF)


def test_while_the_scanner_is_down_the_last_piece_is_waited_for(small_town: World) -> None:
    scanner = Scripted()
    app, hoa, key = scanned(small_town, scanner), small_town.users["hoa"], begin(small_town)
    uploading.receive(app, hoa, key, 0, [PDF[:100]])
    scanner.down = True
    with pytest.raises(ScannerDown):
        uploading.receive(app, hoa, key, 100, [PDF[100:]])
    found = row(small_town, key)
    assert found is not None
    assert (found.received, found.sha256) == (100, None)
    scanner.down = False
    uploading.receive(app, hoa, key, 100, [PDF[100:]])
    with app.act(hoa, write=False) as act:
        upload = uploading.uploads(act, [key])[key]
    assert upload.kept is not None
    assert upload.kept.scan == "clean"


def test_an_infected_upload_is_gone_at_once(small_town: World) -> None:
    scanner = Scripted()
    app, hoa, key = scanned(small_town, scanner), small_town.users["hoa"], begin(small_town)
    scanner.found = "Eicar"
    with pytest.raises(Infected):
        uploading.receive(app, hoa, key, 0, [PDF])
    assert row(small_town, key) is None
    assert lying(small_town) == frozenset()
    assert not small_town.app.settings.files_dir.exists()


def test_after_a_day_the_worker_clears_away_what_nobody_sent_on(town: World) -> None:
    hoa = town.users["hoa"]
    old = begin(town)
    uploading.receive(town.app, hoa, old, 0, [PDF[:100]])
    town.clock.advance(timedelta(hours=12))
    young = begin(town)
    uploading.receive(town.app, hoa, young, 0, [PDF[:100]])
    assert uploading.expire_round in worker.ROUNDS
    with town.act(write=False) as act:
        ends = {one.key: one.expires_at for one in act.session.scalars(select(UploadRow))}
    assert uploading.expire_round(town.app) == ends[old]
    assert lying(town) == {old, young}
    town.clock.advance(timedelta(hours=12))
    with pytest.raises(NotFound):
        uploading.receive(town.app, hoa, old, 100, [PDF[100:]])
    assert uploading.expire_round(town.app) == ends[young]
    assert row(town, old) is None
    assert lying(town) == {young}


def test_bytes_without_an_upload_are_cleared_away(small_town: World) -> None:
    with small_town.app.ports.incoming.taken("nobody-knows-this-key") as partial:
        partial.add(b"left over")
    uploading.expire_round(small_town.app)
    assert lying(small_town) == frozenset()


def test_only_ones_own_whole_photos_are_joined(small_town: World) -> None:
    app, hoa = small_town.app, small_town.users["hoa"]
    picture = photo()
    first = begin(small_town, len(picture), name="1.jpg")
    uploading.receive(app, hoa, first, 0, [picture])
    half = begin(small_town, len(picture), name="2.jpg")
    uploading.receive(app, hoa, half, 0, [picture[:50]])
    paper = begin(small_town)
    uploading.receive(app, hoa, paper, 0, [PDF])
    with pytest.raises(NotFound, match="Hãy chọn lại ảnh"):
        uploading.join(app, hoa, [(first, 0), (half, 0)], "Ảnh")
    with pytest.raises(Misuse, match="không phải ảnh"):
        uploading.join(app, hoa, [(first, 0), (paper, 0)], "Ảnh")
    with pytest.raises(Misuse, match="từ 1 đến 40"):
        uploading.join(app, hoa, [(first, 0)] * 41, "Ảnh")
    joined = uploading.join(app, hoa, [(first, 0), (first, 2)], "Ảnh")
    assert (joined.filename, joined.media_type) == ("Ảnh.pdf", "application/pdf")
