"""Pages of acts on the legal clock: what each says before, what is refused, what the case shows."""

from __future__ import annotations

import re

import pytest

from engine.persistence.tables import CalendarChangeRow, CaseRow, DateMoveRow, ExtensionRow
from engine.services import apologies
from engine.services.casework import open_case
from tests.papers import text_of
from tests.services.test_walks import COMMUNE, PROVINCE
from tests.web.conftest import title, upload, words

PDF = b"%PDF-1.7\n1 0 obj\n"
TEN = "10 ngày làm việc"


@pytest.fixture
def accepted(town):
    case_id = town.file()
    town.do(case_id, "B1b")
    return case_id


def drafted(town, case_id):
    with town.act() as act:
        case = act.session.get_one(CaseRow, case_id)
        case.rung = 2
        work = open_case(act, case)
        apologies.open_draft(work)
        work.write_journal()


def test_an_extension_is_shown_before_it_is_made_and_made_once(browser, accepted):
    dung, path = browser("dung"), f"/ho-so/{accepted}/gia-han"
    assert path in dung.get(f"/ho-so/{accepted}").text
    assert "thứ Sáu, 22/05/2026" in words(dung.get(path))
    wrong = dung.get(f"{path}?ngay=06/06/2026")
    assert wrong.status_code == 422
    assert "Ngày làm việc tiếp theo là 08/06/2026." in words(wrong)
    assert 'value="06/06/2026"' in wrong.text
    assert "“31/02/2026” không phải là một ngày" in words(dung.get(f"{path}?ngay=31/02/2026"))
    shown = words(dung.get(f"{path}?them={TEN}"))
    assert "Ngày hẹn trả sẽ chuyển từ 22/05/2026 sang 05/06/2026." in shown
    assert "Gia hạn đến 05/06/2026" in shown
    seen = re.search(r'name="seen" value="([^"]+)"', dung.last.text)[1]
    refused = dung.post(path, them=TEN, seen=seen, reason=" ", document=upload("qd.pdf", PDF))
    assert refused.status_code == 422
    assert "Hãy ghi lý do." in words(refused)
    kept = dict(
        re.findall(r'name="(_kept|document_file|document_name)" value="([^"]+)"', dung.last.text)
    )
    assert kept["document_name"] == "qd.pdf"  # nobody uploads twice
    done = dung.post(path, them=TEN, seen=seen, reason="Vụ việc phức tạp.", **kept)
    assert done.location == f"/ho-so/{accepted}"
    page = words(dung.get(f"/ho-so/{accepted}"))
    assert "05/06/2026 17:00" in page
    assert "Gia hạn Thêm 10 ngày làm việc, ngày 02/03/2026 · Dung Vụ việc phức tạp." in page
    assert "Lần 2, ngày 02/03/2026 Hẹn trả 05/06/2026" in page
    again = dung.get(path)
    assert again.status_code == 409
    assert "Mỗi hồ sơ chỉ được gia hạn một lần. Dung đã gia hạn" in words(again)
    said = words(dung.get(f"/ho-so/{accepted}/vi-sao"))
    assert "56 ngày làm việc , gia hạn thêm 10 ngày làm việc" in said
    assert "tính từ sau ngày hẹn trả trước khi gia hạn là 22/05/2026" in said
    assert re.search(r'class="counted last"[^>]*>5<small>66</small>', dung.last.text)


def test_an_extension_of_a_date_that_moved_meanwhile_is_shown_again(browser, town, accepted):
    dung, path = browser("dung"), f"/ho-so/{accepted}/gia-han"
    dung.get(f"{path}?them={TEN}")
    old = "2026-05-01T10:00:00+00:00"
    late = dung.post(path, them=TEN, seen=old, reason="Vì", document=upload("qd.pdf", PDF))
    assert late.status_code == 409
    assert "Ngày hẹn trả vừa đổi thành 22/05/2026" in words(late)
    with town.act(write=False) as act:
        assert act.session.query(ExtensionRow).count() == 0


