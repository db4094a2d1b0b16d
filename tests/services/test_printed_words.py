"""What the forms, letters and minutes say, long names and missing values included."""

from __future__ import annotations

import re

from engine.persistence.tables import (
    CaseRow,
    PostRow,
    UnitRow,
    UserRow,
)
from engine.services import deploying, tasks
from engine.services.documents import writing
from tests.drawings.files import ROOT
from tests.factories import QT02_FILE, World
from tests.papers import pages_of
from tests.services.papers import (
    HOME,
    LONG,
    LONG_NAME,
    MARTYR,
    form,
    letter,
    now,
    pdf_of,
    said_by,
)
from tests.services.test_odd_drawings import branching, file
from tests.services.test_walks import DAMAGED


def test_the_application_shows_everything_over_pages_with_the_head_repeated(
    small_town: World,
) -> None:
    town, case_id = small_town, small_town.file(**LONG)
    first, second = pages_of(pdf_of(town, form(town, "hoa", case_id, "mau-16", "B1a")))
    assert "Cấp đổi Bằng “Tổ quốc ghi công”" in first
    assert MARTYR in first
    assert HOME.split(",")[0] in first
    assert f"{LONG_NAME} 12" in second
    assert second.startswith("2 ")  # its page number
    assert "Mối quan hệ với liệt sĩ" in second
    assert "ngày 01 tháng 3 năm 2026" in second
    assert "Ghi rõ cấp đổi hoặc cấp lại" in second


def test_what_is_not_known_is_left_to_be_written_by_hand(small_town: World) -> None:
    town = small_town
    case_id = town.file(than_nhan=[], nguoi_thuong_tru="", kinh_gui="")
    (page,) = pages_of(pdf_of(town, form(town, "hoa", case_id, "mau-16", "B1a")))
    assert "Nơi thường trú: ...." in page
    assert "Kính gửi: ...." in page


def test_a_supplement_lists_every_reason_and_a_refusal_too(small_town: World) -> None:
    town, case_id = small_town, small_town.file(**LONG)
    reasons = "- Bản gốc bằng\n- Quyết định <trợ cấp> #1 & giấy *khác*"
    town.do(case_id, "B1b", ket_qua_tiep_nhan="bo_sung", ly_do_bo_sung=reasons)
    said = said_by(town, form(town, "hoa", case_id, "bm-02", "B1b"))
    assert "1. Bản gốc bằng 2. Quyết định <trợ cấp> #1 & giấy *khác*" in said
    assert LONG_NAME in said
    refused = town.file()
    town.do(refused, "B1b", ket_qua_tiep_nhan="tu_choi", ly_do_tu_choi="Không thuộc thẩm quyền")
    assert "1. Không thuộc thẩm quyền" in said_by(town, form(town, "hoa", refused, "bm-03", "B1b"))


def test_the_trace_tells_every_hand_over_late_ones_too(small_town: World) -> None:
    town, case_id = small_town, small_town.file()
    town.do(case_id, "B1b")
    town.at("2026-03-06 09:15")
    town.do(case_id, "B2")
    said = said_by(town, form(town, "hoa", case_id, "bm-06"))
    assert "Thẩm định hồ sơ, đề xuất kết quả giải quyết TTHC" in said
    assert "08:00 04/03/2026 09:15 06/03/2026 Quá hạn" in said
    assert "Đang làm" in said


def test_papers_say_that_no_term_is_stated_where_the_date_is_expected(small_town: World) -> None:
    town = small_town
    branching(town)
    case = file(town, "ngan")
    said = said_by(town, form(town, "hoa", case.id, "bm-06"))
    assert "Thời hạn giải quyết: quy định không nêu cho cả thủ tục" in said
    assert "13/03/2026 (dự kiến)" in said


