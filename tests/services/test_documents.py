"""Documents of a dossier: asked for by its steps, numbered once, kept as issued, issued anew."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import docx
import pytest
from sqlalchemy import func, select

from engine.bootstrap import PRINT_DIR
from engine.domain.errors import (
    Conflict,
    DrawingRefused,
    Misuse,
    NotFound,
    NotPermitted,
    TemplateLacks,
)
from engine.domain.states import DocumentState, NumberState
from engine.persistence.tables import (
    BookNumberRow,
    DocumentRow,
    PostRow,
    UnitRow,
    UserRow,
    VersionPartRow,
    VersionRow,
)
from engine.persistence.versions import version_texts
from engine.ports import UploadedFile
from engine.services import apologies, deploying, documents, ending, numbering
from engine.services.documents import asked, issuing, kinds, renewing, viewing, writing
from engine.services.templates import needed
from engine.services.viewing import task_page
from tests.factories import QT02, QT02_FILE, World
from tests.papers import pages_of, text_of
from tests.services.test_walks import DAMAGED

LONG_NAME = "Công Tằng Tôn Nữ Thị Hoàng Anh Phương Thảo Nguyên"
MARTYR = "Nguyễn Phúc Ưng Bửu Vĩnh Bảo Quý Định Long Trường"
HOME = "Số 12, ngõ 345, đường Nguyễn Thị Minh Khai nối dài, xã An Phú, tỉnh Sông Hồng"
RELATIVES = [
    {"ho_ten": f"{LONG_NAME} {n}", "ngay_sinh": str(1950 + n), "moi_quan_he": "con đẻ"}
    for n in range(1, 13)
]
LONG = {
    "nguoi_ho_ten": LONG_NAME,
    "nguoi_thuong_tru": HOME,
    "ls_ho_ten": MARTYR,
    "than_nhan": RELATIVES,
    "khai_ngay": "2026-03-01",
}


def form(town: World, who: str, case_id: int, kind: str, element: str | None = None) -> DocumentRow:
    """A form issued by somebody, for the last task of an element."""
    task_id = town.task(case_id, element).id if element else None
    with town.act(who) as act:
        return issuing.issue_form(act, case_id, kind, task_id=task_id)


def pdf_of(town: World, row: DocumentRow) -> bytes:
    with town.act(write=False) as act:
        return documents.pdf_of(act, act.session.get_one(DocumentRow, row.id))


def said_by(town: World, row: DocumentRow) -> str:
    return text_of(pdf_of(town, row))


def letter(town: World, who: str, case_id: int, kind: str, element: str) -> DocumentRow:
    with town.act(who) as act:
        return writing.begin(act, case_id, kind, town.task(case_id, element).id)


def now(town: World, row: DocumentRow) -> DocumentRow:
    with town.act(write=False) as act:
        return act.session.get_one(DocumentRow, row.id)


def wishes(town: World, case_id: int) -> list[str]:
    with town.act(write=False) as act:
        case = town.case(case_id)
        tasks = viewing.tasks_of(act, case_id)
        found = asked.of_case(
            act, case, act.version(case.version_id), tasks, town.receipts(case_id)
        )
        return [wish.kind.id for wish in found.wishes]


def numbers(town: World) -> int:
    with town.act(write=False) as act:
        return act.session.scalar(select(func.count()).select_from(BookNumberRow)) or 0


# --- what steps ask for --------------------------------------------------------------------------


def test_steps_ask_for_the_documents_their_drawing_names(small_town: World) -> None:
    town, case_id = small_town, small_town.file()
    assert wishes(town, case_id) == ["mau-16"]
    town.do(case_id, "B1b")
    assert wishes(town, case_id) == ["bm-01", "mau-16", "to-trinh", "cong-van"]
    form(town, "hoa", case_id, "bm-01")
    letter(town, "binh", case_id, "to-trinh", "B2")
    assert wishes(town, case_id) == ["mau-16", "cong-van"]
    town.do(case_id, "B2")
    assert wishes(town, case_id) == ["mau-16"]


def test_a_new_term_asks_for_a_new_receipt(small_town: World) -> None:
    town, case_id = small_town, small_town.file()
    town.do(case_id, "B1b")
    first = form(town, "hoa", case_id, "bm-01")
    town.do(case_id, "B2", **DAMAGED)
    assert "bm-01" in wishes(town, case_id)
    second = form(town, "hoa", case_id, "bm-01")
    assert (first.sign, second.sign) == ("01/GTN-AP", "02/GTN-AP")
    said = said_by(town, second)
    assert "Lần 2" in said
    assert "Thời hạn giải quyết đổi từ 56 ngày làm việc thành 99 ngày làm việc" in said
    assert now(town, first).state == DocumentState.ISSUED


def test_what_a_step_did_not_decide_is_not_issued(small_town: World) -> None:
    town, case_id = small_town, small_town.file()
    town.do(case_id, "B1b")
    with pytest.raises(Conflict, match="không lập văn bản loại đó"):
        form(town, "hoa", case_id, "bm-02", "B1b")
    other = town.file()
    with pytest.raises(NotFound), town.act("hoa") as act:
        issuing.issue_form(act, other, "mau-16", task_id=town.task(case_id, "B1a").id)
    with pytest.raises(Misuse), town.act("binh") as act:
        writing.begin(act, case_id, "bien-ban-hop", town.task(case_id, "B2").id)


# --- numbers, bytes, rights ----------------------------------------------------------------------


def test_a_form_is_numbered_once_kept_by_its_hash_and_journalled(town: World) -> None:
    case_id = town.file()
    town.do(case_id, "B1b")
    first, again = form(town, "hoa", case_id, "bm-01"), form(town, "hoa", case_id, "bm-01")
    assert first.id == again.id
    assert numbers(town) == 1
    content = pdf_of(town, first)
    assert sha256(content).hexdigest() == first.pdf_sha256
    assert first.template_sha256
    assert town.acts(case_id)[-1] == "document:issued"
    town.clock.advance(timedelta(days=3))
    assert pdf_of(town, first) == content


def test_the_qr_code_holds_a_key_that_stays(small_town: World) -> None:
    town, case_id = small_town, small_town.file()
    town.do(case_id, "B1b")
    row = form(town, "hoa", case_id, "bm-01")
    key = town.case(case_id).look_up_key
    assert key
    assert row.data["look_up"].endswith(f"/tra-cuu?ma=AP-2026-000001&khoa={key}")
    again = renew(town, "hoa", row, "in mờ")
    assert again.data["look_up"] == row.data["look_up"]


def renew(town: World, who: str, row: DocumentRow, reason: str) -> DocumentRow:
    with town.act(who) as act:
        return renewing.reissue(act, row.id, reason)


def test_only_the_units_own_officers_issue_and_strangers_see_nothing(small_town: World) -> None:
    town, case_id = small_town, small_town.file()
    town.do(case_id, "B1b")
    with pytest.raises(NotFound):
        form(town, "quan", case_id, "bm-01")
    town.walk(case_id, "B2", "B3", "B4", "B5")
    with pytest.raises(NotPermitted):  # of the dossier by now, but not of the receiving unit
        form(town, "khanh", case_id, "bm-01")
    row = form(town, "hanh", case_id, "bm-01")
    with pytest.raises(NotFound), town.act("quan", write=False) as act:
        viewing.page(act, row.id)
    assert numbers(town) == 1


def test_a_template_with_a_missing_field_issues_nothing_and_uses_no_number(
    town: World, tmp_path
) -> None:
    case_id = town.file()
    town.do(case_id, "B1b")
    folder = tmp_path / "mau-in"
    folder.mkdir()
    for path in PRINT_DIR.iterdir():
        content = path.read_bytes()
        if path.name == "bm-01.typ":
            content += b"\n#data.nguoi_bao_lanh\n"
        (folder / path.name).write_bytes(content)
    app = replace(town.app, print_dir=folder)
    asks_more = QT02_FILE.read_text(encoding="utf-8").replace(
        'value="2025-07-01"', 'value="2026-03-02"'
    )
    with app.act(None) as act:
        deploying.deploy(act, [(QT02_FILE.name, asks_more.encode())], "Mẫu in mới.")
    other = town.file()
    town.do(other, "B1b")
    with (
        pytest.raises(TemplateLacks, match=r"“bm-01\.typ” cần “nguoi_bao_lanh”"),
        app.act(town.users["hoa"]) as act,
    ):
        issuing.issue_form(act, other, "bm-01")
    assert numbers(town) == 0
    with town.act(write=False) as act:
        assert asked.rows_of(act, other) == []
    kept = form(town, "hoa", case_id, "bm-01")  # its version pins the template of its own time
    assert kept.sign == "01/GTN-AP"


# --- letters -------------------------------------------------------------------------------------


def test_a_letter_is_signed_at_the_step_that_signs_and_numbered_by_the_clerk(town: World) -> None:
    case_id = town.file()
    town.do(case_id, "B1b")
    row = letter(town, "binh", case_id, "to-trinh", "B2")
    assert row.data["to"] == ["Sở Nội vụ"]
    assert "liệt sĩ Trần Văn Bền" in row.title
    town.walk(case_id, "B2", "B3")
    town.do(case_id, "B4", y_kien_B4="tra_lai", ly_do_tra_lai_B4="Sửa trích yếu")
    assert now(town, row).state == DocumentState.DRAFT
    with town.act("binh") as act:
        found = act.session.get_one(DocumentRow, row.id)
        said = {name: value for name, value in found.data.items() if isinstance(value, str)}
        lists = {name: "\n".join(found.data[name]) for name in ("to", "recipients")}
        writing.write(act, row.id, {**said, **lists, "subject": "cấp đổi Bằng"})
    town.walk(case_id, "B2", "B3", "B4")
    signed = now(town, row)
    assert signed.state == DocumentState.SIGNED
    assert signed.signer_id == town.users["dung"]
    with pytest.raises(Conflict), town.act("binh") as act:
        writing.write(act, row.id, {})
    with pytest.raises(NotPermitted), town.act("binh") as act:
        writing.issue_written(act, row.id)
    with town.act("giang") as act:
        writing.issue_written(act, row.id)
    issued = now(town, row)
    assert issued.sign == "01/TTr-AP"
    assert "Về việc cấp đổi Bằng" in said_by(town, issued)
    with town.act(write=False) as act:
        word = docx.Document(io.BytesIO(viewing.word(act, issued)))
    assert "Về việc cấp đổi Bằng" in [line.text for line in word.paragraphs]
    assert "document:signed" in town.acts(case_id)
    page = town.task(case_id, "B5")
    with town.act("giang", write=False) as act:
        values = task_page(act, page.id).values
    assert values["van_ban_xa_so"] == "01/TTr-AP"
    assert values["van_ban_xa_ngay"] == "2026-03-02"


def test_a_letter_waits_for_its_approval(small_town: World) -> None:
    town, case_id = small_town, small_town.file()
    town.do(case_id, "B1b")
    row = letter(town, "binh", case_id, "cong-van", "B2")
    assert row.data["to"] == ["Nguyễn Thị Mừng"]  # the commune answers the applicant
    with pytest.raises(Conflict, match="chưa được ký duyệt"), town.act("binh") as act:
        writing.issue_written(act, row.id)
    with pytest.raises(NotPermitted), town.act("hoa") as act:
        writing.approve(act, row.id)
    town.walk(case_id, "B2", "B3")
    with town.act("dung") as act:
        writing.approve(act, row.id)
    town.do(case_id, "B4", y_kien_B4="tra_lai", ly_do_tra_lai_B4="Chưa đủ")
    back = now(town, row)
    assert (back.state, back.signer_id) == (DocumentState.DRAFT, None)


def test_a_reserved_number_is_used_when_chosen(small_town: World) -> None:
    town, case_id = small_town, small_town.file()
    town.do(case_id, "B1b")
    with town.act() as act:
        (kept,) = numbering.reserve(
            act, town.units["ap"], numbering.Kind.OUTGOING, "giữ cho tờ trình"
        )
        number_id = kept.id
    row = letter(town, "binh", case_id, "to-trinh", "B2")
    town.walk(case_id, "B2", "B3", "B4")
    with town.act("giang") as act:
        writing.issue_written(act, row.id, number_id)
    assert now(town, row).number_id == number_id
    assert now(town, row).sign == "01/TTr-AP"


def test_a_letter_replaced_is_a_draft_until_it_is_issued_itself(small_town: World) -> None:
    town, case_id = small_town, small_town.file()
    town.do(case_id, "B1b")
    row = letter(town, "binh", case_id, "to-trinh", "B2")
    town.walk(case_id, "B2", "B3", "B4")
    with town.act("giang") as act:
        writing.issue_written(act, row.id)
    new = renew(town, "binh", row, "sai trích yếu")
    assert (new.state, now(town, row).state) == (DocumentState.DRAFT, DocumentState.ISSUED)
    with pytest.raises(Conflict, match="Đã có dự thảo thay thế"):
        renew(town, "binh", row, "lần nữa")
    with town.act() as act:
        writing.approve(act, new.id)
        writing.issue_written(act, new.id)
    assert now(town, row).state == DocumentState.REPLACED
    assert "Thay thế tờ trình số 01/TTr-AP" in said_by(town, now(town, new))


# --- afterwards ----------------------------------------------------------------------------------


def test_voiding_takes_the_number_with_it(town: World) -> None:
    case_id = town.file()
    town.do(case_id, "B1b")
    row = form(town, "hanh", case_id, "bm-01")
    with pytest.raises(NotPermitted), town.act("hanh") as act:
        renewing.void(act, row.id, "nhầm")
    with pytest.raises(Misuse, match="lý do"), town.act("hoa") as act:
        renewing.void(act, row.id, " ")
    with town.act("hoa") as act:
        renewing.void(act, row.id, "in nhầm hồ sơ")
    with town.act(write=False) as act:
        number = act.session.get_one(BookNumberRow, row.number_id)
        assert (number.state, number.reason) == (NumberState.VOIDED, "in nhầm hồ sơ")
    assert form(town, "hoa", case_id, "bm-01").sign == "02/GTN-AP"
    with pytest.raises(Conflict):
        renew(town, "hoa", row, "đã hủy")


def test_stopping_and_apologising_issue_their_letters(small_town: World) -> None:
    town, late, stopped = small_town, small_town.file(), small_town.file()
    town.walk(late, "B1b")
    with town.act("dung") as act:
        paper = UploadedFile("can-cu.pdf", b"%PDF-1.4 x")
        ending.stop(act, stopped, "Giấy tờ không đúng sự thật.", paper)
    town.clock.advance(timedelta(days=100))
    with town.act("dung") as act:
        apologies.issue(act, late, "Chờ giám định", act.today + timedelta(days=5))
    with town.act(write=False) as act:
        (apology,), (notice,) = asked.rows_of(act, late), asked.rows_of(act, stopped)
    assert (apology.kind, apology.sign) == ("bm-04", "01/XL-AP")
    assert "Lý do: Chờ giám định." in said_by(town, apology)
    assert (notice.kind, notice.sign) == ("bm-05", "01/TBD-AP")
    assert "Lý do: Giấy tờ không đúng sự thật." in said_by(town, notice)


# --- what they say -------------------------------------------------------------------------------


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


# --- pinned by the version -----------------------------------------------------------------------


def test_a_version_pins_the_templates_it_names_and_what_they_import(small_town: World) -> None:
    town = small_town
    with town.act(write=False) as act:
        names = set(version_texts(act.session, 1).documents)
    assert {"bm-01.typ", "khung.typ", "to-trinh.typ", "to-trinh.docx", "mau-16.typ"} <= names
    assert "bm-06.typ" not in names
    with town.act() as act:
        (same,) = deploying.deploy(act, [(QT02_FILE.name, QT02_FILE.read_bytes())], "Lại.")
    assert not same.new


def test_another_template_is_another_version(small_town: World, tmp_path) -> None:
    town = small_town
    for path in PRINT_DIR.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "bm-06.typ").write_text("khác")  # no drawing names it
    app = replace(town.app, print_dir=tmp_path)
    with app.act(None) as act:
        (same,) = deploying.deploy(act, [(QT02_FILE.name, QT02_FILE.read_bytes())], "Lại.")
        assert not same.new
    khung = tmp_path / "khung.typ"
    khung.write_bytes(khung.read_bytes() + b"\n// moi\n")
    with app.act(None) as act:
        (other,) = deploying.deploy(act, [(QT02_FILE.name, QT02_FILE.read_bytes())], "Mẫu mới.")
        assert other.new
        parts = act.session.scalars(
            select(VersionPartRow.name)
            .join(VersionRow, VersionRow.id == VersionPartRow.version_id)
            .where(VersionPartRow.kind == "document", VersionRow.procedure_key == QT02)
        )
        assert "khung.typ" in set(parts)


def test_templates_are_handed_in_with_the_drawing_that_names_them(small_town: World) -> None:
    town = small_town
    text = QT02_FILE.read_text(encoding="utf-8").replace("2025-07-01", "2026-03-02")
    drawn = text.replace('value="bien-ban-hop"', 'value="bien-ban-hop, to-trinh-rieng"')
    own = (
        (PRINT_DIR / "to-trinh.typ")
        .read_bytes()
        .replace(b"T\xe1\xbb\x9d tr", b"Phi\xe1\xba\xbfu tr")
    )
    files = [(QT02_FILE.name, drawn.encode()), ("mau/to-trinh-rieng.typ", own)]
    with town.act() as act:
        (done,) = deploying.deploy(act, files, "Mẫu riêng.")
        assert version_texts(act.session, done.version.id).documents["to-trinh-rieng.typ"] == own
    case_id = town.file()
    town.walk(case_id, "B1b", "B2", **DAMAGED)
    town.do(case_id, "B6")
    town.pass_posting(case_id)
    town.do(case_id, "B6_ket_qua")
    row = letter(town, "hung", case_id, "to-trinh-rieng", "B7")
    with town.act(write=False) as act:
        page = viewing.page(act, row.id)
        assert page.pages == 1
        assert "PHIẾU TRÌNH" in text_of(viewing.pdf(act, act.session.get_one(DocumentRow, row.id)))


def test_a_drawing_that_names_no_template_is_refused_with_the_nearest(small_town: World) -> None:
    text = QT02_FILE.read_text(encoding="utf-8").replace(
        'value="bien-ban-hop"', 'value="bien-ban-hopp"'
    )
    with pytest.raises(DrawingRefused) as refused, small_town.act() as act:
        deploying.deploy(act, [(QT02_FILE.name, text.encode())], "Thử.")
    (finding,) = [f for f in refused.value.findings if f.rule == "unknown-document"]
    assert finding.element == "B7"
    assert "“bien-ban-hop”" in str(finding.remedy)


def test_templates_import_transitively_and_only_what_they_name() -> None:
    files = {
        "a.typ": b'#import "b.typ": *\n',
        "b.typ": b'#import "c.typ"\n',
        "c.typ": b"",
        "d.typ": b"",
        "a.docx": b"word",
    }
    assert set(needed("a", files)) == {"a.typ", "b.typ", "c.typ", "a.docx"}


def test_every_kind_of_the_house_has_a_template() -> None:
    there = {path.stem for path in PRINT_DIR.glob("*.typ")}
    assert set(kinds.KINDS) <= there
