"""What people do wrong, and what they are told: nothing typed is lost, nothing happens twice."""

from __future__ import annotations

import pytest

from tests.browser import steps
from tests.browser.offices import Offices

pytestmark = pytest.mark.browser


@pytest.fixture
def filed(offices: Offices) -> int:
    """A dossier that waits for its check."""
    return offices.town.file()


def test_a_wrong_application_comes_back_with_everything_that_was_typed(offices: Offices) -> None:
    hoa = offices["hoa"]
    hoa.goes_to("/tiep-nhan/qt02-cap-doi-bang?kenh=counter")
    applicant = hoa.part("1. Thông tin người đề nghị")
    hoa.types("Ngày tháng năm sinh", "31/02/1948", applicant)
    hoa.types("Số điện thoại", "không có", applicant)
    hoa.types("Quê quán", "Xóm 3, xã An Phú", applicant)
    hoa.chooses("Cấp đổi")
    hoa.types("Họ và tên", "Nguyễn Văn Tâm", hoa.part("Thân nhân 1"))
    hoa.encloses("Bản quét đơn đã ký", "don.pdf", b"%PDF-1.4 don")
    hoa.presses("Tiếp nhận hồ sơ")
    said = hoa.was_refused(422)
    assert "Chưa gửi được" in said
    assert hoa.page.evaluate("document.activeElement.hasAttribute('data-problems')")
    wrong = hoa.complaint_beside("Ngày tháng năm sinh", applicant)
    assert wrong == "Tháng 2 năm 1948 không có ngày 31."
    assert hoa.complaint_beside("Số điện thoại", applicant)
    assert hoa.complaint_beside("Họ và tên", applicant)
    typed = {
        label: hoa.field(label, applicant).input_value()
        for label in ("Ngày tháng năm sinh", "Số điện thoại", "Quê quán")
    }
    assert list(typed.values()) == ["31/02/1948", "không có", "Xóm 3, xã An Phú"]
    assert hoa.field("Họ và tên", hoa.part("Thân nhân 1")).input_value() == "Nguyễn Văn Tâm"
    assert hoa.form.get_by_role("checkbox", name="don.pdf").is_checked()

    hoa.types("Họ và tên", "Nguyễn Thị Mừng", applicant)
    hoa.types("Ngày tháng năm sinh", "1948", applicant)
    hoa.types("Số điện thoại", "", applicant)
    hoa.types("Họ và tên", "Trần Văn Bền", hoa.part("2. Thông tin về liệt sĩ"))
    hoa.presses("Tiếp nhận hồ sơ")
    assert "AP-2026-000001" in hoa.reads()
    hoa.follows("Xem hồ sơ")
    assert "don.pdf" in hoa.reads()


def test_an_incomplete_dossier_cannot_be_accepted(offices: Offices, filed: int) -> None:
    hoa = offices["hoa"]
    hoa.opens(offices.town.case(filed).code, steps.RECEPTION)
    hoa.has("Đơn đề nghị theo Mẫu số 16")
    hoa.chooses("Đầy đủ")
    hoa.presses("Hoàn thành")
    said = hoa.was_refused(422)
    assert "Bằng “Tổ quốc ghi công”" in said
    paper = hoa.form.get_by_role("radiogroup", name="Đơn đề nghị theo Mẫu số 16")
    assert paper.get_by_label("Bản chính").is_checked()
    steps.accept(hoa)
    assert "Đã hoàn thành" in hoa.completes()


def test_a_refusal_needs_its_reason(offices: Offices, filed: int) -> None:
    offices.town.walk(filed, "B1b", "B2")
    cuong = offices["cuong"]
    cuong.opens(offices.town.case(filed).code, "Xem xét, trình ký")
    assert not cuong.field("Lý do trả lại").is_visible()
    cuong.chooses("Trả lại")
    cuong.presses("Hoàn thành")
    cuong.was_refused(422)
    assert cuong.complaint_beside("Lý do trả lại")
    assert offices.town.open_elements(filed) == ["B3"]


def test_of_two_officers_at_one_task_the_second_is_told(offices: Offices, filed: int) -> None:
    code = offices.town.case(filed).code
    hoa, hanh = offices["hoa"], offices["hanh"]
    for officer in (hoa, hanh):
        officer.opens(code, steps.RECEPTION)
        steps.accept(officer)
    hoa.completes()
    hanh.presses("Hoàn thành")
    said = hanh.was_refused(409)
    assert "Có người vừa làm trước bạn" in said
    assert "Việc này đã được hoàn thành" in said
    hanh.follows("Tải lại trang")
    assert "Hoa đã hoàn thành lúc 02/03/2026 08:00." in hanh.told()
    assert hanh.waiting(code) == []


