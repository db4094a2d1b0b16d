"""Documents on their pages: looked at before, made, written, approved, numbered, taken away."""

from __future__ import annotations

import io
import re

import docx
import pytest
from sqlalchemy import select

from engine.persistence.tables import DocumentRow
from engine.services.documents import writing
from tests.papers import text_of
from tests.web.conftest import title, words

PNG = b"\x89PNG"


def rows(town, case_id):
    with town.act(write=False) as act:
        found = select(DocumentRow).where(DocumentRow.case_id == case_id)
        return list(act.session.scalars(found.order_by(DocumentRow.id)))


@pytest.fixture
def filed(town):
    return town.file()


def test_a_receipt_is_looked_at_then_numbered_once_and_printed(browser, town, filed):
    hoa = browser("hoa")
    town.do(filed, "B1b")
    asked = hoa.get(f"/ho-so/{filed}/giay-hen/1")
    look = hoa.get(asked.location)
    assert "Cấp số và in" in words(look)
    (picture,) = set(re.findall(r'src="([^"]+/trang/1.png[^"]*)"', look.text))
    shown = hoa.get(picture.replace("&amp;", "&"))
    assert shown.data.startswith(PNG)
    assert shown.headers["Cache-Control"] == "private, no-store"
    hoa.get(asked.location)
    first = hoa.post(f"/ho-so/{filed}/van-ban/lap/bm-01", lan="1")
    page = hoa.get(first.location)
    assert title(page) == "Giấy tiếp nhận hồ sơ và hẹn trả kết quả"
    assert "Số 01/GTN-AP" in words(page)
    assert hoa.post(f"/ho-so/{filed}/van-ban/lap/bm-01", lan="1").location == first.location
    assert len(rows(town, filed)) == 1
    assert hoa.get(f"/ho-so/{filed}/giay-hen/1").location == first.location
    printed = hoa.get(first.location + "/tep.pdf")
    assert "attachment" in printed.headers["Content-Disposition"]
    said = text_of(printed.data)
    assert "Số: 01/GTN-AP" in said
    assert "17:00, thứ Sáu, ngày 22/05/2026" in said
    assert "chờ mẫu chính thức" in said
    assert hoa.get(first.location + "/tep.docx").status_code == 404
    assert browser("quan").get(first.location).status_code == 404
    assert browser("quan").get(first.location + "/trang/1.png").status_code == 404
    assert hoa.get(first.location + "/trang/2.png").status_code == 404


def test_after_asking_for_more_or_refusing_the_form_is_offered_to_print(browser, town):
    hoa = browser("hoa")
    for answer, reason, name in (
        ("bo_sung", "ly_do_bo_sung", "Phiếu yêu cầu bổ sung"),
        ("tu_choi", "ly_do_tu_choi", "Phiếu từ chối"),
    ):
        case_id = town.file()
        task = town.task(case_id, "B1b")
        said = {"ket_qua_tiep_nhan": answer, reason: "Thiếu bằng gốc."}
        page = hoa.get(hoa.post(f"/viec/{task.id}/hoan-thanh", **said).location)
        assert f"In: {name}" in words(page)
        (look,) = set(re.findall(r'href="(/ho-so/\d+/van-ban/lap/bm-0[23][^"]*)"', page.text))
        assert "Cấp số và in" in words(hoa.get(look))


def test_letters_are_offered_to_the_officers_of_their_step(browser, town, filed):
    town.do(filed, "B1b")
    assert "Tờ trình Soạn" in words(browser("binh").get(f"/ho-so/{filed}"))
    assert "Tờ trình Soạn" not in words(browser("hoa").get(f"/ho-so/{filed}"))


def test_a_letter_goes_from_the_writer_by_the_leader_to_the_clerk(browser, town, filed):
    town.do(filed, "B1b")
    binh, dung, giang = browser("binh"), browser("dung"), browser("giang")
    task = town.task(filed, "B2")
    assert "Tờ trình" in words(binh.get(f"/viec/{task.id}"))
    begun = binh.post(f"/ho-so/{filed}/van-ban/soan/to-trinh", buoc=str(task.id))
    writing = binh.get(begun.location)
    assert "Kính gửi" in words(writing)
    fields = {
        "to": "Sở Nội vụ tỉnh Sông Hồng",
        "subject": "cấp đổi Bằng đối với liệt sĩ Trần Văn Bền",
        "body": "Kính trình <Sở>.\nHồ sơ kèm theo./.",
        "recipients": "Như trên\nLưu: VT",
        "signer_title": "CHỦ TỊCH",
        "signer": "Nguyễn Đức Dũng",
    }
    blank = binh.post(begun.location, **{**fields, "subject": " "})
    assert blank.status_code == 422
    assert "Hãy ghi “Trích yếu”" in words(blank)
    assert "Kính trình &lt;Sở&gt;." in blank.text
    assert binh.post(begun.location, **fields).status_code == 302
    (row,) = rows(town, filed)
    place = f"/van-ban/{row.id}"
    assert "Kính trình <Sở>." in text_of(binh.get(place + "/tep.pdf").data)
    assert "du-thao" in binh.last.headers["Content-Disposition"]
    binh.get(place)
    assert "chưa được ký duyệt" in words(binh.get(binh.post(place + "/ban-hanh").location))
    assert "Ký duyệt" not in words(browser("hoa").get(place)).replace("Ký duyệt rồi", "")
    town.do(filed, "B2")
    town.do(filed, "B3")
    assert "Dự thảo" in words(dung.get(f"/viec/{town.task(filed, 'B4').id}"))
    assert "Ký duyệt" in words(dung.get(place))
    assert "Đã ký duyệt" in words(dung.get(dung.post(place + "/ky-duyet").location))
    town.do(filed, "B4")
    clerk = town.task(filed, "B5")
    assert "chờ số" in words(giang.get(f"/viec/{clerk.id}"))
    hoa = browser("hoa")
    hoa.get(place)
    assert hoa.post(place + "/ban-hanh").status_code == 403
    giang.get(place)
    issued = giang.get(giang.post(place + "/ban-hanh").location)
    assert "01/TTr-AP" in words(issued)
    assert 'value="01/TTr-AP"' in giang.get(f"/viec/{clerk.id}").text
    assert "02/03/2026" in giang.last.text
    assert "Số: 01/TTr-AP" in text_of(giang.get(place + "/tep.pdf").data)
    word = docx.Document(io.BytesIO(giang.get(place + "/tep.docx").data))
    said = [p.text for p in word.paragraphs]
    assert "Kính trình <Sở>." in said
    assert "Số: 01/TTr-AP" in word.tables[0].rows[0].cells[0].text
    assert binh.get(place + "/soan").status_code == 409


