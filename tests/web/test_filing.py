"""Receiving a dossier at the counter, once, and the receipts that follow."""

from __future__ import annotations

import re

import pytest

from engine.persistence.tables import CaseRow, TaskRow
from engine.services import deploying
from tests import factories
from tests.bpmn_execution import drawn
from tests.papers import text_of
from tests.services.test_catalogue import part, procedure
from tests.services.test_periods import DON
from tests.services.test_several_starts import begin_in_two_places
from tests.web.conftest import title, words

PATH = f"/tiep-nhan/{factories.QT02}"


def hidden(page, name):
    return re.search(rf'name="{name}" value="([^"]*)"', page.text)[1]


def fill(page, **more):
    return {
        "_filing_key": hidden(page, "_filing_key"),
        "_kenh": hidden(page, "_kenh"),
        "_don_vi": hidden(page, "_don_vi"),
        **{name: str(value) for name, value in factories.APPLICATION.items()},
        **more,
    }


def cases(town):
    with town.act(write=False) as act:
        return act.session.query(CaseRow).count()


def test_a_dossier_is_received_and_its_code_is_told(browser, town):
    hoa = browser("hoa")
    assert title(hoa.get("/tiep-nhan")) == "Tiếp nhận hồ sơ"
    page = hoa.get(f"{PATH}?kenh=post")
    response = hoa.post(PATH, **fill(page))
    assert response.status_code == 302
    said = words(hoa.get(response.location))
    assert "AP-2026-000001" in said
    assert "Kiểm tra hồ sơ ngay" in said
    assert town.case(1).channel == "post"


def test_sending_the_page_twice_makes_one_dossier(browser, town):
    hoa = browser("hoa")
    page = hoa.get(PATH)
    answers, token = fill(page), hoa.token()
    first = hoa.post(PATH, token=token, **answers)
    second = hoa.post(PATH, token=token, **answers)
    assert first.location == second.location
    assert cases(town) == 1


def test_a_bad_form_comes_back_with_everything_typed_and_the_same_key(browser, town):
    hoa = browser("hoa")
    page = hoa.get(PATH)
    key = hidden(page, "_filing_key")
    back = hoa.post(PATH, **fill(page, ls_ho_ten="", nguoi_ngay_sinh="32/13/1950"))
    assert back.status_code == 422
    assert "Nguyễn Thị Mừng" in back.text
    assert "32/13/1950" in back.text
    assert hidden(back, "_filing_key") == key
    assert cases(town) == 0


def test_relatives_are_added_and_removed_without_scripts(browser, town):
    hoa = browser("hoa")
    page = hoa.get(PATH)
    rows = re.search(r'name="_list_add" value="([^"]+)"', page.text)[1]
    relatives = {f"{rows}-0-ho_ten": "Trần Thị Hai", f"{rows}-1-ho_ten": "Trần Văn Ba"}
    more = hoa.post(PATH, **fill(page, **relatives, _list_add=rows))
    assert more.status_code == 200
    assert f'name="{rows}-2-ho_ten" type="text" value=""' in more.text
    assert "Nguyễn Thị Mừng" in more.text
    fewer = hoa.post(PATH, **fill(page, **relatives, _list_remove=f"{rows}-0"))
    assert "Trần Văn Ba" in fewer.text
    assert "Trần Thị Hai" not in fewer.text
    assert cases(town) == 0


@pytest.mark.parametrize("who", ["binh", "lan", "phuc", "tam"])
def test_only_those_who_receive_may_file(browser, journal, town, who):
    one = browser(who)
    for path in ("/tiep-nhan", PATH):
        assert one.get(path).status_code == 403
    key = {"_filing_key": "k", "_kenh": "counter", "_don_vi": "3"}
    assert one.post(PATH, **key, **factories.APPLICATION).status_code == 403
    assert cases(town) == 0
    assert len(journal("permission:refused")) == 3


