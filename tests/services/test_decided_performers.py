"""A step goes to whom a decision table named: routing, rehearsing, and what goes wrong."""

from __future__ import annotations

import json
from datetime import date

import pytest
from sqlalchemy import select

from engine.domain.errors import ExecutionFailed
from engine.persistence.calendars import load_calendar
from engine.persistence.tables import CaseRow, OfferRow
from engine.persistence.versions import version_texts
from engine.services import filing, importing, tasks, vacancies
from engine.services.act import Act
from engine.services.importing import Given
from engine.services.rehearsing import rehearse
from tests.bpmn_execution import drawn
from tests.factories import World
from tests.services.drawings import COUNTER, SPECIALIST, file, finish, publish

TABLE = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d"
  namespace="http://quytrinh.test"><decision id="ai" name="Thẩm quyền"><decisionTable id="t"
  hitPolicy="FIRST"><input id="i" label="Hướng"><inputExpression id="e" typeRef="string"><text>
  huong</text></inputExpression></input><output id="o" name="tham_quyen" typeRef="string"/>{rows}
  </decisionTable></decision></definitions>"""
NUMBER = json.dumps(
    {
        "type": "default",
        "id": "ty-le",
        "schemaVersion": 18,
        "title": "Tỷ lệ",
        "components": [
            {"type": "number", "id": "N1", "key": "ty_le", "label": "Tỷ lệ", "decimalDigits": 0}
        ],
    }
)
ROW = """<rule id="r{n}"><inputEntry id="a{n}"><text>"{test}"</text></inputEntry>
  <outputEntry id="b{n}"><text>{result}</text></outputEntry></rule>"""

#: The short way to the commune's leader, the long one to the Sở, the lost one to a minister.
ROLES = {"ngan": '"ld-ubnd-xa"', "dai": '"cv-ncc-snv"', "lac": '"bo-truong-td"'}


def table(**rows: str) -> dict[str, bytes]:
    drawn_rows = (
        ROW.format(n=n, test=test, result=result) for n, (test, result) in enumerate(rows.items())
    )
    return {"ai": TABLE.format(rows="".join(drawn_rows)).encode()}


def decided(town: World, **rows: str) -> None:
    """Filing, a specialist's step, the table, and a step that goes to whom it names."""
    publish(
        town,
        drawn.start(),
        drawn.user("N", form="don"),
        drawn.user("A", due="1 ngày làm việc"),
        drawn.rule("Q", "ai"),
        drawn.user("B", due="2 ngày làm việc", candidateGroups="${tham_quyen}"),
        drawn.end(),
        drawn.line("S", "N", "A", "Q", "B", "E"),
        lanes={COUNTER: "B", SPECIALIST: "A Q"},
        decisions=table(**(rows or ROLES)),
        legal_term="5 ngày làm việc",
    )


def offers(town: World, case_id: int, element: str) -> set[tuple[str, int]]:
    with town.act(write=False) as act:
        rows = act.session.scalars(
            select(OfferRow).where(OfferRow.task_id == town.task(case_id, element).id)
        )
        return {(row.role, row.unit_id) for row in rows}


@pytest.mark.parametrize(
    ("way", "role", "unit", "who"),
    [("ngan", "ld-ubnd-xa", "ap", "dung"), ("dai", "cv-ncc-snv", "snv", "lan")],
)
def test_the_task_opens_for_the_role_that_the_table_named(
    town: World, way: str, role: str, unit: str, who: str
) -> None:
    decided(town)
    case = file(town, way)
    finish(town, case.id, "A", "binh")
    task = town.task(case.id, "B")
    assert (task.role, task.unit_id, task.external) == (role, town.units[unit], False)
    assert offers(town, case.id, "B") == {(role, town.units[unit])}
    finished = finish(town, case.id, "B", who)
    assert finished.state == "finished"
    assert finished.data["tham_quyen"] == role


def test_an_outside_body_is_recorded_by_whoever_did_the_step_before(town: World) -> None:
    decided(town)
    case = file(town, "lac")
    finish(town, case.id, "A", "binh")
    task = town.task(case.id, "B")
    assert (task.role, task.external) == ("bo-truong-td", True)
    assert offers(town, case.id, "B") == {("cv-ncc-xa", town.units["ap"])}
    assert finish(town, case.id, "B", "binh").state == "finished"


@pytest.mark.parametrize(
    ("result", "told"),
    [
        ('"khong-co"', "“tham_quyen” là “khong-co”, không phải mã chức danh nào"),
        ("5", "“tham_quyen” là “5”, không phải mã chức danh nào"),
        ("null", "“tham_quyen” chưa được đặt"),
    ],
)
def test_what_is_no_role_fails_and_the_act_is_rolled_back(
    town: World, result: str, told: str
) -> None:
    decided(town, ngan=result)
    case = file(town)
    before = town.acts(case.id)
    with pytest.raises(ExecutionFailed) as failure:
        finish(town, case.id, "A", "binh")
    assert failure.value.element == "B"
    assert told in str(failure.value)
    assert town.open_elements(case.id) == ["A"]
    assert town.acts(case.id) == before
    assert "tham_quyen" not in town.case(case.id).data


