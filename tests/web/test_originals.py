"""Pages of paper originals: noted with the dossier, handed over, confirmed, returned."""

from __future__ import annotations

import pypdfium2
import pytest

from engine.services import originals
from engine.services.originals import Receiver
from tests.web.conftest import title, upload, words

SIGNED = b"%PDF-1.4\n%%EOF\n"


@pytest.fixture
def case_id(town):
    return town.file(bang_so="TQ-1975/0442")


def noted(town, case_id, name="Bằng Tổ quốc ghi công", number="TQ-1975/0442"):
    with town.act("hoa") as act:
        return originals.note(act, case_id, name, number, "mờ chữ").id


def handed(town, paper, unit="snv", name=""):
    with town.act("hoa") as act:
        return originals.hand(act, paper, Receiver(town.units.get(unit), name)).id


def test_reception_notes_the_original_that_the_application_speaks_of(browser, town, case_id):
    hoa = browser("hoa")
    said = words(hoa.get(f"/viec/{town.task(case_id, 'B1b').id}"))
    assert "Đơn ghi có bằng gốc số TQ-1975/0442." in said
    assert "chưa ai ghi nhận đang giữ" in words(hoa.get(f"/ho-so/{case_id}"))
    page = hoa.get(f"/ban-goc/moi?ho_so={case_id}")
    assert 'value="TQ-1975/0442"' in page.text
    refused = hoa.post("/ban-goc/moi", ho_so=str(case_id), ten=" ", so="7")
    assert refused.status_code == 422
    assert "Hãy ghi tên." in words(refused)
    hoa.post("/ban-goc/moi", ho_so=str(case_id), ten="Bằng cũ", so="7", tinh_trang="rách góc")
    said = words(hoa.get(f"/ho-so/{case_id}"))
    assert "Bằng cũ số 7 Đang giữ UBND xã An Phú" in said
    assert "Ghi nhận “Bằng cũ số 7”, đang ở UBND xã An Phú." in said
    assert browser("quan").get(f"/ban-goc/moi?ho_so={case_id}").status_code == 404
    assert hoa.get("/ban-goc/moi?ho_so=chin").status_code == 404


def test_what_reception_had_in_hand_is_asked_for_without_a_number(browser, town):
    case_id, hoa = town.file(bang_so=""), browser("hoa")
    assert "Chưa ghi nhận bản gốc nào." in words(hoa.get(f"/ho-so/{case_id}"))
    papers = dict.fromkeys(("don_mau_16", "bang_goc", "so_tro_cap"), "ban_chinh")
    town.do(case_id, "B1b", thanh_phan_ho_so=papers)
    said = words(hoa.get(f"/ho-so/{case_id}"))
    assert "Đã nhận bằng gốc cùng hồ sơ nhưng chưa ai ghi nhận đang giữ." in said
    assert "Ghi nhận bản gốc" in said


def test_several_are_handed_over_and_confirmed_at_once(browser, town, case_id):
    papers = [noted(town, case_id), noted(town, case_id, "Giấy báo tử", "12")]
    hoa, khanh = browser("hoa"), browser("khanh")
    assert "Giấy báo tử số 12" in words(hoa.get("/ban-goc"))
    hoa.post("/ban-goc/ban-giao", ban_goc=papers)
    assert "Hãy chọn nơi nhận bản gốc." in words(hoa.get("/ban-goc"))
    hoa.post("/ban-goc/ban-giao", ban_goc=papers, don_vi=str(town.units["snv"]), ghi_chu="bì số 3")
    said = words(hoa.get("/ban-goc"))
    assert "Đã bàn giao 2 bản gốc." in said
    assert "Đã bàn giao, bên nhận chưa xác nhận" in said
    page = khanh.get("/ban-goc")
    assert "Đang chuyển đến đơn vị bạn" in words(page)
    khanh.post("/ban-goc/xac-nhan")
    assert "Chưa chọn bản gốc nào." in words(khanh.get("/ban-goc"))
    khanh.post("/ban-goc/xac-nhan", ban_giao=["1", "2", "99"])
    said = words(khanh.get("/ban-goc"))
    assert "Đã nhận 2 bản gốc." in said
    assert "Không tìm thấy." in said
    assert "Đang giữ" in said
    assert "Không tìm thấy bản gốc nào" in words(khanh.get("/ban-goc?q=khong-co"))
    assert "Giấy báo tử" in words(khanh.get("/ban-goc?q=12"))
    assert "không giữ chức danh" in words(browser("tam").get("/ban-goc"))


