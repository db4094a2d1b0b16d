"""Drawings with tables are deployed whole, or refused with the table, the gap and a remedy."""

from __future__ import annotations

import pytest

from engine.bootstrap import BPMN_DIR
from engine.bpmn.findings import Finding, Severity
from engine.domain.errors import DrawingRefused
from engine.persistence.versions import version_texts, versions
from engine.services import deploying
from tests.factories import World

D18 = BPMN_DIR / "liet-si" / "nd131-d18-cong-nhan-liet-si.bpmn"
TABLE = (BPMN_DIR / "liet-si" / "tham-quyen-dieu-16.dmn").read_text(encoding="utf-8")


def hand_in(town: World, table: str) -> list[deploying.Deployed]:
    """Điều 18, what it calls, and a table of Điều 16."""
    drawn = [*sorted(BPMN_DIR.glob("chung/*.bpmn")), D18]
    files = [(path.name, path.read_bytes()) for path in drawn]
    with town.act("vinh") as act:
        return deploying.deploy(act, [*files, ("bang.dmn", table.encode())], "")


def refused(town: World, table: str) -> list[Finding]:
    with pytest.raises(DrawingRefused) as refusal:
        hand_in(town, table)
    with town.act(write=False) as act:
        assert versions(act.session, D18.stem) == []  # nothing half-done stays
    return [one for one in refusal.value.findings if isinstance(one, Finding)]


def test_a_version_pins_the_table_that_it_asks(small_town: World) -> None:
    deployed = hand_in(small_town, TABLE)[-1]
    with small_town.act(write=False) as act:
        texts = version_texts(act.session, deployed.version.id)
        assert texts.decisions["tham_quyen_dieu_16"] == TABLE.encode()


def test_a_table_with_a_gap_is_refused_in_the_file_and_at_the_task(town: World) -> None:
    found = refused(town, TABLE.replace('<text>"cong_an"</text>', '<text>"quan_doi"</text>'))
    gap, vain, task = (
        [one for one in found if one.rule == rule]
        for rule in ("decision-gap", "decision-row-in-vain", "unknown-decision")
    )
    assert [(one.file, one.element, one.severity) for one in gap] == [
        ("bang.dmn", "tham_quyen_dieu_16", Severity.ERROR)
    ]
    assert "Khi hy sinh, người này thuộc: “cong_an”" in str(gap[0].message)
    assert gap[0].line == TABLE[: TABLE.index("<decision id")].count("\n") + 1
    assert "Thêm một dòng" in str(gap[0].remedy)
    assert "dòng 3 " in str(vain[0].message)  # the second row for the army
    assert [(one.file, one.element) for one in task] == [(D18.name, "Q_1")]


def test_a_row_that_names_no_role_is_refused_at_each_step_that_goes_there(town: World) -> None:
    found = refused(town, TABLE.replace('"bo-truong-td"', '"bo-truong"'))
    assert {one.rule for one in found} == {"decided-performer"}
    assert {"S3", "S4"} <= {one.element for one in found}
    for one in found:
        assert "dòng 4, trả về “bo-truong”" in str(one.message)
        assert "“bo-truong-td”" in str(one.remedy)


def test_an_answer_that_the_table_does_not_know_is_refused(town: World) -> None:
    """The table is whole by itself, but the drawing's form offers more."""
    stated = TABLE.replace(',"con_lai"</text>', "</text>", 1)
    last = stated.index('<rule id="tham_quyen_dieu_16_dong_6"')
    without = stated[:last] + stated[stated.rindex("</rule>") + len("</rule>") :]
    found = [one for one in refused(town, without) if one.rule == "unanswered-decision"]
    assert [one.element for one in found] == ["Q_1"]
    assert "“con_lai”" in str(found[0].message)
