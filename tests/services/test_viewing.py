"""What pages are told of tasks and cases."""

from __future__ import annotations

from datetime import timedelta

from engine.bpmn.layout import laid_out
from engine.services import deploying, filing, tasks, viewing
from tests.bpmn_execution import drawn
from tests.factories import QT02, World
from tests.services.drawings import COUNTER, FORM
from tests.services.test_walks import DAMAGED


def test_a_task_page_tells_what_its_officer_may_do(small_town: World) -> None:
    case_id = small_town.file()
    task_id = small_town.task(case_id, "B1b").id
    with small_town.act("hoa", write=False) as act:
        page = viewing.task_page(act, task_id)
        assert (page.may_claim, page.may_complete, page.may_release) == (True, True, False)
        assert page.may_reassign  # heads the counter
        assert page.known["lan_thu"] == 1
        assert page.form is not None
        assert page.node.documentation
    with small_town.act("hoa") as act:
        tasks.claim(act, task_id)
    with small_town.act("hoa", write=False) as act:
        page = viewing.task_page(act, task_id)
        assert (page.may_claim, page.may_complete, page.may_release) == (False, True, True)
        assert page.people == {small_town.users["hoa"]: "Hoa"}
    with small_town.act("hanh", write=False) as act:
        page = viewing.task_page(act, task_id)
        assert (page.may_claim, page.may_complete, page.may_release) == (False, False, False)


def test_a_form_is_filled_with_what_is_known_but_decisions_are_made_afresh(
    small_town: World,
) -> None:
    case_id = small_town.file()
    small_town.do(case_id, "B1b", bang_mo_hu_hai=True)
    with small_town.act("binh", write=False) as act:
        assert viewing.task_page(act, small_town.task(case_id, "B2").id).values == DAMAGED
    small_town.do(case_id, "B2", bang_mo_hu_hai=False, noi_dung_tham_dinh="Đủ.")
    small_town.do(case_id, "B3", y_kien_B3="tra_lai", ly_do_tra_lai_B3="Thiếu.")
    with small_town.act("binh", write=False) as act:
        values = viewing.task_page(act, small_town.task(case_id, "B2").id).values
    assert values["noi_dung_tham_dinh"] == "Đủ."
    assert values["bang_mo_hu_hai"] is False
    assert "ket_qua_tham_dinh" not in values


def test_a_finished_task_shows_what_was_submitted(small_town: World) -> None:
    case_id = small_town.file()
    small_town.do(case_id, "B1b")
    with small_town.act("hanh", write=False) as act:
        page = viewing.task_page(act, small_town.task(case_id, "B1b").id)
    assert page.values["ket_qua_tiep_nhan"] == "du"
    assert not page.may_complete


def test_a_case_page_marks_what_is_done_current_overdue_and_waiting(small_town: World) -> None:
    case_id = small_town.file()
    small_town.do(case_id, "B1b", bang_mo_hu_hai=True)
    with small_town.act("hoa", write=False) as act:
        assert viewing.case_page(act, case_id).marks == {
            "B1a": "done",
            "B1b": "done",
            "B2": "current",
        }
    small_town.clock.advance(timedelta(days=7))
    with small_town.act("binh", write=False) as act:
        page = viewing.case_page(act, case_id)
        assert page.marks["B2"] == "overdue"
        assert page.workable == {small_town.task(case_id, "B2").id}
        assert (page.may_pause, page.days_left) == (False, None)
    small_town.walk(case_id, "B2", "B6", **DAMAGED)
    with small_town.act("hoa", write=False) as act:
        page = viewing.case_page(act, case_id)
        assert page.marks["B6_cho"] == "waiting"
        assert [given.task.element for given in page.submissions] == ["B1a", "B1b", "B2", "B6"]
        assert page.workable == frozenset()
    small_town.pass_posting(case_id)
    with small_town.act("hoa", write=False) as act:
        assert viewing.case_page(act, case_id).marks["B6_cho"] == "done"


def test_a_refused_case_shows_its_end(small_town: World) -> None:
    case_id = small_town.file()
    small_town.do(case_id, "B1b", ket_qua_tiep_nhan="tu_choi", ly_do_tu_choi="Không.")
    with small_town.act("hoa", write=False) as act:
        page = viewing.case_page(act, case_id)
    assert page.marks["E2"] == "done"
    assert (page.may_pause, page.may_resume) == (False, False)


def test_the_filing_page_offers_the_units_where_one_receives(small_town: World) -> None:
    with small_town.act("hoa", write=False) as act:
        page = filing.filing_page(act, QT02, "online")
    assert [unit.code for unit in page.units] == ["ap"]
    assert page.known == {"kenh": "online", "lan_thu": 1}
    assert page.node.id == "B1a"


PART = laid_out(
    drawn.process(
        drawn.start("PS"),
        drawn.user("P1"),
        drawn.timer("P2", "40 ngày"),
        drawn.end("PE"),
        drawn.line("PS", "P1", "P2", "PE"),
        key="niem-yet-chung",
        lanes={COUNTER: "PS P1 P2 PE"},
    ).replace(b"<bpmn:process ", b'<bpmn:process camunda:isStartableInTasklist="false" '),
    "chung.bpmn",
)
CALLER = laid_out(
    drawn.process(
        drawn.start(),
        drawn.user("N", form="don"),
        drawn.call("C1", "niem-yet-chung"),
        drawn.user("B"),
        drawn.call("C2", "niem-yet-chung"),
        drawn.end(),
        drawn.line("S", "N", "C1", "B", "C2", "E"),
        key="goi-hai-lan",
        lanes={"Tổ chức, cá nhân": "S N", COUNTER: "C1 B C2 E"},
    ),
    "goi.bpmn",
)


def test_what_calls_a_part_is_marked_as_the_part_stands(small_town: World) -> None:
    def stands() -> tuple[dict[str, str], dict[str, dict[str, str]]]:
        with small_town.act("hoa", write=False) as act:
            page = viewing.case_page(act, case_id)
            return dict(page.marks), {part.key: dict(marks) for part, marks in page.parts}

    files = [("goi.bpmn", CALLER), ("chung.bpmn", PART), ("don.form", FORM.encode())]
    with small_town.act("vinh") as act:
        deploying.deploy(act, files, "")
    with small_town.act("hoa") as act:
        said = {"nguoi_ho_ten": "Nguyễn Văn A", "huong": "ngan"}
        case_id = filing.file_case(
            act, "goi-hai-lan", small_town.units["ap"], "counter", said, "k"
        ).id
    assert stands() == ({"N": "done", "C1": "current"}, {"niem-yet-chung": {"P1": "current"}})
    small_town.do(case_id, "P1")
    marks, parts = stands()
    assert marks == {"N": "done", "C1": "waiting"}
    assert parts == {"niem-yet-chung": {"P1": "done", "P2": "waiting"}}
    small_town.pass_posting(case_id)
    assert stands()[0] == {"N": "done", "C1": "done", "B": "current"}
    small_town.do(case_id, "B")
    assert stands()[0] == {"N": "done", "C1": "done", "B": "done", "C2": "current"}
