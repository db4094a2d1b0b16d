"""Documents of a dossier: asked for by its steps, numbered once, kept as issued, issued anew."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import docx
import pytest

from engine.bootstrap import PRINT_DIR
from engine.domain.errors import (
    Conflict,
    Misuse,
    NotFound,
    NotPermitted,
    TemplateLacks,
)
from engine.domain.states import DocumentState, NumberState
from engine.persistence.tables import (
    BookNumberRow,
    DocumentRow,
)
from engine.ports import UploadedFile
from engine.services import apologies, deploying, ending, numbering
from engine.services.documents import asked, issuing, renewing, viewing, writing
from engine.services.viewing import task_page
from tests.factories import QT02_FILE, World
from tests.services.papers import (
    form,
    letter,
    now,
    numbers,
    pdf_of,
    renew,
    said_by,
    wishes,
)
from tests.services.test_walks import DAMAGED

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


def test_a_letter_that_its_step_left_unwritten_can_be_written_until_somebody_signs(
    small_town: World,
) -> None:
    town, case_id = small_town, small_town.file()
    for step in ("B1b", "B2"):
        town.do(case_id, step)
    assert wishes(town, case_id) == ["bm-01", "mau-16", "to-trinh"], "what the step decided for"
    town.do(case_id, "B3")
    assert letter(town, "binh", case_id, "to-trinh", "B2").state == DocumentState.DRAFT
    assert "to-trinh" not in wishes(town, case_id)


def test_where_a_later_step_writes_the_letter_none_is_asked_for(small_town: World) -> None:
    town, case_id = small_town, small_town.file()
    town.do(case_id, "B1b")
    town.do(case_id, "B2", **DAMAGED)
    assert "to-trinh" not in wishes(town, case_id), "the certificate is posted first"


def test_after_the_signature_no_letter_is_asked_for(small_town: World) -> None:
    town, case_id = small_town, small_town.file()
    for step in ("B1b", "B2", "B3", "B4"):
        town.do(case_id, step)
    assert "to-trinh" not in wishes(town, case_id)


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


def test_two_who_press_at_once_get_the_same_paper(town: World) -> None:
    case_id = town.file()
    town.do(case_id, "B1b")
    with ThreadPoolExecutor(6) as pool:
        rows = list(pool.map(lambda who: form(town, who, case_id, "bm-01"), ["hoa", "hanh"] * 3))
    assert {row.sign for row in rows} == {"01/GTN-AP"}
    assert len({row.id for row in rows}) == numbers(town) == 1


def test_the_qr_code_holds_a_key_that_stays(small_town: World) -> None:
    town, case_id = small_town, small_town.file()
    town.do(case_id, "B1b")
    row = form(town, "hoa", case_id, "bm-01")
    key = town.case(case_id).look_up_key
    assert key
    assert row.data["look_up"].endswith(f"/tra-cuu?ma=AP-2026-000001&khoa={key}")
    again = renew(town, "hoa", row, "in mờ")
    assert again.data["look_up"] == row.data["look_up"]


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
    with pytest.raises(Conflict, match="đã ban hành"), town.act("giang") as act:
        writing.issue_written(act, row.id)  # a second clerk, or a second click
    assert numbers(town) == 1
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
