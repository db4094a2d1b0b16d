"""Pages on which documents are signed, signatures looked at, and certificates kept."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from engine.domain.journal import Act as Journalled
from engine.persistence.tables import AttachmentRow
from engine.ports import UploadedFile
from engine.services import keys
from tests.factories import MONDAY
from tests.signed_papers import A_DAY, PASSPHRASE, content, letter, safe
from tests.web.conftest import title, upload, words


@pytest.fixture
def vault(town):
    return safe(town)


@pytest.fixture
def letters(town, vault):
    """Two letters wait for the chairman's signature, then for the commune's."""
    vault.give(user="dung")
    vault.give(unit="ap")
    return [letter(town), letter(town, title="Tờ trình số hai")]


def test_the_signer_signs_one_document_and_the_clerk_seals_it(browser, town, letters):
    dung = browser("dung")
    page = dung.get(f"/van-ban/{letters[0]}/chu-ky")
    assert "chờ chữ ký số của bạn" in words(page)
    assert dung.post(f"/van-ban/{letters[0]}/chu-ky/ky").status_code == 302
    said = words(dung.get(f"/van-ban/{letters[0]}/chu-ky"))
    assert "Đã ký số văn bản." in said
    assert "Dung Chữ ký hợp lệ" in said
    assert "Chữ ký bao trùm toàn bộ tệp." in said
    assert dung.post(f"/van-ban/{letters[0]}/chu-ky/dong-dau").status_code == 403
    giang = browser("giang")
    giang.post(f"/van-ban/{letters[0]}/chu-ky/dong-dau")
    said = words(giang.get(f"/van-ban/{letters[0]}/chu-ky"))
    assert "Ủy ban nhân dân xã An Phú Chữ ký hợp lệ" in said
    assert "sau đó chỉ thêm chữ ký khác" in said
    sent = giang.get(f"/van-ban/{letters[0]}/chu-ky/tep")
    assert sent.data == content(town, letters[0])
    assert "attachment" in sent.headers["Content-Disposition"]
    giang.get("/viec")
    again = giang.post(f"/van-ban/{letters[0]}/chu-ky/dong-dau")
    assert again.status_code == 409
    assert "đã có chữ ký số của cơ quan" in words(again)
    assert browser("quan").get(f"/van-ban/{letters[0]}/chu-ky").status_code == 404


def test_many_are_signed_at_once_and_one_that_fails_stops_no_other(browser, town, letters):
    dung = browser("dung")
    page = dung.get("/van-ban/cho-ky")
    assert "Tờ trình số hai" in words(page)
    chosen = [f"ky:{letters[0]}", "ky:999", f"ky:{letters[1]}", "gi-day:1"]
    assert dung.post("/van-ban/cho-ky", viec=chosen).status_code == 302
    said = words(dung.get("/van-ban/cho-ky"))
    assert "Đã ký số 2 văn bản." in said
    assert "“#999” chưa ký được: Không tìm thấy." in said
    assert "Không có văn bản nào chờ ký" in said
    giang = browser("giang")
    assert "Chờ chữ ký của cơ quan" in words(giang.get("/van-ban/cho-ky"))
    giang.post("/van-ban/cho-ky", viec=[f"dong-dau:{one}" for one in letters])
    assert "Đã ký số 2 văn bản." in words(giang.get("/van-ban/cho-ky"))
    dung.post("/van-ban/cho-ky")
    assert "Chưa chọn văn bản nào." in words(dung.get("/van-ban/cho-ky"))


def test_leaders_and_clerks_have_the_room_in_their_menu(browser, town):
    for who, has in (("dung", True), ("giang", True), ("nga", True), ("hoa", False)):
        assert ("/van-ban/cho-ky" in browser(who).get("/viec").text) is has
    said = words(browser("dung").get("/van-ban/cho-ky"))
    assert "Bạn chưa có chứng thư số" in said


def test_the_case_page_says_who_has_signed_its_documents(browser, town, vault):
    vault.give(user="dung")
    case_id = town.file()
    town.do(case_id, "B1b")
    town.walk(case_id, "B2", "B3", "B4")
    document_id = letter(town, case_id)
    dung = browser("dung")
    assert f"/van-ban/{document_id}/chu-ky" in dung.get(f"/ho-so/{case_id}").text
    dung.post(f"/van-ban/{document_id}/chu-ky/ky")
    said = words(browser("hoa").get(f"/ho-so/{case_id}"))
    assert "Chữ ký số trên văn bản" in said
    assert "Ký số “Công văn đề nghị cấp đổi bằng” bằng chứng thư của Dung." in said


def test_an_expired_certificate_says_when_and_what_to_do_on_the_page(browser, town, vault):
    vault.give(user="dung", ends=MONDAY + 2 * A_DAY)
    document_id = letter(town)
    town.at("2026-03-05 09:00")
    dung = browser("dung")
    dung.get("/van-ban/cho-ky")
    page = dung.post(f"/van-ban/{document_id}/chu-ky/ky")
    assert page.status_code == 422
    assert "hết hạn ngày 04/03/2026" in words(page)


# --- verification -------------------------------------------------------------------------------


def test_anybody_signed_in_has_a_file_looked_at_and_nothing_is_kept(browser, town, letters):
    dung = browser("dung")
    dung.post(f"/van-ban/{letters[0]}/chu-ky/ky")
    pdf = content(town, letters[0])
    kept = set(town.app.settings.files_dir.rglob("*"))
    tam = browser("tam")
    assert title(tam.get("/xac-minh-chu-ky")) == "Xác minh chữ ký số"
    said = words(tam.post("/xac-minh-chu-ky", tep=upload("cong-van.pdf", pdf)))
    assert "“cong-van.pdf” có 1 chữ ký số" in said
    assert "Dung Chữ ký hợp lệ" in said
    assert "CA dùng thử" in said
    altered = pdf.replace(b"/MediaBox", b"/MediaBoX", 1)
    said = words(tam.post("/xac-minh-chu-ky", tep=upload("sua.pdf", altered)))
    assert "Đã bị sửa sau khi ký" in said
    for name, sent, why in (
        ("trang.pdf", content(town, letters[1]), "không có chữ ký số"),
        ("anh.png", b"\x89PNG", "không phải tệp PDF"),
        ("hong.pdf", b"%PDF-1.7 /ByteRange", "bị hỏng"),
        ("rong.pdf", b"", "rỗng"),
    ):
        assert why in words(tam.post("/xac-minh-chu-ky", tep=upload(name, sent))), name
    assert tam.post("/xac-minh-chu-ky").status_code == 422
    assert set(town.app.settings.files_dir.rglob("*")) == kept
    assert browser(None).get("/xac-minh-chu-ky").status_code == 302


def test_the_page_of_an_attached_pdf_shows_its_signatures(browser, town, letters):
    dung = browser("dung")
    dung.post(f"/van-ban/{letters[0]}/chu-ky/ky")
    scan = UploadedFile("van-ban-so.pdf", content(town, letters[0]))
    case_id = town.file(don_tep=[scan])
    with town.act(write=False) as act:
        row = act.session.scalars(select(AttachmentRow)).one()
    hoa = browser("hoa")
    said = words(hoa.get(f"/ho-so/{case_id}/tep/{row.id}/xem"))
    assert "Chữ ký số trên tệp Chữ ký hợp lệ Dung" in said
    said = words(hoa.get(f"/xac-minh-chu-ky?tep={row.id}"))
    assert "“van-ban-so.pdf” có 1 chữ ký số" in said
    assert browser("quan").get(f"/xac-minh-chu-ky?tep={row.id}").status_code == 404


# --- certificates -------------------------------------------------------------------------------


def test_administrators_keep_certificates(browser, town, vault, journal):
    admin = browser("uyen")
    assert "Chưa có chứng thư nào" in words(admin.get("/quan-tri/chung-thu"))
    owner = f"nguoi:{town.users['dung']}"
    made = vault.file("Lê Văn Dũng", ends=MONDAY + 20 * A_DAY)

    def add(**said):
        return admin.post("/quan-tri/chung-thu", **said)

    for said, why in (
        ({"chu": owner}, "Hãy chọn tệp PKCS#12"),
        ({"chu": owner, "tep": upload("a.p12", made), "mat_khau": "sai"}, "không đúng"),
        ({"tep": upload("a.p12", made), "mat_khau": PASSPHRASE}, "Hãy chọn một người"),
    ):
        page = add(**said)
        assert page.status_code == 422
        assert why in words(page)
        assert PASSPHRASE not in page.text
    done = add(chu=owner, tep=upload("a.p12", made), mat_khau=PASSPHRASE)
    assert done.status_code == 302
    said = words(admin.get("/quan-tri/chung-thu"))
    assert "Lê Văn Dũng Tệp mã hóa trên máy chủ Còn 20 ngày" in said
    [line] = journal(Journalled.KEY_ADDED)
    assert (line["owner"], line["actor"]) == ("Dung", town.users["uyen"])
    with town.act("uyen") as act:
        [kept] = keys.listed(act)
    assert "Lý do gỡ" in words(admin.get(f"/quan-tri/chung-thu/{kept.row.id}/go"))
    page = admin.post(f"/quan-tri/chung-thu/{kept.row.id}/go", reason=" ")
    assert "Hãy ghi lý do" in words(page)
    admin.post(f"/quan-tri/chung-thu/{kept.row.id}/go", reason="Nghỉ hưu.")
    assert "Chưa có chứng thư nào" in words(admin.get("/quan-tri/chung-thu"))
    assert list(town.app.settings.keys_dir.glob("*.p12")) == []
    assert admin.get(f"/quan-tri/chung-thu/{kept.row.id}/go").status_code == 404
    for path in ("/quan-tri/chung-thu", f"/quan-tri/chung-thu/{kept.row.id}/go"):
        assert browser("dung").get(path).status_code == 403