def test_resuming_says_to_which_day_the_date_moves(browser, town, accepted):
    dung, path = browser("dung"), f"/ho-so/{accepted}/tam-dung"
    page = words(dung.get(path))
    assert "ngày hôm nay vẫn được tính" in page
    assert "Hồ sơ còn 56 ngày làm việc." in page
    refused = dung.post(path, reason="Chờ xác minh")
    assert refused.status_code == 422
    assert "Hãy chọn tệp văn bản làm căn cứ" in words(refused)
    assert ">Chờ xác minh</textarea>" in refused.text
    program = upload("cv.exe", b"MZ\x90\x00")
    assert dung.post(path, reason="Chờ xác minh", document=program).status_code == 422
    dung.post(path, reason="Chờ xác minh", document=upload("cv.pdf", PDF))
    said = words(dung.get(f"/ho-so/{accepted}"))
    assert "Đang tạm dừng từ 02/03/2026 Chờ xác minh Dừng theo văn bản" in said
    town.at("2026-03-09 08:00")
    dung = browser("dung")
    page = words(dung.get(f"/ho-so/{accepted}/tiep-tuc"))
    assert "Ngày hẹn trả sẽ chuyển từ 22/05/2026 sang 29/05/2026." in page
    assert "Cấp giấy hẹn mới (lần 2)." in page
    assert dung.post(f"/ho-so/{accepted}/tiep-tuc").status_code == 302
    assert "Đã tạm dừng 1 lần" in words(dung.get(f"/ho-so/{accepted}"))
    assert dung.get(f"/ho-so/{accepted}/tiep-tuc").status_code == 409


def test_stopping_names_what_it_closes_and_is_seen_everywhere_after(browser, town, accepted):
    dung, binh, path = browser("dung"), browser("binh"), f"/ho-so/{accepted}/dung-giai-quyet"
    task = town.task(accepted, "B2")
    binh.get(f"/viec/{task.id}")
    binh.post(f"/viec/{task.id}/nhan")
    form = binh.get(f"/viec/{task.id}")
    assert form.status_code == 200
    page = words(dung.get(path))
    assert "1 việc đang mở sẽ khép lại: Thẩm định hồ sơ" in page
    assert "Binh, UBND xã An Phú" in page
    assert dung.post(path, reason="Không bổ sung giấy tờ.").status_code == 422
    done = dung.post(path, reason="Không bổ sung giấy tờ.", document=upload("tb.pdf", PDF))
    assert done.location == f"/ho-so/{accepted}"
    page = words(dung.get(f"/ho-so/{accepted}"))
    assert "Đã dừng giải quyết hồ sơ Ngày 02/03/2026, Dung ghi nhận." in page
    assert "Dừng giải quyết hồ sơ: Không bổ sung giấy tờ." in page  # the journal
    assert "Người nộp rút hồ sơ" not in page
    assert "Dừng giải quyết" in words(dung.get("/ho-so"))
    late = binh.post(f"/viec/{task.id}/hoan-thanh")
    assert late.status_code == 409
    assert "đã dừng giải quyết ngày 02/03/2026 (Không bổ sung giấy tờ)" in words(late)
    assert "Hồ sơ đã dừng giải quyết nên" in words(binh.get(f"/viec/{task.id}"))
    assert "Thẩm định hồ sơ" not in words(binh.get("/viec"))
    assert dung.get(path).status_code == 409


def test_the_receiving_unit_records_that_the_applicant_takes_it_back(browser, accepted):
    hanh, path = browser("hanh"), f"/ho-so/{accepted}/rut-ho-so"
    page = hanh.get(f"/ho-so/{accepted}")
    assert path in page.text
    assert "/dung-giai-quyet" not in page.text
    assert hanh.get(f"/ho-so/{accepted}/dung-giai-quyet").status_code == 403
    hanh.get(path)
    assert hanh.post(path, reason="Gia đình đổi ý").status_code == 302
    assert "Người nộp đã rút hồ sơ" in words(hanh.get(f"/ho-so/{accepted}"))
    assert browser("quan").get(path).status_code == 404


