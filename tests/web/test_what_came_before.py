"""What officers read before they decide: why work came back, what is submitted, what was said."""

from __future__ import annotations

import re

import pytest

from engine.ports import UploadedFile
from engine.services import reassigning
from tests.web.conftest import title, words

PDF = b"%PDF-1.7\n1 0 obj\n"
REASON = "Tờ trình thiếu số Bằng gốc.\nSửa rồi trình lại."


@pytest.fixture
def sent_back(town):
    """A dossier that the chairman has sent back to the specialist."""
    case_id = town.file()
    town.walk(case_id, "B1b", "B2", "B3", noi_dung_tham_dinh="Đủ căn cứ, đề nghị duyệt.")
    town.do(case_id, "B4", y_kien_B4="tra_lai", ly_do_tra_lai_B4=REASON)
    return case_id


def page_of(browser, town, case_id, element, who):
    return browser(who).get(f"/viec/{town.task(case_id, element).id}")


def test_the_drafter_reads_at_once_who_sent_it_back_and_why(browser, town, sent_back):
    said = words(page_of(browser, town, sent_back, "B2", "binh"))
    assert (
        "Dung trả lại ngày 02/03/2026 08:00 (bước “Phê duyệt”): Tờ trình thiếu số Bằng gốc."
        " Sửa rồi trình lại." in said
    )
    assert said.index("trả lại ngày") < said.index("Cần làm gì")
    assert said.count("Sửa rồi trình lại.") == 1


def test_a_leader_has_the_dossier_before_them(browser, town):
    case_id = town.file()
    town.walk(case_id, "B1b", "B2", "B3", noi_dung_tham_dinh="Đủ căn cứ, đề nghị duyệt.")
    page = page_of(browser, town, case_id, "B4", "dung")
    said = words(page)
    assert "Hồ sơ trình Bước trước: Xem xét, trình ký Cuong, 02/03/2026 08:00" in said
    assert said.index("Đủ căn cứ, đề nghị duyệt.") < said.index("Lưu nháp")
    assert "Mẫu số 16" in said
    opened = re.findall(r"<details open>\s*<summary>([^<]+?) <", page.text)
    assert opened == ["Thẩm định hồ sơ, đề xuất kết quả giải quyết TTHC"]
    assert 'target="_blank" rel="noopener"' in page.text


def test_what_one_wrote_oneself_is_folded_away(browser, town):
    case_id = town.file()
    fold = re.compile(r"<details>\s*<summary>Nộp hồ sơ")
    assert fold.search(page_of(browser, town, case_id, "B1b", "hoa").text)
    assert not fold.search(page_of(browser, town, case_id, "B1b", "hanh").text)


def test_a_supplement_is_waited_for_and_its_reasons_stay_in_sight(browser, town):
    case_id = town.file()
    town.do(case_id, "B1b", ket_qua_tiep_nhan="bo_sung", ly_do_bo_sung="Thiếu bằng gốc.")
    page = page_of(browser, town, case_id, "B1a", "hanh")
    said = words(page)
    assert "Đã yêu cầu bổ sung ngày 02/03/2026 08:00 (Hoa): Thiếu bằng gốc." in said
    assert "Chờ người nộp bổ sung" in said
    assert "Ghi nhận kết quả" in said
    assert "/nhan" not in page.text
    town.do(case_id, "B1a")
    again = words(page_of(browser, town, case_id, "B1b", "hoa"))
    assert "Đã yêu cầu bổ sung ngày 02/03/2026 08:00 (Hoa): Thiếu bằng gốc." in again
    story = words(browser("hoa").get(f"/ho-so/{case_id}"))
    assert "Kiểm tra, tiếp nhận hồ sơ Yêu cầu bổ sung" in story
    assert "Hoa ghi nhận thay Tổ chức, cá nhân, UBND xã An Phú" in story


def test_whoever_is_given_a_task_reads_by_whom_and_why(browser, town):
    case_id = town.file()
    with town.act("phuc") as act:
        task_id = town.task(case_id, "B1b").id
        reassigning.reassign(act, task_id, town.users["hanh"], "Hoa nghỉ phép.")
    said = "giao việc này cho bạn ngày 02/03/2026 08:00: Hoa nghỉ phép."
    assert f"Phuc {said}" in words(page_of(browser, town, case_id, "B1b", "hanh"))
    assert said not in words(page_of(browser, town, case_id, "B1b", "hoa"))


