"""Warnings stay with the version that somebody deployed in spite of them."""

from __future__ import annotations

from sqlalchemy import select

from engine.domain.messages import Message
from engine.persistence.tables import VersionRow
from engine.services import deploying
from tests.factories import World
from tests.services.test_catalogue import procedure
from tests.services.test_periods import DON

REASON = "Đã xem, chấp nhận."


def test_each_version_keeps_the_warnings_on_its_own_drawing(small_town: World) -> None:
    name, content = procedure("mot", "cv-ncc-xa")
    doubtful = content.replace(b"<bpmn:userTask ", b'<bpmn:userTask camunda:jobPriority="7" ', 1)
    files = [(name, doubtful), procedure("hai", "cv-ncc-xa"), DON]
    with small_town.act("vinh") as act:
        deploying.deploy(act, files, REASON)
    with small_town.act(write=False) as act:
        rows = {row.procedure_key: row for row in act.session.scalars(select(VersionRow))}
        told = {
            key: [str(Message.from_json(one["message"])) for one in rows[key].accepted]
            for key in ("mot", "hai")
        }
        for key in told:
            assert {one["severity"] for one in rows[key].accepted} <= {"warning"}
            assert {one["file"] for one in rows[key].accepted} <= {f"{key}.bpmn"}
            assert rows[key].reason == (REASON if told[key] else "")
    assert any("jobPriority" in sentence for sentence in told["mot"])
    assert not any("jobPriority" in sentence for sentence in told["hai"])


def test_a_version_without_warnings_keeps_neither_any_nor_a_reason(small_town: World) -> None:
    with small_town.act(write=False) as act:
        (row,) = act.session.scalars(select(VersionRow))
    assert (row.accepted, row.reason) == ([], "")
