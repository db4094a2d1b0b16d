"""Claiming, releasing, drafting and completing: who wins, and what the others are told."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest

from engine.domain.errors import (
    CaseMoved,
    Conflict,
    FormInvalid,
    NotFound,
    TaskClosed,
    TaskTaken,
)
from engine.persistence.tables import OfferRow
from engine.ports import UploadedFile
from engine.services import tasks, viewing
from tests.factories import World

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture
def at_reception(town: World) -> tuple[World, int, int]:
    """A case whose dossier two officers of one office could check."""
    case_id = town.file()
    return town, case_id, town.task(case_id, "B1b").id


Reception = tuple[World, int, int]


def test_a_claim_puts_the_task_on_one_desk(at_reception: Reception) -> None:
    town, case_id, task_id = at_reception
    with town.act("hoa") as act:
        tasks.claim(act, task_id)
    assert town.task(case_id, "B1b").assignee_id == town.users["hoa"]
    with town.act(write=False) as act:
        assert act.session.query(OfferRow).one().assignee_id == town.users["hoa"]
    assert town.acts(case_id)[-1] == "task:claimed"


def test_ones_own_claim_again_changes_nothing(at_reception: Reception) -> None:
    town, case_id, task_id = at_reception
    for _ in range(2):
        with town.act("hoa") as act:
            tasks.claim(act, task_id)
    assert town.acts(case_id).count("task:claimed") == 1


def test_a_claimed_task_is_refused_to_the_colleague(at_reception: Reception) -> None:
    town, case_id, task_id = at_reception
    with town.act("hoa") as act:
        tasks.claim(act, task_id)
    answers = town.answers_to(case_id, "B1b")
    for attempt in (
        lambda act: tasks.claim(act, task_id),
        lambda act: tasks.save_draft(act, task_id, {}),
        lambda act: tasks.complete(act, task_id, answers),
        lambda act: tasks.release(act, task_id),
    ):
        with pytest.raises(TaskTaken), town.act("hanh") as act:
            attempt(act)
    assert town.task(case_id, "B1b").state == "open"


def test_a_released_task_is_free_again_and_keeps_its_draft(at_reception: Reception) -> None:
    town, case_id, task_id = at_reception
    with town.act("hoa") as act:
        tasks.save_draft(act, task_id, {"ly_do_bo_sung": "Thiếu…"})
    assert town.task(case_id, "B1b").assignee_id == town.users["hoa"]
    with town.act("hoa") as act:
        tasks.release(act, task_id)
    with town.act("hanh") as act:
        tasks.claim(act, task_id)
        assert viewing.task_page(act, task_id).values == {"ly_do_bo_sung": "Thiếu…"}


def test_a_draft_keeps_its_files_and_completing_takes_them_up(at_reception: Reception) -> None:
    town, case_id, task_id = at_reception
    draft = {"ho_so_quet": [UploadedFile("a.pdf", PDF)], "ly_do_bo_sung": "x"}
    with town.act("hoa") as act:
        tasks.save_draft(act, task_id, draft)
    kept = town.task(case_id, "B1b").draft
    assert kept is not None
    (reference,) = kept["ho_so_quet"]
    assert (reference["name"], reference["size"]) == ("a.pdf", len(PDF))
    assert kept["ly_do_bo_sung"] == "x"
    town.do(case_id, "B1b", "hoa", ho_so_quet=[reference])
    done = town.task(case_id, "B1b").data
    assert done is not None
    assert done["ho_so_quet"] == [reference]


def test_an_unclaimed_task_may_be_completed_directly(at_reception: Reception) -> None:
    town, case_id, _ = at_reception
    town.do(case_id, "B1b", who="hanh")
    done = town.task(case_id, "B1b")
    assert (done.state, done.closed_by_id, done.assignee_id, done.on_behalf_of_id) == (
        "done",
        town.users["hanh"],
        town.users["hanh"],
        None,
    )
    assert done.draft is None
    assert done.data is not None
    assert done.data["ket_qua_tiep_nhan"] == "du"


def test_the_same_task_completed_twice_tells_the_second(at_reception: Reception) -> None:
    town, case_id, task_id = at_reception
    answers = town.answers_to(case_id, "B1b")
    for who in ("hoa", "hoa", "hanh"):
        if town.task(case_id, "B1b").state == "open":
            with town.act(who) as act:
                tasks.complete(act, task_id, answers)
            continue
        with pytest.raises(TaskClosed), town.act(who) as act:
            tasks.complete(act, task_id, answers)
    assert town.acts(case_id).count("task:completed") == 2  # filing and this


def test_bad_answers_change_nothing_and_name_the_fields(at_reception: Reception) -> None:
    town, case_id, task_id = at_reception
    before = town.acts(case_id)
    with pytest.raises(FormInvalid) as refused, town.act("hoa") as act:
        tasks.complete(act, task_id, {"ket_qua_tiep_nhan": "bo_sung"})
    assert "ly_do_bo_sung" in refused.value.errors
    assert town.acts(case_id) == before
    assert town.task(case_id, "B1b").state == "open"


def test_a_second_supplement_cannot_be_asked(at_reception: Reception) -> None:
    town, case_id, _ = at_reception
    town.do(case_id, "B1b", ket_qua_tiep_nhan="bo_sung", ly_do_bo_sung="Thiếu.")
    town.do(case_id, "B1a")
    again = town.task(case_id, "B1b")
    with pytest.raises(FormInvalid), town.act("hoa") as act:
        tasks.complete(
            act, again.id, {"ket_qua_tiep_nhan": "bo_sung", "ly_do_bo_sung": "Thiếu nữa."}
        )


def test_files_are_kept_and_noted_as_attachments(at_reception: Reception) -> None:
    town, case_id, task_id = at_reception
    town.do(case_id, "B1b", ho_so_quet=[UploadedFile("đơn.pdf", PDF)])
    with town.act("hoa", write=False) as act:
        page = viewing.case_page(act, case_id)
        (row,) = page.attachments
        assert (row.filename, row.field, row.task_id) == ("đơn.pdf", "ho_so_quet", task_id)
        assert viewing.attachment(act, row.id)[1] == PDF
        assert page.case.data["ho_so_quet"][0]["file"] == row.sha256


def test_a_reference_to_a_file_nobody_sent_is_refused(at_reception: Reception) -> None:
    town, _, task_id = at_reception
    forged = {"file": "0" * 64, "name": "x.pdf", "size": 1, "type": "application/pdf"}
    answers = {**town.answers_to_task(task_id), "ho_so_quet": [forged]}
    for act_on in (tasks.complete, tasks.save_draft):
        with pytest.raises(FormInvalid) as refused, town.act("hoa") as act:
            act_on(act, task_id, answers)
        assert refused.value.errors.keys() == {"ho_so_quet"}


def test_a_file_of_another_case_is_refused_beside_its_field(at_reception: Reception) -> None:
    town, case_id, task_id = at_reception
    other = town.file()
    town.do(other, "B1b", "hoa", ho_so_quet=[UploadedFile("a.pdf", PDF)])
    data = town.task(other, "B1b").data
    assert data is not None
    answers = {**town.answers_to_task(task_id), "ho_so_quet": data["ho_so_quet"]}
    with pytest.raises(FormInvalid) as refused, town.act("hoa") as act:
        tasks.complete(act, task_id, answers)
    (told,) = refused.value.errors["ho_so_quet"]
    assert str(told) == "Tệp “a.pdf” không thuộc hồ sơ này. Hãy chọn lại tệp."
    assert town.open_elements(case_id) == ["B1b"]


def test_a_file_that_the_store_refuses_is_told_beside_its_field(at_reception: Reception) -> None:
    town, _, task_id = at_reception
    answers = {
        **town.answers_to_task(task_id),
        "ho_so_quet": [UploadedFile("a.pdf", b"MZ khong phai PDF")],
    }
    with pytest.raises(FormInvalid) as refused, town.act("hoa") as act:
        tasks.complete(act, task_id, answers)
    assert refused.value.errors.keys() == {"ho_so_quet"}


def test_a_substitute_acts_on_behalf_of_the_holder(town: World) -> None:
    case_id = town.file()
    town.do(case_id, "B1b")
    task = town.task(case_id, "B2")
    with town.act("binh") as act:
        tasks.claim(act, task.id)
    town.do(case_id, "B2", who="son")  # stands in for binh, even in what binh had claimed
    done = town.task(case_id, "B2")
    assert (done.closed_by_id, done.on_behalf_of_id) == (town.users["son"], town.users["binh"])


def test_the_outside_is_recorded_by_the_role_that_records_for_it(town: World) -> None:
    case_id = town.file()
    town.walk(case_id, "B1b", "B2", "B3", "B4", "B5", "B11", "B12", "B13a", "B13b", "B14")
    task = town.task(case_id, "B18")
    assert (task.role, task.external, task.unit_id) == ("bo-noi-vu", True, town.units["snv"])
    with town.act(write=False) as act:
        offer = act.session.query(OfferRow).one()
    assert (offer.role, offer.unit_id) == ("cv-ncc-snv", town.units["snv"])
    town.do(case_id, "B18", who="lan")


# --- races ---------------------------------------------------------------------------------------


def test_of_two_officers_at_the_same_moment_one_wins(at_reception: Reception) -> None:
    town, case_id, task_id = at_reception
    answers, together = town.answers_to(case_id, "B1b"), Barrier(2)

    def attempt(who: str) -> Any:
        together.wait(timeout=10)
        try:
            with town.act(who) as act:
                tasks.complete(act, task_id, answers)
        except Conflict as conflict:
            return type(conflict)
        return None

    with ThreadPoolExecutor(2) as pool:
        results = list(pool.map(attempt, ("hoa", "hanh")))
    assert results.count(None) == 1
    assert set(results) - {None} <= {TaskClosed, TaskTaken, CaseMoved}
    assert town.open_elements(case_id) == ["B2"]


def test_of_two_claims_at_the_same_moment_one_wins(at_reception: Reception) -> None:
    town, case_id, task_id = at_reception
    together = Barrier(2)

    def attempt(who: str) -> str | None:
        together.wait(timeout=10)
        try:
            with town.act(who) as act:
                tasks.claim(act, task_id)
        except TaskTaken:
            return None
        return who

    with ThreadPoolExecutor(2) as pool:
        winners = [who for who in pool.map(attempt, ("hoa", "hanh")) if who]
    assert len(winners) == 1
    assert town.task(case_id, "B1b").assignee_id == town.users[winners[0]]


def test_an_unknown_task_is_not_found(small_town: World) -> None:
    with pytest.raises(NotFound), small_town.act("hoa") as act:
        tasks.complete(act, 4711, {})


def test_an_act_that_fails_after_the_step_leaves_nothing_behind(town: World) -> None:
    case_id = town.file()
    before = (town.acts(case_id), town.open_elements(case_id), town.case(case_id).row_version)
    task = town.task(case_id, "B1b")
    answers = town.answers_to(case_id, "B1b")

    def fail() -> None:
        with town.act("hoa") as act:
            tasks.complete(act, task.id, answers)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert (town.acts(case_id), town.open_elements(case_id)) == before[:2]
    assert town.case(case_id).row_version == before[2]
    town.do(case_id, "B1b")


def test_a_stranger_to_the_office_is_not_told_that_the_task_is_closed(town: World) -> None:
    case_id = town.file()
    town.do(case_id, "B1b")
    closed = town.task(case_id, "B1b")
    with pytest.raises(NotFound), town.act("quan") as act:
        tasks.complete(act, closed.id, {})
    with pytest.raises(TaskClosed), town.act("hanh") as act:
        tasks.complete(act, closed.id, {})