def test_minutes_begin_with_what_the_posting_said(small_town: World) -> None:
    town, case_id = small_town, small_town.file(**LONG)
    town.walk(case_id, "B1b", "B2", **DAMAGED)
    town.do(case_id, "B6", niem_yet_tu_ngay="2026-03-02", niem_yet_tai="Nhà văn hóa thôn Đông")
    town.pass_posting(case_id)
    row = letter(town, "binh", case_id, "bien-ban-niem-yet", "B6_ket_qua")
    with town.act("binh") as act:
        writing.issue_written(act, row.id)
    said = said_by(town, now(town, row))
    assert "niêm yết công khai từ ngày 02/03/2026 tại Nhà văn hóa thôn Đông" in said
    assert "Số: 01/BB-AP" in said
    town.do(case_id, "B6_ket_qua")
    council = letter(town, "hung", case_id, "bien-ban-hop", "B7")
    assert any(line.startswith("Hung – ") for line in council.data["attendees"])


def test_letterheads_name_the_office_above_only_where_the_decree_does(small_town: World) -> None:
    town, case_id = small_town, small_town.file()
    with town.act() as act:
        unit = act.session.get_one(UnitRow, town.units["snv"])
        unit.sign, unit.place = "SNV", "Sông Hồng"
        act.session.get_one(PostRow, town.posts["nga"]).leader = True
        act.session.get_one(UserRow, town.users["nga"]).full_name = "Lâm Thúy Nga"
    town.walk(case_id, "B1b", "B2", "B3", "B4", "B5", "B11")
    row = letter(town, "lan", case_id, "cong-van", "B12")
    assert row.data["unit"]["parent"] == "UBND tỉnh Sông Hồng"
    assert row.data["to"] == ["Bộ Nội vụ"]
    assert (row.data["signer_title"], row.data["signer"]) == ("GIÁM ĐỐC", "Lâm Thúy Nga")
    receipt = form(town, "hoa", case_id, "bm-01")
    assert receipt.data["unit"]["parent"] == ""


def test_a_written_reply_goes_to_the_applicant_whoever_writes_it(small_town: World) -> None:
    town = small_town
    redrawn = QT02_FILE.read_text(encoding="utf-8")
    for old, new in (('value="2025-07-01"', 'value="2026-03-02"'), ("; cong-van", "; tra-loi")):
        redrawn = redrawn.replace(old, new)
    with town.app.act(None) as act:
        deploying.deploy(act, [(QT02_FILE.name, redrawn.encode())], "Văn bản trả lời.")
    case_id = town.file()
    town.walk(case_id, "B1b", "B2", "B3", "B4", "B5", "B11")
    why = "Đã được cấp đổi năm 1998."
    with town.act("lan") as act:
        task = town.task(case_id, "B12")
        tasks.save_draft(act, task.id, {"huong_giai_quyet": "khong_du", "ly_do_khong_du_B12": why})
    row = letter(town, "lan", case_id, "tra-loi", "B12")
    with town.act(write=False) as act:
        assert row.data["to"] == [act.session.get_one(CaseRow, case_id).applicant]
    assert row.title.startswith("Văn bản trả lời")
    assert "không đủ căn cứ giải quyết. Lý do: Đã được cấp đổi năm 1998." in row.data["body"]
    assert "đối với liệt sĩ Trần Văn" in row.data["subject"]


def test_papers_call_the_person_as_the_form_says_and_else_plainly(small_town: World) -> None:
    town, case_id = small_town, small_town.file()
    town.do(case_id, "B1b")
    assert "Đối với liệt sĩ" in said_by(town, form(town, "hoa", case_id, "bm-01"))
    unnamed = (ROOT / "forms/liet-si/mau-16.form").read_text(encoding="utf-8")
    redrawn = QT02_FILE.read_text(encoding="utf-8").replace(
        'value="2025-07-01"', 'value="2026-03-02"'
    )
    files = [
        (QT02_FILE.name, redrawn.encode()),
        ("liet-si/mau-16.form", re.sub(r',\s*"called": "liệt sĩ"', "", unnamed).encode()),
    ]
    with town.app.act(None) as act:
        deploying.deploy(act, files, "Biểu mẫu không nói gọi là gì.")
    other = town.file()
    town.do(other, "B1b")
    assert "Đối với ông (bà)" in said_by(town, form(town, "hoa", other, "bm-01"))
