"""What pages are told of tasks and cases."""

from __future__ import annotations

from datetime import timedelta

from engine.services import filing, tasks, viewing
from tests.factories import QT02, World
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
