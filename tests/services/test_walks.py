"""Quy trình 02 through the services: every way to every end, on both databases."""

from __future__ import annotations

from datetime import timedelta

from engine.domain.clock import local
from engine.persistence.journal_store import verify
from tests.factories import World

COMMUNE = ("B1b", "B2", "B3", "B4", "B5")
PROVINCE = ("B11", "B12", "B13a", "B13b", "B14")
MINISTRY = ("B18", "S2", "S3", "B19", "B20", "B21", "B22")
DAMAGED = {"bang_mo_hu_hai": True}
EXPERTS = {"huong_giai_quyet": "giam_dinh"}


def ended(town: World, case_id: int) -> tuple[str, str | None, list[str]]:
    case = town.case(case_id)
    return case.state, case.outcome, town.open_elements(case_id)


def test_the_straight_path_ends_with_the_result_handed_over(town: World) -> None:
    case_id = town.file()
    town.walk(case_id, *COMMUNE, *PROVINCE, *MINISTRY)
    assert ended(town, case_id) == ("finished", "E1", [])
    with town.act(write=False) as act:
        assert verify(act.session) == []


def test_a_damaged_certificate_is_posted_judged_and_examined(town: World) -> None:
    case_id = town.file()
    town.walk(case_id, "B1b", "B2", **DAMAGED)
    town.do(case_id, "B6", who="cuong")  # the second role that may do it
    assert town.open_elements(case_id) == []
    town.pass_posting(case_id)
    town.walk(case_id, "B6_ket_qua", "B7", "B8", "B9", "B10")
    town.walk(case_id, *PROVINCE, **EXPERTS)
    assert town.case(case_id).state == "paused"
    town.walk(case_id, "S1", "B15", "B16a", "B16b", "B17", *MINISTRY)
    assert ended(town, case_id) == ("finished", "E1", [])


def test_the_posting_lasts_forty_full_days_however_late_the_worker(town: World) -> None:
    case_id = town.file()
    town.walk(case_id, "B1b", "B2", "B6", **DAMAGED)
    timer = town.timer(case_id)
    begun, over = local(timer.opened_at).date(), local(timer.fires_at)
    assert (over.date() - begun).days == 41
    assert (over.hour, over.minute) == (0, 0)
    town.clock.move_to(timer.fires_at + timedelta(days=3))
    town.pass_posting(case_id)
    task = town.task(case_id, "B6_ket_qua")
    assert task.due_text == "cùng hạn B6_cho"
    assert task.due_at is not None
    assert task.due_at < task.opened_at  # the decision's 29 working days were over before


def test_a_supplement_is_asked_once_and_resubmission_opens_reception_again(town: World) -> None:
    case_id = town.file()
    town.do(case_id, "B1b", ket_qua_tiep_nhan="bo_sung", ly_do_bo_sung="Thiếu bằng gốc.")
    assert town.open_elements(case_id) == ["B1a"]
    assert town.case(case_id).due_at is None
    town.at("2026-03-05 14:00")
    town.do(case_id, "B1a")
    case, again = town.case(case_id), town.task(case_id, "B1b")
    assert again.round == 2
    assert local(case.received_at).hour == 14
    assert case.received_at > case.filed_at
    town.do(case_id, "B1b", ket_qua_tiep_nhan="du")
    assert town.case(case_id).accepted_at == town.clock.now()
    assert {"case:supplement-asked", "case:resubmitted"} <= set(town.acts(case_id))
    assert "ly_do_bo_sung" not in town.case(case_id).data  # what was hidden this time is gone


def test_a_refusal_at_the_counter_ends_the_case_without_a_date(town: World) -> None:
    case_id = town.file()
    town.do(case_id, "B1b", ket_qua_tiep_nhan="tu_choi", ly_do_tu_choi="Không đúng đối tượng.")
    assert ended(town, case_id) == ("finished", "E2", [])
    assert town.receipts(case_id) == []
    assert town.acts(case_id)[-2:] == ["case:refused", "case:finished"]


def test_a_leader_who_disagrees_sends_the_draft_back(town: World) -> None:
    case_id = town.file()
    town.walk(case_id, "B1b", "B2", "B3")
    town.do(case_id, "B4", y_kien_B4="tra_lai", ly_do_tra_lai_B4="Thiếu số bằng.")
    again = town.task(case_id, "B2")
    assert (again.round, again.state) == (2, "open")
    town.walk(case_id, "B2", "B3", "B4", "B5", *PROVINCE, *MINISTRY)
    assert ended(town, case_id) == ("finished", "E1", [])


def test_insufficient_grounds_at_the_commune_return_the_papers(town: World) -> None:
    case_id = town.file()
    town.do(case_id, "B1b")
    town.do(case_id, "B2", ket_qua_tham_dinh="khong_du", ly_do_khong_du_B2="Không có căn cứ.")
    town.walk(case_id, "B3", "B4", "B5", "TH_xa")
    assert ended(town, case_id) == ("finished", "E5", [])


def test_insufficient_grounds_at_the_province_return_the_papers(town: World) -> None:
    case_id = town.file()
    town.walk(case_id, *COMMUNE, "B11")
    town.walk(
        case_id,
        *PROVINCE[1:],
        huong_giai_quyet="khong_du",
        ly_do_khong_du_B12="Không có căn cứ.",
    )
    town.walk(case_id, "TH_so", "TH_xa_so")
    assert ended(town, case_id) == ("finished", "E4", [])


def test_a_founded_complaint_stops_the_clock_and_refuses(town: World) -> None:
    case_id = complained_of(town)
    assert town.case(case_id).state == "paused"
    town.do(case_id, "KN", ket_luan_khieu_nai="co_co_so", noi_dung_xac_minh="Đúng như phản ánh.")
    assert town.case(case_id).state == "running"
    town.walk(case_id, "B9", "B10", "TH_xa")
    assert ended(town, case_id) == ("finished", "E3", [])


def test_an_unfounded_complaint_goes_on_and_moves_the_date(town: World) -> None:
    case_id = complained_of(town)
    before = town.case(case_id).due_at
    town.clock.advance(timedelta(days=14))
    town.do(case_id, "KN", ket_luan_khieu_nai="khong_co_co_so", noi_dung_xac_minh="Không có cơ sở.")
    case = town.case(case_id)
    assert before is not None
    assert case.due_at is not None
    assert timedelta(days=13) < case.due_at - before < timedelta(days=18)
    assert town.open_elements(case_id) == ["B7"]
    _, moved = town.receipts(case_id)
    assert (moved.due_at, moved.term) == (case.due_at, "99 ngày làm việc")
    assert moved.reason.startswith("Tạm dừng tính thời hạn từ ")


def complained_of(town: World) -> int:
    case_id = town.file()
    town.walk(case_id, "B1b", "B2", "B6", **DAMAGED)
    town.pass_posting(case_id)
    town.do(case_id, "B6_ket_qua", co_khieu_nai="co", noi_dung_khieu_nai="Có ý kiến.")
    return case_id