def test_what_is_not_confirmed_for_days_stands_out(browser, town, case_id):
    handed(town, noted(town, case_id))
    town.at("2026-03-05 08:00")
    assert "3 ngày làm việc" not in words(browser("khanh").get("/ban-goc"))
    town.at("2026-03-05 10:00")
    assert "3 ngày làm việc" in words(browser("khanh").get("/ban-goc"))
    assert "3 ngày làm việc" in words(browser("hoa").get("/ban-goc"))


def test_one_original_is_refused_taken_back_and_given_to_the_applicant(browser, town, case_id):
    paper = noted(town, case_id)
    move = handed(town, paper)
    at = f"/ban-goc/{paper}"
    khanh, hoa = browser("khanh"), browser("hoa")
    assert "Bạn đã nhận được bản gốc này?" in words(khanh.get(at))
    assert "Bạn đã nhận được" not in words(hoa.get(at))
    refused = khanh.post(f"{at}/ban-giao/{move}/khong-nhan", reason="")
    assert refused.status_code == 422
    khanh.get(at)
    khanh.post(f"{at}/ban-giao/{move}/khong-nhan", reason="Trong bì chỉ có bản sao.")
    assert "Trong bì chỉ có bản sao." in words(hoa.get(at))
    hoa.post(f"{at}/ban-giao", don_vi=str(town.units["snv"]))
    hoa.get(at)
    hoa.post(f"{at}/ban-giao/{move + 1}/thu-lai", reason="Gửi nhầm.")
    page = hoa.post(f"{at}/ban-giao/{move + 1}/xac-nhan")
    assert page.status_code == 409
    assert "vừa được chuyển hoặc xác nhận" in words(page)
    hoa.get(at)
    assert hoa.post(f"{at}/tra", nguoi_nhan="Nguyễn Thị Mừng").status_code == 422
    hoa.get(at)
    hoa.post(f"{at}/tra", nguoi_nhan="Nguyễn Thị Mừng", tep=upload("ky-nhan.pdf", SIGNED))
    said = words(hoa.get(at))
    assert "Đã trả bản gốc, có ký nhận." in said
    assert "Đã trả cho Nguyễn Thị Mừng" in said
    assert "Giấy đã ký" in said
    assert browser("quan").get(at).status_code == 404


def test_outside_holders_are_recorded_by_the_unit_that_sent_it(browser, town, case_id):
    paper = noted(town, case_id)
    at = f"/ban-goc/{paper}"
    hoa = browser("hoa")
    hoa.get(at)
    hoa.post(f"{at}/ban-giao", noi_khac="Phân viện Khoa học hình sự")
    said = words(hoa.get(at))
    assert "Phân viện Khoa học hình sự đã nhận được?" in said
    hoa.post(f"{at}/ban-giao/1/xac-nhan", tep=upload("bien-nhan.pdf", SIGNED))
    assert "Đã nhận lại từ Phân viện Khoa học hình sự" in words(hoa.get(at))
    hoa.post(f"{at}/nhan-lai", ghi_chu="kèm kết luận")
    assert "Đã ghi nhận bản gốc về đơn vị." in words(hoa.get(at))
    hoa.post(f"{at}/luu-tru")
    assert "Lưu trữ tại UBND xã An Phú" in words(hoa.get(at))


def test_an_ended_dossier_whose_original_is_held_says_so_and_nothing_is_blocked(
    browser, town, case_id
):
    noted(town, case_id)
    town.do(case_id, "B1b", ket_qua_tiep_nhan="tu_choi", ly_do_tu_choi="Không thuộc thẩm quyền.")
    assert town.case(case_id).state == "finished"
    hoa = browser("hoa")
    said = words(hoa.get(f"/ho-so/{case_id}"))
    assert "Còn giữ bản gốc “Bằng Tổ quốc ghi công”, chưa trả." in said
    assert "Hồ sơ đã kết thúc, còn giữ bản gốc" in words(hoa.get("/ban-goc"))


def test_the_next_office_confirms_from_its_task(browser, town, case_id):
    paper = noted(town, case_id)
    town.do(case_id, "B1b")
    with town.act("binh") as act:
        move = originals.hand(act, paper, Receiver(town.units["snv"])).id
    binh = browser("binh")
    assert "bàn giao đến đơn vị bạn" not in words(binh.get(f"/viec/{town.task(case_id, 'B2').id}"))
    assert title(browser("khanh").get(f"/ban-goc/{paper}")).startswith("Bằng")
    page = browser("khanh").get(f"/ban-goc/ban-giao/{move}/bien-ban")
    with pypdfium2.PdfDocument(page.data) as pdf:
        text = pdf[0].get_textpage().get_text_range()
    for wanted in ("BIÊN BẢN", "Binh", "Sở Nội vụ", "TQ-1975/0442", "mờ chữ", "AP-2026-000001"):
        assert wanted in text, text
    assert browser("quan").get(f"/ban-goc/ban-giao/{move}/bien-ban").status_code == 404
