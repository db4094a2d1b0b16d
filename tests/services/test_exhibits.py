"""Drawings are kept only to be looked at: whatever is BPMN, by analysts, for everybody to see."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.bpmn.findings import Severity
from engine.domain.errors import DrawingRefused, Misuse, NotFound, NotPermitted
from engine.persistence.tables import ExhibitRow, JournalRow
from engine.services import exhibits
from tests.factories import World

SAMPLES = Path(__file__).parents[1] / "interchange"
CHOREOGRAPHY = (SAMPLES / "phoi-hop.bpmn").read_bytes()


def put_up(town: World, title: str = "Phối hợp giám định", note: str = "") -> int:
    with town.act("vinh") as act:
        return exhibits.put_up(act, "phoi-hop.bpmn", CHOREOGRAPHY, title, note).id


def journalled(town: World) -> list[tuple[str, str]]:
    with town.act("vinh") as act:
        lines = act.session.query(JournalRow).filter(JournalRow.act.like("exhibit:%"))
        return [(line.act, line.facts["title"]) for line in lines.order_by(JournalRow.id)]


def test_what_could_never_be_deployed_is_kept_as_it_came(town: World) -> None:
    kept = put_up(town, "  Phối hợp\n giám định ", " Bản nháp của Sở ")
    with town.act("binh") as act:
        row = exhibits.exhibit(act, kept)
        assert (row.title, row.note) == ("Phối hợp giám định", "Bản nháp của Sở")
        assert row.content == CHOREOGRAPHY
        assert row.errors > 0
        assert row.kept_at == act.now
        assert [one.id for one in exhibits.listed(act)] == [kept]
        seen = exhibits.seen(row)
    assert [picture.name for picture in seen.pictures] == ["Phối hợp giám định", "Hội thoại"]


def test_only_analysts_keep_and_remove(town: World) -> None:
    kept = put_up(town)
    with pytest.raises(NotPermitted), town.act("binh") as act:
        exhibits.put_up(act, "x.bpmn", CHOREOGRAPHY, "Khác")
    with pytest.raises(NotPermitted), town.act("binh") as act:
        exhibits.take_down(act, kept)


def test_removing_leaves_the_name_in_the_journal_alone(town: World) -> None:
    kept = put_up(town)
    with town.act("vinh") as act:
        exhibits.take_down(act, kept)
    with pytest.raises(NotFound), town.act("vinh") as act:
        exhibits.exhibit(act, kept)
    with town.act("vinh") as act:
        assert act.session.query(ExhibitRow).count() == 0
    assert journalled(town) == [
        ("exhibit:kept", "Phối hợp giám định"),
        ("exhibit:removed", "Phối hợp giám định"),
    ]


def test_the_same_file_is_kept_once(town: World) -> None:
    put_up(town)
    with pytest.raises(Misuse, match="Phối hợp giám định"):
        put_up(town, "Tên khác")


def test_a_drawing_needs_a_name_and_must_be_bpmn(town: World) -> None:
    with pytest.raises(Misuse, match="đặt tên"):
        put_up(town, "  ")
    with pytest.raises(Misuse, match="tối đa"):
        put_up(town, "x" * 201)
    with pytest.raises(DrawingRefused), town.act("vinh") as act:
        exhibits.put_up(act, "x.bpmn", b"%PDF-1.7", "Tài liệu")
    assert journalled(town) == []


def test_analysts_see_what_stands_against_it_on_the_picture(town: World) -> None:
    kept = put_up(town)
    with town.act("vinh") as act:
        row = exhibits.exhibit(act, kept)
        found = exhibits.findings(act, row)
        assert Severity.ERROR in {one.severity for one in found}
        exhibits.seen(row, found)
    with pytest.raises(NotPermitted), town.act("binh") as act:
        exhibits.findings(act, exhibits.exhibit(act, kept))