def test_nobody_files_at_another_commune(browser, town):
    quan = browser("quan")
    page = quan.get(PATH)
    answer = quan.post(PATH, **fill(page, _don_vi=str(town.units["ap"])))
    assert answer.status_code == 403
    assert cases(town) == 0


def test_an_unknown_procedure_is_not_found(browser):
    assert browser("hoa").get("/tiep-nhan/khong-co").status_code == 404


def printed_receipt(hoa, case_id, number):
    """What the receipt says on paper; numbered and printed now where it was not yet."""
    there = hoa.get(f"/ho-so/{case_id}/giay-hen/{number}").location
    if "/lap/" in there:
        hoa.get(there)
        there = hoa.post(there.split("?")[0], lan=str(number)).location
    return text_of(hoa.get(f"{there}/tep.pdf").data)


def test_a_receipt_can_be_read_again_as_it_was_issued(browser, town):
    case_id = town.file()
    town.do(case_id, "B1b")
    town.do(case_id, "B2", bang_mo_hu_hai=True)
    hoa = browser("hoa")
    first, second = (printed_receipt(hoa, case_id, n) for n in (1, 2))
    assert "17:00, thứ Sáu, ngày 22/05/2026" in first
    assert "99 ngày làm việc" in second
    assert "Lý do cấp lại giấy này" in second
    assert printed_receipt(hoa, case_id, 1) == first
    assert hoa.get(f"/ho-so/{case_id}/giay-hen/9").status_code == 404
    assert browser("quan").get(f"/ho-so/{case_id}/giay-hen/1").status_code == 404


def test_one_is_offered_what_one_may_file_by_field_and_found_without_diacritics(browser, town):
    many = [procedure(f"tt-{n}", "Tổ chức, cá nhân", field="tu-day") for n in range(8)]
    at_so = procedure("tai-so", "Tổ chức, cá nhân", groups="mot-cua-snv")
    inside = procedure("noi-bo", "cv-ncc-xa")
    closed = procedure(
        "cu", "Tổ chức, cá nhân", effective_from="2013-06-01", effective_to="2022-02-15"
    )
    with town.act("vinh") as act:
        deploying.deploy(act, [*many, at_so, inside, closed, part("chung-x"), DON], "Thử.")
    said = words(browser("hoa").get("/tiep-nhan"))
    assert "Liệt sĩ và thân nhân liệt sĩ" in said
    assert said.index("Cấp đổi Bằng") < said.index("Người bị địch bắt tù, đày")
    for other in ("tai-so", "noi-bo", "Thử cu", "Chung"):
        assert other not in said
    found = words(browser("hoa").get("/tiep-nhan?q=cap+doi+bang"))
    assert "Cấp đổi Bằng" in found
    assert "Thử tt-1" not in found
    assert "Không có thủ tục nào khớp" in words(browser("hoa").get("/tiep-nhan?q=xyz"))
    said = words(browser("binh").get("/tiep-nhan"))  # a specialist begins what is the office's own
    assert "Thử noi-bo" in said
    assert "Cấp đổi Bằng" not in said
    assert "Mở hồ sơ" in said, "nobody applies"
    assert "Qua bưu chính" not in said
    page = browser("binh").get("/tiep-nhan/noi-bo")
    opening = words(page)
    assert "Cơ quan tự mở hồ sơ, không có người nộp" in opening
    assert "Tiếp nhận hồ sơ" not in opening.replace("Tiếp nhận hồ sơ – Thử", "")
    own = {name: hidden(page, name) for name in ("_filing_key", "_kenh", "_don_vi")}
    sent = browser("binh").post("/tiep-nhan/noi-bo", **own, nguoi_ho_ten="A", huong="ngan")
    told = words(browser("binh").get(sent.headers["Location"]))
    assert "Đã mở hồ sơ" in told
    assert "ghi lại cho người nộp" not in told


