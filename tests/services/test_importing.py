"""Running dossiers are brought in at the step where they stand, and go on to their end."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import func, select

from engine.bpmn.model import HUMAN, Kind
from engine.domain.clock import local_day
from engine.domain.errors import Misuse, NotPermitted
from engine.persistence import caselists
from engine.persistence.journal_store import lines_of, verify
from engine.persistence.tables import CaseImportRow, CaseRow, NoticeRow, TaskRow
from engine.services import escalating, importing, timers, viewing
from engine.services.importing import Given
from tests import factories
from tests.factories import World

PLAIN = Given(
    line=2,
    code="HS-17/2025",
    procedure="qt02-cap-doi-bang",
    step="B3",
    unit="UBND xã An Phú",
    working_unit="",
    applicant="Nguyễn Thị Mừng",
    subject="Trần Văn Bền",
    filed=date(2026, 2, 2),
    accepted=date(2026, 2, 3),
    started=date(2026, 2, 25),
    due=date(2026, 4, 20),
    holder="",
    note="",
)


def bring(town: World, *rows: Given) -> list[int]:
    with town.act("uyen") as act:
        plan = importing.bring_in(act, rows, "dang-do.xlsx", b"sheet")
    return [one.case_id for one in plan.placed]


def problems(town: World, *rows: Given) -> list[tuple[int, str, str]]:
    with town.act("uyen") as act:
        plan = importing.check(act, rows, "dang-do.xlsx")
    return [(one.line, one.column, str(one.message)) for one in plan.problems]


def steps(town: World) -> list[str]:
    with town.act(write=False) as act:
        version = act.version(1)
        return [
            node.id
            for node in version.drawing.nodes.values()
            if (node.kind in HUMAN or node.kind is Kind.TIMER_CATCH)
            and node.id != version.filing.id
        ]


def walk_to_the_end(town: World, case_id: int) -> None:
    for _ in range(60):
        if town.case(case_id).state == "finished":
            return
        open_ = town.open_elements(case_id)
        if open_:
            town.do(case_id, open_[0])
        else:
            town.clock.move_to(max(town.clock.now(), town.timer(case_id).fires_at))
            timers.fire_due(town.app)  # of whatever other dossiers too
    raise AssertionError(town.open_elements(case_id))


def test_a_dossier_begun_elsewhere_goes_on_from_its_step(town: World) -> None:
    [case_id] = bring(town, PLAIN)
    case = town.case(case_id)
    assert case.code == "AP-2026-000001"
    assert (case.applicant, case.subject) == ("Nguyễn Thị Mừng", "Trần Văn Bền")
    assert case.state == "running"
    assert case.data["nguoi_ho_ten"] == "Nguyễn Thị Mừng"
    assert local_day(case.due_at) == date(2026, 4, 20)
    assert local_day(case.accepted_at) == date(2026, 2, 3)
    assert town.open_elements(case_id) == ["B3"]
    task = town.task(case_id, "B3")
    assert local_day(task.opened_at) == date(2026, 2, 25)
    assert town.receipts(case_id) == []  # the one on paper holds
    with town.act("hoa", write=False) as act:
        for query in ("hs-17/2025", "AP-2026-000001", "muong", "mung"):
            found = caselists.search_cases(act.session, act.actor, query).lines
            assert [line.case_id for line in found] == ([case_id] if query != "muong" else [])
        line = lines_of(act.session, case_id)[0]
        assert (line.act, line.facts["code"], line.facts["file"]) == (
            "case:imported",
            "HS-17/2025",
            "dang-do.xlsx",
        )
        assert line.facts["assumed"]["ket_qua_tiep_nhan"] == "du"
    walk_to_the_end(town, case_id)
    with town.act(write=False) as act:
        assert verify(act.session) == []


def test_a_dossier_may_stand_at_every_step_and_comes_to_its_end(small_town: World) -> None:
    town = small_town
    elements = steps(town)
    rows = [
        replace(PLAIN, line=number, code=f"HS-{number}", step=element)
        for number, element in enumerate(elements, start=2)
    ]
    ids = bring(town, *rows)
    assert len(ids) == len(elements) > 25
    for element, case_id in zip(elements, ids, strict=True):
        open_ = town.open_elements(case_id)
        assert open_ == ([element] if element != "B6_cho" else []), element
    for case_id in ids:
        walk_to_the_end(town, case_id)
    with town.act(write=False) as act:
        assert verify(act.session) == []


def test_the_date_is_counted_where_the_sheet_names_none(small_town: World) -> None:
    [given, counted] = bring(small_town, PLAIN, replace(PLAIN, line=3, code="HS-2", due=None))
    case = small_town.case(counted)
    assert case.due_at is not None
    assert case.due_explanation["start"].startswith("2026-02-03")
    assert case.due_at != small_town.case(given).due_at


def test_nothing_of_the_past_is_told_in_a_burst(small_town: World) -> None:
    town = small_town
    late = replace(PLAIN, started=date(2026, 2, 3), due=date(2026, 2, 20))
    [case_id] = bring(town, late)
    escalating.escalate_round(town.app)
    with town.act(write=False) as act:
        told = act.session.execute(
            select(NoticeRow.user_id, func.count())
            .where(NoticeRow.case_id == case_id)
            .group_by(NoticeRow.user_id)
        ).all()
    assert told
    assert max(count for _, count in told) <= 2  # once for the step, once for the dossier
    before = len(told)
    escalating.escalate_round(town.app)
    with town.act(write=False) as act:
        again = act.session.scalar(
            select(func.count(func.distinct(NoticeRow.user_id))).where(NoticeRow.case_id == case_id)
        )
    assert again == before


def test_work_goes_to_whoever_holds_it(small_town: World) -> None:
    [case_id] = bring(small_town, replace(PLAIN, step="B2", holder="binh"))
    assert small_town.task(case_id, "B2").assignee_id == small_town.users["binh"]
    row = replace(PLAIN, code="HS-2", step="B11", working_unit="Sở Nội vụ")
    [other] = bring(small_town, row)
    assert small_town.task(other, "B11").unit_id == small_town.units["snv"]
    for who in ("lan", "hoa"):  # where it is, and where it came from
        with small_town.act(who, write=False) as act:
            assert viewing.case_page(act, other).case.id == other


@pytest.mark.parametrize(
    ("change", "column", "said"),
    [
        ({"code": ""}, "Mã hồ sơ cũ", "Ô này phải ghi."),
        ({"applicant": ""}, "Người nộp", "Ô này phải ghi."),
        ({"filed": None}, "Ngày nộp", "Ô này phải ghi."),
        ({"accepted": None}, "Ngày tiếp nhận", "hãy ghi ngày tiếp nhận"),
        ({"procedure": "Không có"}, "Thủ tục", "Không có thủ tục “Không có”"),
        ({"step": "Làm gì đó"}, "Bước đang làm", "không chỉ đúng một bước"),
        ({"step": "B1a"}, "Bước đang làm", "không chỉ đúng một bước"),
        ({"unit": "UBND xã Nào"}, "Đơn vị tiếp nhận", "Không có đơn vị"),
        ({"working_unit": "Sở Nào"}, "Đơn vị đang xử lý", "Không có đơn vị"),
        ({"accepted": date(2026, 1, 1)}, "Ngày tiếp nhận", "trước ngày nộp"),
        ({"started": date(2026, 3, 3)}, "Ngày bắt đầu bước", "chưa đến"),
        ({"due": date(2026, 2, 1)}, "Hẹn trả", "trước ngày tiếp nhận"),
        ({"holder": "ai"}, "Người đang giữ việc", "Không có người dùng “ai”"),
        ({"holder": "lan"}, "Người đang giữ việc", "Lan không giữ chức danh"),
        ({"applicant": "x" * 201}, "Người nộp", "Dài quá 200 chữ."),
    ],
)
def test_what_is_wrong_is_told_with_row_and_column(
    small_town: World, change: dict[str, object], column: str, said: str
) -> None:
    other = replace(PLAIN, line=7, code="x")
    [(line, where, why)] = problems(small_town, PLAIN, replace(other, **change))
    assert (line, where) == (7, column)
    assert said in why


def test_a_sheet_comes_in_whole_or_not_at_all(town: World) -> None:
    bad = replace(PLAIN, line=3, code="HS-2", step="không có")
    with town.act("uyen") as act:
        plan = importing.check(act, [PLAIN, bad], "a.xlsx")
    assert (len(plan.placed), len(plan.problems)) == (1, 1)
    with pytest.raises(Misuse, match="Chưa nhập hồ sơ nào: tệp có 1 chỗ sai"):
        bring(town, PLAIN, bad)
    with town.act(write=False) as act:
        for row in (CaseRow, TaskRow, CaseImportRow):
            assert act.session.scalar(select(func.count()).select_from(row)) == 0
    assert town.case(town.file()).code == "AP-2026-000001"  # no number was lost


def test_the_same_dossier_comes_in_once(small_town: World) -> None:
    bring(small_town, PLAIN)
    [(_, column, why)] = problems(small_town, replace(PLAIN, code="hs-17/2025"))
    assert (column, "mã mới AP-2026-000001" in why) == ("Mã hồ sơ cũ", True)
    twice = replace(PLAIN, code="HS-9"), replace(PLAIN, line=3, code="HS-9")
    assert [p[:2] for p in problems(small_town, *twice)] == [(3, "Mã hồ sơ cũ")]


def test_only_administrators_bring_dossiers_in(small_town: World) -> None:
    for who in ("hoa", "phuc", "vinh"):
        with pytest.raises(NotPermitted), small_town.act(who) as act:
            importing.check(act, [PLAIN], "a.xlsx")
    assert PLAIN.procedure == factories.QT02