def test_a_letter_of_apology_is_completed_printed_and_promised_on_the_case(browser, town, accepted):
    path = f"/ho-so/{accepted}/xin-loi"
    assert browser("dung").get(path).status_code == 409  # nothing to apologise for yet
    town.at("2026-05-21 08:00")
    drafted(town, accepted)
    dung = browser("dung")
    page = words(dung.get(f"/ho-so/{accepted}"))
    assert "Cần gửi thư xin lỗi" in page
    assert "xin lỗi vì không kịp ngày hẹn trả 22/05/2026" in words(dung.get(path))
    for day, said in (("21/05/2026", "phải sau ngày"), ("mai", "không phải là một ngày")):
        refused = dung.post(path, reason="Chờ Bộ", day=day)
        assert refused.status_code == 422
        assert said in words(refused)
        assert f'value="{day}"' in refused.text
    sent = dung.post(path, reason="Chờ ý kiến của Bộ.", day="29/05/2026")
    printed = dung.get(sent.location).location
    assert title(dung.get(printed)) == "Văn bản xin lỗi và hẹn lại ngày trả kết quả"
    said = text_of(dung.get(f"{printed}/tep.pdf").data)
    assert "Số: 01/XL-AP" in said
    assert "Kính gửi: Nguyễn Thị Mừng" in said
    assert "Lý do: Chờ ý kiến của Bộ." in said
    assert "đến thứ Sáu, ngày 29/05/2026 tại UBND xã An Phú" in said
    assert "LÃNH ĐẠO UBND CẤP XÃ" in said
    page = words(dung.get(f"/ho-so/{accepted}"))
    assert "Hẹn lại (thư xin lỗi ngày 21/05/2026) 29/05/2026" in page
    assert dung.get(path).status_code == 409
    assert dung.get(f"/ho-so/{accepted}/thu-xin-loi/99").status_code == 404
    assert browser("quan").get(sent.location).status_code == 404


def test_the_annex_lists_every_date_of_the_dossier(browser, town, accepted):
    path = f"/ho-so/{accepted}/phu-luc-thoi-han"
    town.at("2026-03-04 08:00")
    town.walk(accepted, *COMMUNE[1:], *PROVINCE, "B18")  # the drawing stops the clock
    town.at("2026-03-05 08:00")
    hoa = browser("hoa")
    assert path in hoa.get(f"/ho-so/{accepted}").text
    move(town, accepted, town.task(accepted, "B2").id)
    said = words(hoa.get(path))
    for part in (
        "Phụ lục thời hạn của hồ sơ AP-2026-000001",
        "Tính 56 ngày, từ sau 02/03/2026 đến 22/05/2026.",
        "Giỗ Tổ Hùng Vương (1 ngày)",
        "1 02/03/2026 22/05/2026 56 ngày làm việc Tiếp nhận hồ sơ",
        "04/03/2026 08:00 nay 1 Quy trình",
        "giải quyết TTHC: dời từ 04/03/2026 08:00 sang 05/03/2026 08:00 theo thay đổi lịch số 1",
        "Sở Nội vụ 0 ngày làm việc 14 ngày làm việc",
        "người in: Hoa.",
    ):
        assert part in said
    assert re.search(r"Thẩm định hồ sơ, .*? 16 \(2 ngày\) Xong đúng hạn", said)
    assert browser("quan").get(path).status_code == 404
    assert hoa.get(f"/ho-so/{town.file()}/phu-luc-thoi-han").status_code == 404  # not accepted


def move(town, case_id, task_id):
    """What a change of the calendar leaves of a task's date and of the case's."""
    with town.act() as act:
        row = CalendarChangeRow(
            state="done", days=[], document="Công văn 12/SNV", drafted_at=act.now
        )
        act.session.add(row)
        act.session.flush()
        task = town.task(case_id, "B2")
        case = act.session.get_one(CaseRow, case_id)
        moved = {"change_id": row.id, "case_id": case_id, "at": act.now}
        after = act.now
        act.session.add(DateMoveRow(**moved, task_id=task.id, before=task.due_at, after=after))
        act.session.add(DateMoveRow(**moved, before=case.due_at, after=case.due_at))


def test_a_date_that_moved_with_the_calendar_says_from_where_and_by_which_document(
    browser, town, accepted
):
    move(town, accepted, town.task(accepted, "B2").id)
    binh = browser("binh")
    told = "theo thay đổi lịch số 1, Công văn 12/SNV (ngày 02/03/2026)."
    step = words(binh.get(f"/viec/{town.task(accepted, 'B2').id}/vi-sao"))
    assert f"Dời từ 04/03/2026 08:00 sang 02/03/2026 08:00 {told}" in step
    case = words(binh.get(f"/ho-so/{accepted}/vi-sao"))
    assert f"Dời từ 22/05/2026 17:00 sang 22/05/2026 17:00 {told}" in case
    assert told in words(binh.get(f"/ho-so/{accepted}/giay-hen/1/vi-sao"))
