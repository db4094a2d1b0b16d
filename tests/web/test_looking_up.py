"""Applicants look up their dossier: with code and key alone, in plain words, and nobody else's."""

from __future__ import annotations

import re
from datetime import date
from urllib.parse import parse_qs, urlsplit

import pytest

from engine.persistence.tables import CaseRow, JournalRow, UnitRow
from engine.ports import UploadedFile
from engine.services import apologies, ending, looking_up, pausing
from tests.factories import World
from tests.pages import pages
from tests.services.test_walks import COMMUNE, PROVINCE
from tests.web.conftest import words

ASKED = "1. Bản chính Quyết định hưởng trợ cấp.\n2. Bằng gốc."
PAPER = UploadedFile("can-cu.pdf", b"%PDF-1.4 can cu")


def key(town: World, case_id: int) -> tuple[str, str]:
    """Code and key as the receipt says them; made as printing a receipt does."""
    with town.act() as act:
        case = act.session.get_one(CaseRow, case_id)
        return case.code, looking_up.key_of(act, case)


def look(browser, town: World, case_id: int):
    code, secret = key(town, case_id)
    return browser(None).get(f"/tra-cuu?ma={code}&khoa={secret}")


# --- the key -------------------------------------------------------------------------------------


def test_every_dossier_has_a_key_of_its_own_that_stays(town):
    first, second = town.file(), town.file(who="hanh")
    keys = {key(town, case_id)[1] for case_id in (first, second)}
    assert len(keys) == 2
    assert all(re.fullmatch("[2-9A-HJ-NP-Z]{10}", one) for one in keys)
    assert key(town, first) == key(town, first)


def test_a_dossier_from_before_gets_its_key_when_a_receipt_is_printed(town):
    case_id = town.file()
    with town.act() as act:
        act.session.get_one(CaseRow, case_id).look_up_key = None
    with town.act() as act:
        made = looking_up.key_of(act, act.session.get_one(CaseRow, case_id))
    assert town.case(case_id).look_up_key == made


def test_a_key_is_never_made_for_a_case_that_would_not_keep_it(town):
    case = town.case(town.file())
    with pytest.raises(LookupError), town.act() as act:
        looking_up.key_of(act, case)


def test_the_address_on_a_receipt_leads_to_the_dossier(browser, town):
    code, secret = key(town, town.file())
    address = urlsplit(looking_up.address(town.app.settings, code, secret))
    assert f"{address.scheme}://{address.netloc}" == town.app.settings.site
    assert parse_qs(address.query) == {"ma": [code], "khoa": [secret]}
    page = browser(None).get(f"{address.path}?{address.query}")
    assert page.status_code == 200
    assert code in words(page)


def test_code_and_key_may_be_typed_as_people_type(browser, town):
    code, secret = key(town, town.file())
    stranger = browser(None).client
    for said, spelt in (
        (code.lower(), secret.lower()),
        (f" {code} ", f"{secret[:5]} {secret[5:]}"),
        (code, f"{secret[:5]}-{secret[5:]}"),
    ):
        page = stranger.get("/tra-cuu", query_string={"ma": said, "khoa": spelt})
        assert page.status_code == 200


# --- what is told --------------------------------------------------------------------------------


def test_a_new_dossier_waits_to_be_checked(browser, town):
    said = words(look(browser, town, town.file()))
    assert "Đã nộp, đang chờ kiểm tra" in said
    assert "Ngày 02/03/2026" in said
    assert "Chưa có ngày hẹn" in said
    assert "Cấp đổi Bằng" in said


def test_an_accepted_dossier_shows_its_date_and_where_it_is(browser, town):
    case_id = town.file()
    town.do(case_id, "B1b")
    said = words(look(browser, town, case_id))
    assert "Đang giải quyết" in said
    assert "Thẩm định hồ sơ, đề xuất kết quả giải quyết TTHC" in said
    assert "UBND xã An Phú" in said
    assert "Hẹn trả kết quả: thứ" in said
    assert "Chưa cần làm gì" in said


def test_who_must_add_papers_is_told_which_and_where(browser, town):
    case_id = town.file()
    with town.act() as act:
        unit = act.session.get_one(UnitRow, town.units["ap"])
        unit.address, unit.phone = "Số 1, đường Trần Phú", "0254 3812345"
    town.do(case_id, "B1b", ket_qua_tiep_nhan="bo_sung", ly_do_bo_sung=ASKED)
    said = words(look(browser, town, case_id))
    assert "Cần bổ sung giấy tờ" in said
    assert "1. Bản chính Quyết định hưởng trợ cấp. 2. Bằng gốc." in said
    assert "Số 1, đường Trần Phú Điện thoại: 0254 3812345" in said