def test_the_address_of_a_closed_procedure_says_why_nobody_files_it(browser, town):
    closed = procedure(
        "cu", "Tổ chức, cá nhân", effective_from="2013-06-01", effective_to="2022-02-15"
    )
    with town.act("vinh") as act:
        deploying.deploy(act, [closed, part("chung-x"), DON], "Thử.")
    page = browser("hoa").get("/tiep-nhan/cu")
    assert page.status_code == 404
    assert "Thủ tục này không nhận hồ sơ mới" in words(page)
    assert "hết hiệu lực từ ngày 15/02/2022" in words(page)
    assert "phần dùng chung" in words(browser("hoa").get("/tiep-nhan/chung-x"))


def test_the_other_commune_is_chosen_by_whoever_goes_before(browser, town):
    text = drawn.process(
        drawn.start(), drawn.user("N", form="don"), drawn.user("B"), drawn.end(),
        drawn.line("S", "N", "B", "E"), key="khac",
        lanes={"cv-ncc-xa": "S N", "ubnd-xa-khac": "B E"},
    )  # fmt: skip
    with town.act("vinh") as act:
        deploying.deploy(act, [("khac.bpmn", text), DON], "Thử.")
    binh = browser("binh")
    page = binh.get("/tiep-nhan/khac")
    own = {name: hidden(page, name) for name in ("_filing_key", "_kenh", "_don_vi")}
    said = {**own, "nguoi_ho_ten": "Nguyễn Văn A", "huong": "ngan"}
    asked = binh.post("/tiep-nhan/khac", **said)
    assert asked.status_code == 422
    told = words(asked)
    assert "Chuyển đến đơn vị nào?" in told
    assert "Nơi khác chưa dùng hệ thống này: người làm bước trước ghi nhận thay" in told
    options = re.findall(r'name="unit.ubnd-xa-khac" value="(\d+)"', asked.text)
    assert str(town.units["ap"]) == options[-1]
    answer = binh.post("/tiep-nhan/khac", **said, **{"unit.ubnd-xa-khac": options[0]})
    assert answer.status_code == 302
    with town.act(write=False) as act:
        task = act.session.query(TaskRow).filter_by(element="B").one()
        assert (task.role, task.unit_id) == ("ubnd-xa-khac", int(options[0]))


def test_of_several_places_to_begin_one_is_chosen_before_the_form_is_shown(browser, town):
    begin_in_two_places(town)
    hoa = browser("hoa")
    page = hoa.get("/tiep-nhan/thu?kenh=post")
    assert "Hồ sơ bắt đầu từ" in words(page)
    assert re.findall(r'type="radio"[^>]* value="(\w+)" required', page.text) == ["S1", "S2"]
    assert "_filing_key" not in page.text
    page = hoa.get("/tiep-nhan/thu?kenh=post&bat_dau_tai=S2")
    assert "Hồ sơ bắt đầu từ: Nơi khác chuyển đến" in words(page)
    said = {name: hidden(page, name) for name in ("_filing_key", "_kenh", "_don_vi")}
    said |= {"_bat_dau_tai": hidden(page, "_bat_dau_tai"), "huong": "ngan"}
    back = hoa.post("/tiep-nhan/thu", **said, don_vi_gui="")
    assert back.status_code == 422
    assert hidden(back, "_bat_dau_tai") == "S2"
    assert hoa.post("/tiep-nhan/thu", **said, don_vi_gui="Xã Bình Minh").status_code == 302
    assert town.case(1).data["bat_dau_tai"] == "S2"
    assert "Hồ sơ bắt đầu từ Nơi khác chuyển đến" in words(hoa.get("/ho-so/1"))
    said["_filing_key"], said["_bat_dau_tai"] = "k2", "S9"
    unknown = hoa.post("/tiep-nhan/thu", **said, nguoi_ho_ten="Nguyễn Văn A")
    assert unknown.status_code == 400
    assert cases(town) == 1
