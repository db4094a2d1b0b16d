"""Files that were checked wait to be deployed, for their owner and for a while."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.domain.errors import Misuse, NotFound, NotPermitted
from engine.services import handed_in, uploading
from tests.factories import World

FILES = [("a.bpmn", b"\x00\n[]\xff"), ("b.form", b""), ("a.bpmn", "Bản vẽ".encode())]


def keep(town: World, who: str = "vinh") -> str:
    return handed_in.keep(town.app, town.users[who], FILES)


def test_they_come_back_byte_by_byte(small_town: World) -> None:
    key = keep(small_town)
    with small_town.act("vinh", write=False) as act:
        assert handed_in.kept(act, key) == FILES


def test_only_analysts_keep_any_and_only_their_own(small_town: World) -> None:
    with pytest.raises(NotPermitted):
        keep(small_town, "hoa")
    assert small_town.app.ports.incoming.keys() == frozenset()
    key = keep(small_town)
    with pytest.raises(NotPermitted), small_town.act("hoa", write=False) as act:
        handed_in.kept(act, key)
    with pytest.raises(NotFound), small_town.act("vinh", write=False) as act:
        handed_in.kept(act, "x" * 32)


def test_they_are_no_uploads_for_a_form(small_town: World) -> None:
    key = keep(small_town)
    with small_town.act("vinh", write=False) as act:
        assert uploading.uploads(act, {key}) == {}


def test_they_take_no_room_from_uploads_under_way(
    small_town: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploading, "MOST_UNDER_WAY", 1)
    keep(small_town)
    with small_town.act("vinh") as act:
        uploading.begin(act, "don.pdf", 10)
    with pytest.raises(Misuse), small_town.act("vinh") as act:
        uploading.begin(act, "to-khai.pdf", 10)


def test_they_go_when_deployed_and_when_their_time_is_over(small_town: World) -> None:
    key, other = keep(small_town), keep(small_town)
    with small_town.act("vinh") as act:
        handed_in.drop(act, key)
    assert small_town.app.ports.incoming.keys() == {other}
    small_town.clock.move_to(small_town.clock.now() + handed_in.LIFETIME - timedelta(seconds=1))
    uploading.expire_round(small_town.app)
    assert small_town.app.ports.incoming.keys() == {other}
    small_town.clock.move_to(small_town.clock.now() + timedelta(seconds=1))
    with pytest.raises(NotFound), small_town.act("vinh", write=False) as act:
        handed_in.kept(act, other)
    uploading.expire_round(small_town.app)
    assert small_town.app.ports.incoming.keys() == frozenset()
