"""What led to a task: steps before, returns, supplements, handovers."""

from __future__ import annotations

from engine.persistence.journal_store import lines_of
from engine.persistence.tables import TaskRow
from engine.services import reassigning
from engine.services.preceding import Preceding, preceding, sent_back
from tests.factories import World


def before(town: World, case_id: int, element: str) -> Preceding:
    with town.act(write=False) as act:
        return preceding(act, act.session.get_one(TaskRow, town.task(case_id, element).id))


def returned(town: World, case_id: int) -> list[tuple[str, int, frozenset[str]]]:
    """The steps that sent the dossier back, as (element, round, what they reopened)."""
    with town.act(write=False) as act:
        tasks = act.session.query(TaskRow).filter_by(case_id=case_id).order_by(TaskRow.id).all()
        found = sent_back(tasks, lines_of(act.session, case_id))
        return [(one.element, one.round, found[one.id]) for one in tasks if one.id in found]


def test_it_is_the_step_that_opened_the_task_and_those_before_newest_first(town: World) -> None:
    case_id = town.file()
    town.walk(case_id, "B1b", "B2", "B3")
    found = before(town, case_id, "B4")
    assert found.last is not None
    assert (found.last.task.element, found.last.form.title) == ("B3", "Xem xét, trình ký")
    assert found.application is not None
    assert found.application.task.element == "B1a"
    assert [step.task.element for step in found.earlier] == ["B2", "B1b"]
    assert (found.sent_back, found.handover) == (None, None)
    assert found.people[found.last.task.closed_by_id] == "Cuong"


def test_the_filing_is_the_step_before_the_first_check(town: World) -> None:
    found = before(town, town.file(), "B1b")
    assert found.last is not None
    assert found.last.task.element == "B1a"
    assert (found.application, found.earlier) == (None, ())


def test_a_return_is_told_to_the_drafter_and_again_to_those_who_see_it_next(town: World) -> None:
    case_id = town.file()
    town.walk(case_id, "B1b", "B2", "B3")
    town.do(case_id, "B4", y_kien_B4="tra_lai", ly_do_tra_lai_B4="Thiếu số.")
    assert returned(town, case_id) == [("B4", 1, frozenset({"B2"}))]
    for element in ("B2", "B3", "B4"):
        found = before(town, case_id, element)
        assert found.sent_back is not None
        assert found.sent_back.step.task.element == "B4"
        assert found.sent_back.step.task.data["ly_do_tra_lai_B4"] == "Thiếu số."
        assert not found.sent_back.supplement
        town.do(case_id, element)
    assert before(town, case_id, "B5").sent_back is None
    assert returned(town, case_id) == [("B4", 1, frozenset({"B2"}))]


def test_of_several_returns_the_last_one_over_the_task_is_told(town: World) -> None:
    case_id = town.file()
    town.walk(case_id, "B1b", "B2")
    town.do(case_id, "B3", y_kien_B3="tra_lai", ly_do_tra_lai_B3="Một.")
    town.walk(case_id, "B2", "B3")
    town.do(case_id, "B4", y_kien_B4="tra_lai", ly_do_tra_lai_B4="Hai.")
    found = before(town, case_id, "B2")
    assert found.sent_back is not None
    assert found.sent_back.step.task.element == "B4"
    assert [step.task.element for step in found.earlier] == ["B3", "B2", "B1b"]


def test_a_supplement_is_told_at_the_resubmission_and_at_the_second_check(town: World) -> None:
    case_id = town.file()
    town.do(case_id, "B1b", ket_qua_tiep_nhan="bo_sung", ly_do_bo_sung="Thiếu bằng gốc.")
    for element in ("B1a", "B1b"):
        found = before(town, case_id, element)
        assert found.sent_back is not None
        assert found.sent_back.supplement
        assert found.sent_back.step.task.data["ly_do_bo_sung"] == "Thiếu bằng gốc."
        town.do(case_id, element)
    assert before(town, case_id, "B2").sent_back is None


def test_after_a_wait_the_step_before_it_counts(town: World) -> None:
    case_id = town.file()
    town.do(case_id, "B1b", bang_mo_hu_hai=True)
    town.do(case_id, "B2", bang_mo_hu_hai=True)
    town.do(case_id, "B6")
    town.pass_posting(case_id)
    found = before(town, case_id, "B6_ket_qua")
    assert found.last is not None
    assert found.last.task.element == "B6"


def test_a_handover_is_told_while_the_task_lies_with_whom_it_was_given_to(town: World) -> None:
    case_id = town.file()
    task_id = town.task(case_id, "B1b").id
    with town.act("phuc") as act:
        reassigning.reassign(act, task_id, town.users["hanh"], "Hoa nghỉ phép.")
    found = before(town, case_id, "B1b").handover
    assert found is not None
    assert (found.by, found.to, found.reason) == ("Phuc", "Hanh", "Hoa nghỉ phép.")
    town.do(case_id, "B1b", "hanh")
    assert before(town, case_id, "B2").handover is None
