"""The case page: everything that happened, files, pausing, searching."""

from __future__ import annotations

import re

import pytest

from engine.persistence.tables import AttachmentRow
from tests.web.conftest import title, upload, words

PDF = b"%PDF-1.7\n1 0 obj\n"


@pytest.fixture
def accepted(town):
    case_id = town.file()
    town.do(case_id, "B1b")
    return case_id


def pause(someone, case_id, reason="Chờ văn bản của cơ quan khác"):
    someone.get(f"/ho-so/{case_id}")
    return someone.post(f"/ho-so/{case_id}/tam-dung", reason=reason, document=upload("cv.pdf", PDF))


def test_it_tells_the_whole_story(browser, town, accepted):
    page = browser("binh").get(f"/ho-so/{accepted}")
    said = words(page)
    assert title(page) == "Nguyễn Thị Mừng"
    assert "AP-2026-000001" in said
    assert "Hoa, Trung tâm Phục vụ hành chính công cấp xã, UBND xã An Phú" in said
    assert "chưa ai nhận" in said
    assert "56 ngày làm việc" in said
    assert "22/05/2026 17:00" in said
    assert "Nhật ký hồ sơ" in said
    assert "Tiếp nhận hồ sơ AP-2026-000001." in said


def test_the_diagram_marks_where_the_case_stands_and_links_to_my_work(browser, town, accepted):
    page = browser("binh").get(f"/ho-so/{accepted}").text
    marked = dict(re.findall(r'class="element [\w-]+ (\w+)" data-element="(\w+)"', page))
    assert marked["current"] == "B2"
    task = town.task(accepted, "B2")
    assert f'<a href="/viec/{task.id}"><g class="element user-task current"' in page
    assert f'<a href="/viec/{task.id}"><g' not in browser("hoa").get(f"/ho-so/{accepted}").text


def test_the_diagram_is_also_a_list(browser, accepted):
    said = words(browser("hoa").get(f"/ho-so/{accepted}"))
    assert "Xem sơ đồ dưới dạng danh sách" in said
    assert re.search(r"Thẩm định hồ sơ[^–]*– [^–]*– đang làm", said)


def test_an_overdue_step_is_overdue_in_words_and_on_the_diagram(browser, town, accepted):
    town.at("2026-03-10 09:00")
    page = browser("binh").get(f"/ho-so/{accepted}")
    assert "Quá hạn" in words(page)
    assert re.search(r'overdue" data-element="B2"', page.text)


def test_nobody_from_elsewhere_sees_it(browser, journal, town, accepted):
    for who in ("quan", "tam", "vinh"):
        response = browser(who).get(f"/ho-so/{accepted}")
        assert response.status_code == 404
        assert "Nguyễn Thị Mừng" not in response.text
    assert {line["actor"] for line in journal("permission:refused")} == {
        town.users[who] for who in ("quan", "tam", "vinh")
    }


def test_a_head_pauses_and_resumes_the_legal_clock_with_a_document(browser, accepted):
    dung = browser("dung")
    assert pause(dung, accepted).location == f"/ho-so/{accepted}"
    said = words(dung.get(f"/ho-so/{accepted}"))
    assert "Tạm dừng, còn 56 ngày" in said
    assert "Chờ văn bản của cơ quan khác" in said
    assert "cv.pdf" in said
    assert dung.post(f"/ho-so/{accepted}/tiep-tuc").status_code == 302
    assert "Tạm dừng, còn" not in words(dung.get(f"/ho-so/{accepted}"))


def test_a_pause_needs_a_reason_and_a_document(browser, accepted):
    dung = browser("dung")
    dung.get(f"/ho-so/{accepted}")
    assert dung.post(f"/ho-so/{accepted}/tam-dung", reason="Vì sao").status_code == 422
    assert pause(dung, accepted, reason=" ").status_code == 422


@pytest.mark.parametrize(("who", "status"), [("binh", 403), ("quan", 403)])
def test_only_heads_and_supervisors_may_pause(browser, journal, accepted, who, status):
    one = browser(who)
    assert "Tạm dừng thời hạn" not in words(one.get(f"/ho-so/{accepted}"))
    assert pause(one, accepted).status_code in (status, 404)
    assert journal("permission:refused")


def test_pausing_twice_is_a_conflict(browser, accepted):
    dung = browser("dung")
    pause(dung, accepted)
    assert pause(dung, accepted).status_code == 409


def test_an_attachment_is_only_ever_a_download(browser, town, accepted):
    dung = browser("dung")
    pause(dung, accepted)
    with town.act(write=False) as act:
        attachment = act.session.query(AttachmentRow).one()
    path = f"/ho-so/{accepted}/tep/{attachment.id}"
    response = browser("binh").get(path)
    assert response.data == PDF
    assert response.headers["Content-Disposition"].startswith("attachment;")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Type"] == "application/octet-stream"
    assert browser("quan").get(path).status_code == 404
    assert browser("binh").get(f"/ho-so/{accepted + 1}/tep/{attachment.id}").status_code == 404


def test_it_is_found_by_code_and_name_by_those_who_may_see_it(browser, town):
    town.file(nguoi_ho_ten="Đặng Thị Ngọc Ánh")
    town.file(nguoi_ho_ten="Trần Văn Bình")
    hoa = browser("hoa")
    assert "Đặng Thị Ngọc Ánh" in words(hoa.get("/ho-so?q=ngoc anh"))
    assert "Trần Văn Bình" not in words(hoa.get("/ho-so?q=ngoc anh"))
    assert "AP-2026-000002" in words(hoa.get("/ho-so?q=ap-2026-000002"))
    assert "Đặng Thị" not in words(browser("quan").get("/ho-so?q=ngoc anh"))


def test_a_finished_case_says_how_it_ended(browser, town):
    case_id = town.file()
    town.do(case_id, "B1b", ket_qua_tiep_nhan="tu_choi", ly_do="Không đúng thẩm quyền")
    said = words(browser("hoa").get(f"/ho-so/{case_id}"))
    assert "Đã kết thúc" in said
    assert "Từ chối tiếp nhận hồ sơ" in said


def test_a_case_that_does_not_exist_is_not_found(browser):
    assert browser("hoa").get("/ho-so/999").status_code == 404
