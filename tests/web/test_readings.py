"""The access log: who read which person's data, without any page waiting for it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from engine.persistence.database import make_engine
from engine.persistence.tables import AttachmentRow, CasePersonRow, PersonRow, ReadingRow
from engine.ports import UploadedFile
from engine.services import originals, reading
from engine.services.documents import issuing
from engine.services.originals import Receiver
from tests.databases import statements
from tests.pages import pages
from tests.scans import pdf
from tests.services import gathered
from tests.web.conftest import Browser, title, words
from web import readings, requests

PDF = b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n"


@pytest.fixture
def web(town, translations):
    config = {"TESTING": True, "READINGS": "at-once", "PROPAGATE_EXCEPTIONS": False}
    return pages(town.app, {**config, "BABEL_TRANSLATION_DIRECTORIES": str(translations)})


def noted(town):
    with town.act(write=False) as act:
        names = {number: name for name, number in town.users.items()}
        rows = act.session.scalars(select(ReadingRow).order_by(ReadingRow.id))
        return [(names[row.user_id], row.what, row.case_id) for row in rows]


def test_whoever_opens_a_dossier_its_work_or_its_files_is_noted(town, browser):
    case_id = town.file()
    town.do(case_id, "B1b", ho_so_quet=[UploadedFile("đơn.pdf", PDF)])
    task = town.task(case_id, "B2").id
    with town.act(write=False) as act:
        scan = act.session.scalars(select(AttachmentRow.id)).one()
    binh = browser("binh")
    binh.get(f"/ho-so/{case_id}")
    binh.get(f"/viec/{task}")
    binh.get(f"/ho-so/{case_id}/tep/{scan}")
    binh.get("/")  # lists show whom one's own work is for; they are not noted
    binh.get("/ho-so?q=ben")
    binh.get(f"/viec/{task}/vi-sao")
    browser("quan").get(f"/ho-so/{case_id}")  # not his: he has read nothing
    assert noted(town) == [
        ("binh", "cases.show", case_id),
        ("binh", "tasks.show", case_id),
        ("binh", f"cases.attachment|{scan}", case_id),
    ]


def test_a_page_that_is_asked_for_as_a_picture_alone_is_noted_as_the_page(town, browser):
    case_id = town.file()
    town.do(case_id, "B1b", ho_so_quet=[UploadedFile("đơn.pdf", pdf(1))])
    with town.act("hoa") as act:
        paper = issuing.issue_form(act, case_id, "bm-01").id
    with town.act(write=False) as act:
        scan = act.session.scalars(select(AttachmentRow.id)).one()
    binh = browser("binh")
    for path in (
        f"/van-ban/{paper}/trang/1.png",
        f"/van-ban/{paper}",
        f"/ho-so/{case_id}/tep/{scan}/trang/1",
        f"/ho-so/{case_id}/tep/{scan}/xem",
        f"/ho-so/{case_id}/tep/{scan}/anh-nho",  # nobody can read it
        f"/ho-so/{case_id}/van-ban/lap/bm-06/trang/1.png",
    ):
        assert binh.get(path).status_code == 200, path
    assert noted(town) == [
        ("binh", f"documents.show|{paper}", case_id),
        ("binh", f"attachments.show|{scan}", case_id),
        ("binh", "documents.form", case_id),
    ]


def test_registers_and_papers_of_originals_that_leave_are_noted(town, browser):
    case_id = town.file()
    with town.act("hoa") as act:
        paper = originals.note(act, case_id, "Bằng")
        move = originals.hand(act, paper.id, Receiver(town.units["snv"])).id
    hoa, unit = browser("hoa"), town.units["ap"]
    for path in (f"/so-theo-doi/{unit}/2026.pdf", f"/ban-goc/ban-giao/{move}/bien-ban"):
        assert hoa.get(path).status_code == 200, path
    assert noted(town) == [
        ("hoa", "registers.printed", None),
        ("hoa", f"originals.paper|{move}", case_id),
    ]
    listed = words(browser("uyen").get("/quan-tri/luot-xem"))
    assert f"Biên bản bàn giao bản gốc số {move}" in listed
    assert "Tải sổ theo dõi hồ sơ" in listed


def test_who_asks_for_strangers_dossiers_by_name_is_noted_and_slowed_down(town, browser, web):
    case_id = town.file(nguoi_cccd="098158000001")
    asked = "/nguoi/trung?phan=applicant&full_name=Ai+Đó&identity_number=098158000001"
    quan, hoa = browser("quan"), browser("hoa")
    told = quan.get(asked).json["items"]
    assert [town.case(case_id).code in one["text"] for one in told] == [True]
    assert hoa.get(asked).json["items"][0]["href"]  # hers to see: nothing to note
    assert noted(town) == [("quan", "persons.alike", case_id)]
    statuses = [quan.get("/nguoi/trung?phan=applicant").status_code for _ in range(60)]
    assert statuses == [200] * 59 + [429]
    assert hoa.get(asked).status_code == 200


def test_who_read_a_dossier_on_its_list_is_found_by_the_dossier(town, browser):
    first, second = gathered.dossiers(town, 2)
    list_id = gathered.gather(town, [first])
    lan = browser("lan")
    for path in (f"/danh-sach/{list_id}", f"/danh-sach/{list_id}/mau-83.xlsx"):
        assert lan.get(path).status_code == 200
    admin = browser("uyen")
    found = [
        words(admin.get(f"/quan-tri/luot-xem?ma={town.case(one).code}")).count(
            f"Danh sách hồ sơ số {list_id}"
        )
        for one in (first, second)
    ]
    assert found == [1, 0]
    assert "Văn bản của danh sách" in words(
        admin.get(f"/quan-tri/luot-xem?ma={town.case(first).code}")
    )


def test_the_same_page_is_one_line_for_ten_minutes_also_from_another_process(
    town, browser, web, translations
):
    case_id = town.file()
    hoa = browser("hoa")
    hoa.get(f"/ho-so/{case_id}")
    town.clock.advance(timedelta(minutes=9))
    hoa.get(f"/ho-so/{case_id}")
    web.extensions[readings.EXTENSION] = readings.Notebook(town.app)
    hoa.get(f"/ho-so/{case_id}")
    assert len(noted(town)) == 1
    browser("hanh").get(f"/ho-so/{case_id}")
    town.clock.advance(timedelta(minutes=2))
    hoa.get(f"/ho-so/{case_id}")
    assert [who for who, _, _ in noted(town)] == ["hoa", "hanh", "hoa"]


def test_each_file_of_a_list_is_noted_with_how_many_rows_left(town, browser):
    for _ in range(3):
        town.file()
    town.at("2026-04-01 09:00")
    phuc = browser("phuc")
    for _ in range(2):
        answer = phuc.get("/qua-han/tai-ve.csv")
        assert answer.status_code == 200
    assert noted(town) == [("phuc", "overdue.export|3", None)] * 2


def test_a_page_neither_fails_nor_forgets_while_nothing_can_be_written(
    town, browser, web, monkeypatch, tmp_path
):
    case_id = town.file()
    hoa = browser("hoa")
    notebook = web.extensions[readings.EXTENSION]
    whole = notebook._application
    broken = make_engine(f"sqlite:///{tmp_path / 'no' / 'such.sqlite3'}")
    notebook._application = replace(whole, database=broken)
    assert hoa.get(f"/ho-so/{case_id}").status_code == 200
    assert noted(town) == []
    notebook._application = whole
    assert notebook.flush()
    assert noted(town) == [("hoa", "cases.show", case_id)]


def test_what_cannot_be_kept_for_ever_is_counted_and_told(town, browser, web, monkeypatch, caplog):
    monkeypatch.setattr(readings, "MOST", 1)
    notebook = web.extensions[readings.EXTENSION]
    for number in (1, 2, 3):
        notebook.put(reading.Read(town.users["hoa"], town.clock.now(), f"x|{number}"))
    assert notebook.flush()
    assert [what for _, what, _ in noted(town)] == ["x|3"]
    assert "2 readings are lost" in caplog.text


def test_readings_are_written_behind_the_pages_backs(town, translations):
    """As a server does it: by a thread, together, soon."""
    case_id = town.file()
    web = pages(town.app, {"TESTING": True, "READINGS": "behind"})
    hoa = Browser(web.test_client())
    hoa.sign_in("hoa")
    with statements(town.app.database) as sent:
        hoa.get(f"/ho-so/{case_id}")
        asked = [line for line in sent if "reading" in line]
    assert asked == []
    notebook = web.extensions[readings.EXTENSION]
    assert notebook._thread.is_alive()
    assert notebook._thread.daemon
    notebook.flush()
    assert noted(town) == [("hoa", "cases.show", case_id)]


def test_lines_carry_the_request_that_the_log_tells_of(town, browser):
    case_id = town.file()
    answer = browser("hoa").get(f"/ho-so/{case_id}")
    with town.act(write=False) as act:
        assert act.session.scalar(select(ReadingRow.request)) == answer.headers[requests.HEADER]


def test_administrators_find_lines_by_dossier_person_user_and_day(town, browser):
    first, second = town.file(), town.file()
    with town.act() as act:
        person = PersonRow(full_name="A", folded="a", made_at=act.now)
        act.session.add(person)
        act.session.flush()
        person_id = person.id
        act.session.merge(CasePersonRow(case_id=second, person_id=person_id, part="subject"))
    admin = browser("uyen")
    assert "Chưa có lượt xem nào" in words(admin.get("/quan-tri/luot-xem"))
    browser("hoa").get(f"/ho-so/{first}")
    town.at("2026-03-03 09:00")
    browser("hanh").get(f"/ho-so/{second}")
    admin = browser("uyen")  # her session of yesterday has ended
    codes = town.case(first).code, town.case(second).code

    def found(query):
        page = words(admin.get(f"/quan-tri/luot-xem?{query}"))
        return [code in page.partition("Hồ sơ, người")[2] for code in codes]

    assert found("") == [True, True]
    assert found(f"ma={codes[0].lower()}") == [True, False]
    assert found(f"nguoi={person_id}") == [False, True]
    assert found("can_bo=Hanh") == [False, True]
    assert found("tu=2026-03-03") == [False, True]
    assert found("den=2026-03-02") == [True, False]
    assert "Trang hồ sơ" in words(admin.get("/quan-tri/luot-xem"))
    for query, said in (
        ("ma=KHONG-CO", "Không có hồ sơ mã “KHONG-CO”."),
        ("nguoi=99", "Không có người số “99”."),
        ("can_bo=ai", "Không có người dùng “ai”."),
        ("tu=hôm qua", "“hôm qua” không phải là một ngày"),
        ("tu=2026-03-03&den=2026-03-01", "Ngày cuối phải từ ngày đầu trở đi."),
    ):
        refused = admin.get(f"/quan-tri/luot-xem?{query}")
        assert refused.status_code == 422
        assert said in words(refused)
    for kind in ("csv", "xlsx"):
        assert admin.get(f"/quan-tri/luot-xem/tai-ve.{kind}").status_code == 200
    assert "Trang hồ sơ" in admin.get("/quan-tri/luot-xem/tai-ve.csv").text
    assert title(admin.get("/quan-tri/luot-xem")) == "Ai đã xem dữ liệu cá nhân"
    assert browser("hoa").get("/quan-tri/luot-xem").status_code == 403
    assert browser("phuc").get("/quan-tri/luot-xem/tai-ve.csv").status_code == 403