def test_once_added_the_request_is_no_longer_shown(browser, town):
    case_id = town.file()
    town.do(case_id, "B1b", ket_qua_tiep_nhan="bo_sung", ly_do_bo_sung=ASKED)
    town.do(case_id, "B1a")
    assert "Bản chính Quyết định" not in words(look(browser, town, case_id))


def test_a_standstill_is_explained(browser, town):
    case_id = town.file()
    town.do(case_id, "B1b")
    with town.act("hoa") as act:
        pausing.pause(act, case_id, "Chờ ông Nguyễn Văn Kín cung cấp thông tin.", PAPER)
    said = words(look(browser, town, case_id))
    assert "Tạm dừng tính thời hạn" in said
    assert "Ngày hẹn trả sẽ được tính lại" in said
    assert "Kín" not in said


def test_a_late_dossier_is_apologised_for_with_the_new_day(browser, town):
    case_id = town.file()
    town.do(case_id, "B1b")
    town.at("2026-12-14 08:00")
    assert "Cơ quan giải quyết xin lỗi" in words(look(browser, town, case_id))
    with town.act("hoa") as act:
        apologies.issue(act, case_id, "Thiếu người.", date(2026, 12, 21))
    said = words(look(browser, town, case_id))
    assert "Chậm so với ngày hẹn" in said
    assert "Hẹn lại: thứ Hai, 21/12/2026" in said


def test_papers_that_go_back_wait_to_be_fetched_and_the_page_says_where(browser, town):
    case_id = town.file()
    town.do(case_id, "B1b")
    town.do(case_id, "B2", ket_qua_tham_dinh="khong_du", ly_do_khong_du_B2="Bà Riêng không ký.")
    town.walk(case_id, "B3", "B4", "B5")
    said = words(look(browser, town, case_id))
    assert "Mời đến nhận kết quả" in said
    assert "Trả lại hồ sơ kèm văn bản trả lời" not in said  # it is the applicant's turn now
    assert "Mang giấy hẹn và giấy tờ tùy thân đến nhận tại: UBND xã An Phú" in said
    assert "Riêng" not in said
    town.do(case_id, "TH_xa")
    said = words(look(browser, town, case_id))
    assert "Đã trả hồ sơ: UBND cấp xã trả lời không đủ căn cứ" in said
    assert "Mang giấy hẹn" not in said


def test_the_ministry_is_waited_for_by_name_and_the_result_is_fetched_at_the_end(browser, town):
    case_id = town.file()
    town.walk(case_id, *COMMUNE, *PROVINCE, "B18", "S2")
    said = words(look(browser, town, case_id))
    assert "Ban hành quyết định cấp đổi" in said
    assert "Thủ tướng Chính phủ" in said
    town.walk(case_id, "S3", "B19", "B20", "B21")
    assert "Mời đến nhận kết quả" in words(look(browser, town, case_id))
    town.do(case_id, "B22")
    said = words(look(browser, town, case_id))
    assert "Đã trả Bằng “Tổ quốc ghi công” cấp đổi" in said
    assert "Kết thúc Ngày 02/03/2026" in said


def test_a_posting_is_told_while_nobody_works(browser, town):
    case_id = town.file()
    town.walk(case_id, "B1b", "B2", "B6", bang_mo_hu_hai=True)
    assert town.open_elements(case_id) == []
    assert "Niêm yết ít nhất 40 ngày" in words(look(browser, town, case_id))


@pytest.mark.parametrize(
    ("end", "told"),
    [
        (ending.stop, "Hồ sơ đã dừng giải quyết"),
        (ending.withdraw, "Hồ sơ đã được rút theo đề nghị"),
    ],
)
def test_a_dossier_that_ended_early_says_so_without_the_reason(browser, town, end, told):
    case_id = town.file()
    town.do(case_id, "B1b")
    with town.act("hoa") as act:
        end(act, case_id, "Vì bà Trần Thị Riêng đã mất.", PAPER)
    said = words(look(browser, town, case_id))
    assert told in said
    assert "Riêng" not in said


def test_a_refused_dossier_says_what_it_came_to(browser, town):
    case_id = town.file()
    town.do(case_id, "B1b", ket_qua_tiep_nhan="tu_choi", ly_do_tu_choi="Không thuộc thẩm quyền.")
    said = words(look(browser, town, case_id))
    assert "Từ chối tiếp nhận hồ sơ" in said
    assert "Nhận kết quả" not in said