def test_where_the_answer_changes_the_step_goes_to_somebody_else(town: World) -> None:
    """Round after round the table decides anew."""
    publish(
        town,
        drawn.start(),
        drawn.user("N", form="don"),
        drawn.rule("Q", "ai"),
        drawn.user("B", candidateGroups="${tham_quyen}", form="don"),
        drawn.gateway("exclusive", "G"),
        drawn.end(),
        drawn.line("S", "N", "Q", "B", "G"),
        drawn.flow("G", "Q", "${huong == 'dai'}"),
        drawn.flow("G", "E", "${huong != 'dai'}"),
        lanes={COUNTER: "Q B G"},
        decisions=table(**ROLES),
    )
    case = file(town, "ngan")
    said = {"nguoi_ho_ten": "Nguyễn Văn A"}
    assert town.task(case.id, "B").role == "ld-ubnd-xa"
    with town.act("dung") as act:
        tasks.complete(act, town.task(case.id, "B").id, {**said, "huong": "dai"})
    assert town.task(case.id, "B").role == "cv-ncc-snv"
    with town.act("lan") as act:
        ended: CaseRow = tasks.complete(act, town.task(case.id, "B").id, {**said, "huong": "ngan"})
    assert ended.state == "finished"


def rehearsed(act: Act, town: World, way: str) -> list[tuple[str, str | None, str | None]]:
    version_id = act.version(2).id
    version, texts = act.version(version_id), version_texts(act.session, version_id)
    found = rehearse(
        texts.drawing,
        texts.called,
        texts.decisions,
        version.forms.get,
        town.clock.now(),
        load_calendar(act.session, act.app.settings.shifts),
        town.app.roles,
        {"kenh": "counter", "huong": way},
    )
    return [(step.element, step.role, step.authority) for step in found.steps]


def test_a_rehearsal_tells_who_would_do_it(small_town: World) -> None:
    decided(small_town)
    with small_town.act(write=False) as act:
        assert rehearsed(act, small_town, "dai")[-1] == ("B", "cv-ncc-snv", "so-noi-vu")
        assert rehearsed(act, small_town, "lac")[-1] == ("B", "bo-truong-td", "bo-truong-td")


def test_posts_that_a_table_may_need_are_in_use(small_town: World) -> None:
    decided(small_town, ngan='"van-thu-snv"', dai='"ld-snv"', lac='"bo-truong-td"')
    with small_town.act("uyen", write=False) as act:
        assert {"van-thu-snv", "ld-snv", "bo-truong-td"} <= vacancies.roles_in_use(act)


def test_a_dossier_is_brought_in_behind_a_table(small_town: World) -> None:
    """The way to the step is found by trying what the table tells apart, numbers too."""
    publish(
        small_town,
        drawn.start(),
        drawn.user("N", form="don"),
        drawn.user("A", form="ty-le"),
        drawn.rule("Q", "ai"),
        drawn.gateway("exclusive", "G"),
        drawn.user("B", candidateGroups="${tham_quyen}"),
        drawn.user("C"),
        drawn.end(),
        drawn.line("S", "N", "A", "Q", "G"),
        drawn.flow("G", "B", "${tham_quyen == 'ld-ubnd-xa'}"),
        drawn.flow("G", "C", "${tham_quyen != 'ld-ubnd-xa'}"),
        drawn.line("B", "E"),
        drawn.line("C", "E"),
        lanes={COUNTER: "B C Q G", SPECIALIST: "A"},
        decisions={
            "ai": TABLE.replace('typeRef="string"><text>\n  huong', 'typeRef="integer"><text>ty_le')
            .format(
                rows=ROW.replace('"{test}"', "{test}").format(
                    n=1, test="[21..100]", result='"ld-ubnd-xa"'
                )
                + ROW.replace('"{test}"', "{test}").format(n=2, test="-", result='"cv-ncc-snv"')
            )
            .encode()
        },
        forms={"ty-le": NUMBER},
        legal_term="5 ngày làm việc",
    )
    given = Given(
        line=2, code="CU-1", procedure="thu", step="B", unit="UBND xã An Phú", working_unit="",
        applicant="Nguyễn Văn A", subject="", filed=date(2026, 2, 2), accepted=date(2026, 2, 2),
        started=date(2026, 2, 25), due=date(2026, 4, 20), holder="", note="",
    )  # fmt: skip
    with small_town.act("uyen") as act:
        (placed,) = importing.bring_in(act, [given], "dang-do.xlsx", b"sheet").placed
    task = small_town.task(placed.case_id, "B")
    assert (task.role, task.unit_id) == ("ld-ubnd-xa", small_town.units["ap"])
    assert finish(small_town, placed.case_id, "B", "dung").state == "finished"


def test_the_outside_is_recorded_by_whom_the_groups_of_the_step_before_named(town: World) -> None:
    """Filed at the Sở beside the applicant's lane, then a body that does not sign in."""
    publish(
        town,
        drawn.start(),
        drawn.user("N", form="don", candidateGroups="mot-cua-snv"),
        drawn.user("X"),
        drawn.user("A", candidateGroups="cv-ncc-snv"),
        drawn.user("Y"),
        drawn.end(),
        drawn.line("S", "N", "X", "A", "Y", "E"),
        lanes={SPECIALIST: "A", "Bộ Quốc phòng, Bộ Công an": "X Y"},
        legal_term="5 ngày làm việc",
    )
    said = {"nguoi_ho_ten": "Nguyễn Văn A", "huong": "ngan"}
    with town.act("oanh") as act:
        case = filing.file_case(act, "thu", town.units["snv"], "counter", said, "k1")
    assert offers(town, case.id, "X") == {("mot-cua-snv", town.units["snv"])}
    finish(town, case.id, "X", "oanh")
    finish(town, case.id, "A", "lan")
    assert offers(town, case.id, "Y") == {("cv-ncc-snv", town.units["snv"])}
    assert finish(town, case.id, "Y", "lan").state == "finished"