def test_a_receipt_is_issued_anew_with_the_reason_and_the_old_one_stays(browser, town, filed):
    town.do(filed, "B1b")
    hoa = browser("hoa")
    hoa.get(f"/ho-so/{filed}")
    place = hoa.post(f"/ho-so/{filed}/van-ban/lap/bm-01", lan="1").location
    assert "Cấp lại" in words(hoa.get(place))
    assert hoa.post(place + "/cap-lai", reason=" ").status_code == 422
    again = hoa.post(place + "/cap-lai", reason="ghi nhầm tên")
    page = words(hoa.get(again.location))
    assert "Xem lại bản trước, 01/GTN-AP" in page
    assert "02/GTN-AP" in page
    said = text_of(hoa.get(again.location + "/tep.pdf").data)
    assert "Thay thế giấy tiếp nhận hồ sơ và hẹn trả kết quả số 01/GTN-AP" in said
    assert "ghi nhầm tên" in said
    assert "Đã có bản thay thế" in words(hoa.get(place))
    assert hoa.get(place + "/cap-lai").status_code == 409


def test_voiding_is_for_those_who_answer_for_the_dossier(browser, town, filed):
    town.do(filed, "B1b")
    hanh, hoa = browser("hanh"), browser("hoa")
    hanh.get(f"/ho-so/{filed}")
    place = hanh.post(f"/ho-so/{filed}/van-ban/lap/bm-01", lan="1").location
    assert hanh.get(place + "/huy").status_code == 409
    assert hanh.post(place + "/huy", reason="thử").status_code == 403
    assert "Số 01/GTN-AP cũng bị hủy" in words(hoa.get(place + "/huy"))
    gone = hoa.post(place + "/huy", reason="in nhầm hồ sơ")
    assert "Văn bản đã hủy" in words(hoa.get(gone.location))
    assert "Giấy tiếp nhận" in words(hoa.get(f"/ho-so/{filed}/van-ban"))


def test_the_trace_is_taken_away_as_it_stands_now(browser, town, filed):
    town.do(filed, "B1b")
    hoa = browser("hoa")
    assert "Phiếu kiểm soát" in words(hoa.get(f"/ho-so/{filed}/van-ban"))
    assert hoa.get(f"/ho-so/{filed}/van-ban/lap/bm-06").status_code == 200
    said = text_of(hoa.get(f"/ho-so/{filed}/van-ban/lap/bm-06.pdf").data)
    assert "Kiểm tra, tiếp nhận hồ sơ" in said
    assert "Đang làm" in said
    assert hoa.get(f"/ho-so/{filed}/van-ban/lap/bm-01.pdf").status_code == 404
    kept = hoa.post(f"/ho-so/{filed}/van-ban/lap/bm-06")
    assert "Đã ban hành" in words(hoa.get(kept.location))


def test_what_is_not_asked_for_is_refused_in_words(browser, town, filed):
    hoa = browser("hoa")
    hoa.get(f"/ho-so/{filed}")
    back = hoa.post(f"/ho-so/{filed}/van-ban/lap/bm-01", lan="1")
    assert "chưa được tiếp nhận" in words(hoa.get(back.location))
    assert hoa.get(f"/ho-so/{filed}/van-ban/lap/khong-co").status_code == 404
    assert browser("quan").get(f"/ho-so/{filed}/van-ban").status_code == 404
    assert hoa.get("/van-ban/999").status_code == 404
    assert rows(town, filed) == []


def test_a_draft_that_its_template_cannot_print_names_the_field(browser, town, filed):
    town.do(filed, "B1b")
    task = town.task(filed, "B2")
    with town.act("binh") as act:
        letter = writing.begin(act, filed, "to-trinh", task.id)
        letter.data = {name: said for name, said in letter.data.items() if name != "recipients"}
    page = browser("binh").get(f"/van-ban/{letter.id}")
    assert page.status_code == 422
    assert "Mẫu in “to-trinh.typ” cần “recipients”" in words(page)