def test_no_names_are_told(browser, town):
    case_id = town.file()
    for element in ("B1b", "B2", "B3"):
        said = words(look(browser, town, case_id))
        for name in ("Nguyễn Thị Mừng", "Trần Văn Bền", "Hoa", "Binh", "Cuong", "1958"):
            assert name not in said
        town.do(case_id, element)


# --- who is told ---------------------------------------------------------------------------------


def test_an_unknown_code_and_a_wrong_key_get_the_same_answer(browser, town):
    code, secret = key(town, town.file())
    other = "A" * 10 if secret != "A" * 10 else "B" * 10
    wrong_key = browser(None).get(f"/tra-cuu?ma={code}&khoa={other}")
    unknown = browser(None).get(f"/tra-cuu?ma=AP-2026-999999&khoa={secret}")
    assert wrong_key.status_code == unknown.status_code == 404
    plain = [re.sub(r'value="[^"]*"', "", page.text) for page in (wrong_key, unknown)]
    assert plain[0] == plain[1]


def test_a_dossier_without_a_key_opens_to_nobody(browser, town):
    case_id = town.file()
    code, _ = key(town, case_id)
    with town.act() as act:
        act.session.get_one(CaseRow, case_id).look_up_key = None
    for guess in ("----------", "None", "AAAAAAAAAA"):
        assert browser(None).get(f"/tra-cuu?ma={code}&khoa={guess}").status_code == 404


def test_half_of_it_is_asked_for_again(browser, town):
    code, secret = key(town, town.file())
    for address in (f"/tra-cuu?ma={code}", f"/tra-cuu?khoa={secret}"):
        page = browser(None).get(address)
        assert page.status_code == 422
        assert "Hãy nhập cả mã hồ sơ và khóa tra cứu." in words(page)
    assert browser(None).get("/tra-cuu").status_code == 200


def test_thirty_guesses_are_stopped(town):
    code, secret = key(town, town.file())
    web = pages(town.app, {"TESTING": True})
    stranger = web.test_client()
    statuses = [
        stranger.get(f"/tra-cuu?ma={code}&khoa=AAAAAAA{number:03}").status_code
        for number in range(30)
    ]
    assert statuses == [404] * 10 + [429] * 20
    assert stranger.get(f"/tra-cuu?ma={code}&khoa={secret}").status_code == 429


def test_guesses_at_one_code_are_stopped_from_wherever_they_come(town):
    code, secret = key(town, town.file())
    other, its_key = key(town, town.file(who="hanh"))
    web = pages(town.app, {"TESTING": True})

    def ask(number: int, asked: str, said: str) -> int:
        address = {"REMOTE_ADDR": f"10.0.0.{number}"}
        found = web.test_client().get(f"/tra-cuu?ma={asked}&khoa={said}", environ_overrides=address)
        return found.status_code

    def written(number: int) -> str:
        """The same code for the page, however it is padded."""
        return f"{code}{'%20' * (40 - len(code))}{number}" if number % 2 else code

    statuses = [ask(number, written(number), "AAAAAAAAAA") for number in range(30)]
    assert statuses == [404] * 20 + [429] * 10
    assert ask(99, code.lower(), secret) == 429
    assert ask(99, other, its_key) == 200


def test_those_who_know_their_key_are_never_stopped(town):
    code, secret = key(town, town.file())
    limits = {"LOOK_UP_LIMIT": "3 per minute", "LOOK_UP_CODE_LIMIT": "3 per minute"}
    client = pages(town.app, {"TESTING": True, **limits}).test_client()
    answers = {client.get(f"/tra-cuu?ma={code}&khoa={secret}").status_code for _ in range(8)}
    assert answers == {200}


def test_looking_up_leaves_no_line_and_no_trace_for_others(browser, town):
    case_id = town.file()
    with town.act(write=False) as act:
        before = act.session.query(JournalRow).count()
    page = look(browser, town, case_id)
    code, _ = key(town, case_id)
    browser(None).get(f"/tra-cuu?ma={code}&khoa=AAAAAAAAAA")
    with town.act(write=False) as act:
        assert act.session.query(JournalRow).count() == before
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store"
    assert '<meta name="robots" content="noindex">' in page.text


def test_there_is_no_menu_even_for_an_officer(browser, town):
    case_id = town.file()
    code, secret = key(town, case_id)
    page = browser("hoa").get(f"/tra-cuu?ma={code}&khoa={secret}")
    assert "<nav" not in page.text
    assert "Đăng xuất" not in page.text


def test_officers_may_tell_the_applicant_the_key(browser, town):
    case_id = town.file()
    code, secret = key(town, case_id)
    page = browser("hoa").get(f"/ho-so/{case_id}")
    assert secret in words(page)
    assert f"/tra-cuu?ma={code}&amp;khoa={secret}" in page.text