def test_the_story_marks_a_return_with_its_reason(browser, town, sent_back):
    page = browser("binh").get(f"/ho-so/{sent_back}")
    assert "Phê duyệt Trả lại Dung, Lãnh đạo UBND cấp xã, UBND xã An Phú Tờ trình" in words(page)
    items = re.findall(r'<li class="(\w*)">.*?</li>', page.text, re.DOTALL)
    assert items[:6] == ["done", "done", "done", "done", "", "current"]


def test_the_journal_tells_moments_as_people_do(browser, town):
    case_id = town.file()
    town.do(case_id, "B1b")
    said = words(browser("hoa").get(f"/ho-so/{case_id}"))
    assert "hẹn trả 22/05/2026 17:00." in said
    assert not re.search(r"\d{4}-\d\d-\d\dT", said)


def test_files_are_links_wherever_they_are_named(browser, town):
    case_id = town.file()
    town.do(case_id, "B1b")
    town.do(case_id, "B2", du_thao_xa=[UploadedFile("tờ trình.pdf", PDF)])
    link = re.compile(r'<a[^>]* href="(/ho-so/\d+/tep/\d+)">(?:<svg.*?</svg>)? ?tờ trình.pdf</a>')
    shown = page_of(browser, town, case_id, "B3", "cuong")
    assert browser("cuong").get(link.search(shown.text)[1]).data == PDF
    of_case = browser("binh").get(f"/ho-so/{case_id}").text
    assert link.search(of_case)  # beside what was said at the step; among the files it is shown
    assert re.search(r'href="/ho-so/\d+/tep/\d+/xem">tờ trình.pdf</a>', of_case)
    town.do(case_id, "B3", y_kien_B3="tra_lai", ly_do_tra_lai_B3=REASON)
    again = page_of(browser, town, case_id, "B2", "binh")
    assert link.search(again.text[again.text.index('id="work"') :])


def test_a_second_tab_is_told_what_the_same_person_did_and_when(browser, town):
    task = town.task(town.file(), "B1b")
    hoa = browser("hoa")
    hoa.get(f"/viec/{task.id}")
    town.do(task.case_id, "B1b", "hoa")
    late = hoa.post(f"/viec/{task.id}/hoan-thanh", ket_qua_tiep_nhan="du")
    assert late.status_code == 409
    assert title(late) == "Kiểm tra, tiếp nhận hồ sơ"
    assert "Bạn đã hoàn thành việc này lúc 08:00. Lần gửi này không được ghi lại." in words(late)


def test_accepting_says_when_the_result_is_due_and_offers_the_receipt(browser, town):
    task = town.task(town.file(), "B1b")
    town.do(task.case_id, "B1b", "hoa")
    page = browser("hoa").get(f"/viec?xong={task.id}")
    assert "Hẹn trả kết quả: thứ Sáu, 22/05/2026." in words(page)
    assert "In giấy hẹn" in words(page)
    receipt = re.search(r'href="([^"]+)"[^>]*>(?:<svg.*?</svg>)? In giấy hẹn', page.text)
    asked = browser("hoa").get(browser("hoa").get(receipt[1]).location)
    assert asked.status_code == 200
    assert "Giấy tiếp nhận hồ sơ và hẹn trả kết quả" in words(asked)


def test_lists_say_what_came_back_and_whom_outside_work_waits_for(browser, town, sent_back):
    inbox = browser("binh").get("/viec")
    assert "(lần 2) Bị trả lại" in words(inbox)
    town.do(sent_back, "B2")
    assert "Bị trả lại" not in words(browser("cuong").get("/viec"))
    case_id = town.file()
    town.do(case_id, "B1b", ket_qua_tiep_nhan="bo_sung", ly_do_bo_sung="Thiếu bằng gốc.")
    said = words(browser("hoa").get("/viec?xem=role"))
    assert "Nộp hồ sơ (lần 2) Chờ người nộp bổ sung" in said
    assert "Ghi nhận kết quả" in said