def test_a_claimed_task_is_not_done_by_a_colleague(offices: Offices, filed: int) -> None:
    code = offices.town.case(filed).code
    hoa, hanh = offices["hoa"], offices["hanh"]
    hanh.opens(code, steps.RECEPTION)
    hoa.goes_to("/viec")
    hoa.presses("Nhận việc", within=hoa.lines(code))
    assert "Bạn đã nhận việc này." in hoa.told()
    steps.accept(hanh)
    hanh.presses("Hoàn thành")
    assert "Việc này đã có người khác nhận." in hanh.was_refused(409)
    hanh.follows("Tải lại trang")
    assert "Hoa đang giữ việc này. Bạn chỉ xem được." in hanh.told()
    assert hanh.form.count() == 0


def test_a_double_click_completes_once(offices: Offices, filed: int) -> None:
    hoa = offices["hoa"]
    hoa.opens(offices.town.case(filed).code, steps.RECEPTION)
    steps.accept(hoa)
    with hoa.page.expect_navigation(url="**/viec?xong=*"):
        hoa.main.get_by_role("button", name="Hoàn thành").dblclick(no_wait_after=True)
    assert "Đã hoàn thành" in hoa.told()
    assert offices.town.open_elements(filed) == ["B2"]


def test_a_double_click_files_once(offices: Offices) -> None:
    hoa = offices["hoa"]
    hoa.goes_to("/tiep-nhan/qt02-cap-doi-bang")
    steps.fill_application(hoa, "Trần Văn Bền")
    with hoa.page.expect_navigation(url="**/da-nhan"):
        hoa.main.get_by_role("button", name="Tiếp nhận hồ sơ").dblclick(no_wait_after=True)
    hoa.goes_to("/ho-so")
    assert hoa.lines("Nguyễn Thị Mừng").count() == 1


def test_a_stale_page_changes_nothing(offices: Offices, filed: int) -> None:
    code = offices.town.case(filed).code
    hoa = offices["hoa"]
    hoa.opens(code, steps.RECEPTION)
    steps.accept(hoa)
    offices.town.do(filed, "B1b", ket_qua_tiep_nhan="tu_choi", ly_do_tu_choi="Sai nơi nộp.")
    hoa.presses("Hoàn thành")
    hoa.was_refused(409)
    assert offices.town.case(filed).outcome == "E2"


def test_another_communes_officer_does_not_know_of_the_case(offices: Offices, filed: int) -> None:
    task = offices.town.task(filed, "B1b")
    quan = offices["quan"]
    quan.goes_to("/viec")
    for path in (f"/ho-so/{filed}", f"/viec/{task.id}", f"/ho-so/{filed}/da-nhan"):
        quan.goes_to(path)
        assert "Không tìm thấy" in quan.was_refused(404)
    quan.goes_to("/ho-so?q=AP-2026")
    assert "Không thấy hồ sơ nào khớp" in quan.reads()
    assert quan.waiting(offices.town.case(filed).code) == []


def test_a_colleague_of_another_post_may_look_but_not_act(offices: Offices, filed: int) -> None:
    binh = offices["binh"]
    binh.goes_to(f"/viec/{offices.town.task(filed, 'B1b').id}")
    assert "Việc này thuộc chức danh khác. Bạn chỉ xem được." in binh.told()
    assert binh.form.count() == 0
    binh.goes_to("/qua-han")
    assert "Bạn không có quyền làm việc này" in binh.was_refused(403)


def test_a_wrong_password_is_told_without_saying_what_was_wrong(offices: Offices) -> None:
    hoa = offices["hoa"]
    hoa.page.goto("/dang-nhap")
    hoa.signs_in("sai-mat-khau")
    assert "Tên đăng nhập hoặc mật khẩu không đúng." in hoa.was_refused(422)
    assert hoa.page.get_by_label("Tên đăng nhập").input_value() == "hoa"


def test_after_the_night_one_signs_in_again_and_is_where_one_wanted(
    offices: Offices, filed: int
) -> None:
    hoa = offices["hoa"]
    hoa.goes_to("/viec")
    offices.at("2026-03-03 07:30")
    hoa.page.goto(f"/ho-so/{filed}")
    assert hoa.title() == "Đăng nhập"
    hoa.signs_in()
    assert hoa.title() == "Nguyễn Thị Mừng"
