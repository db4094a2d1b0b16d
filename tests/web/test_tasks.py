"""One task: reading it, claiming, drafts, completing, and being too late."""

from __future__ import annotations

import re
from html import unescape

import pytest

from engine.services import deploying, filing, organising, tasks
from tests.bpmn_execution import drawn
from tests.services.test_periods import DON
from tests.web.conftest import title, upload, words

PDF = b"%PDF-1.7\n1 0 obj\n"


@pytest.fixture
def b1b(town):
    return town.task(town.file(), "B1b")


def work_form(page):
    return re.search(r'<form[^>]*id="work".*?</form>', page.text, re.DOTALL)[0]


def form_fields(page):
    """The names of the page's main form."""
    return set(re.findall(r'name="([^"]+)"', work_form(page)))


def accept(page, **more):
    """The answers of an officer who accepts: the first state of each paper, and `du`."""
    papers = {}
    radios = r'type="radio"[^>]* name="([^"]+)" value="([^"]+)"'
    for name, value in re.findall(radios, work_form(page)):
        if "-" in name:
            papers.setdefault(name, value)
    return {**papers, "ket_qua_tiep_nhan": "du", **more}


def input_of(page, name):
    found = re.search(rf'<input[^>]*name="{re.escape(name)}"[^>]*>', page.text)
    return found[0] if found else ""


def kept_file(page, name):
    """The reference with which the page sends a stored file again."""
    found = re.search(rf'name="{re.escape(name)}" value="([^"]+)" checked', page.text)
    return unescape(found[1])


def proof(page):
    """What a refused page says of the files it kept."""
    return re.search(r'name="_kept" value="([^"]+)"', page.text)[1]


def file_field(page):
    return next(n for n in form_fields(page) if 'type="file"' in input_of(page, n))


def stored_files(town):
    return [path for path in (town.app.settings.data_dir / "files").rglob("*") if path.is_file()]


def test_it_shows_what_to_do_when_it_is_due_and_the_form(browser, b1b):
    page = browser("hoa").get(f"/viec/{b1b.id}")
    said = words(page)
    assert title(page) == "Kiểm tra, tiếp nhận hồ sơ"
    assert "Cần làm gì" in said
    assert "Hôm nay 13:30" in said
    assert "Vì sao ngày này?" in said
    assert "Nguyễn Thị Mừng" in said
    assert "ket_qua_tiep_nhan" in form_fields(page)


def test_completing_says_what_was_done_and_who_is_next(browser, town, b1b):
    hoa = browser("hoa")
    page = hoa.get(f"/viec/{b1b.id}")
    done = hoa.post(f"/viec/{b1b.id}/hoan-thanh", **accept(page))
    assert done.status_code == 302
    assert done.location == f"/viec?xong={b1b.id}"
    said = words(hoa.get(done.location))
    assert "Đã hoàn thành “Kiểm tra, tiếp nhận hồ sơ” của hồ sơ AP-2026-000001." in said
    assert "Tiếp theo: “Thẩm định hồ sơ" in said
    assert "UBND xã An Phú" in said
    assert town.open_elements(b1b.case_id) == ["B2"]


def test_a_bad_form_comes_back_with_messages_and_everything_typed(browser, town, b1b):
    hoa = browser("hoa")
    hoa.get(f"/viec/{b1b.id}")
    page = hoa.post(
        f"/viec/{b1b.id}/hoan-thanh", ket_qua_tiep_nhan="bo_sung", bang_mo_hu_hai="true"
    )
    assert page.status_code == 422
    assert "Chưa gửi được" in words(page)
    assert 'aria-invalid="true"' in page.text
    assert 'name="bang_mo_hu_hai" value="true" checked' in page.text
    assert town.open_elements(b1b.case_id) == ["B1b"]


def test_files_of_a_refused_form_are_not_lost(browser, b1b):
    hoa = browser("hoa")
    first = hoa.get(f"/viec/{b1b.id}")
    files = next(n for n in form_fields(first) if 'type="file"' in input_of(first, n))
    page = hoa.post(
        f"/viec/{b1b.id}/hoan-thanh", **{files: upload("quét bằng.pdf", b"%PDF-1.7\n1 0 obj\n")}
    )
    assert page.status_code == 422
    assert "quét bằng.pdf" in words(page)
    done = hoa.post(
        f"/viec/{b1b.id}/hoan-thanh",
        **accept(first),
        **{files: kept_file(page, files), "_kept": proof(page)},
    )
    assert done.status_code == 302
    assert "quét bằng.pdf" in words(hoa.get(f"/ho-so/{b1b.case_id}"))


def test_files_of_a_draft_are_the_tasks_own(browser, town, b1b):
    hoa = browser("hoa")
    files = file_field(hoa.get(f"/viec/{b1b.id}"))
    saved = hoa.post(f"/viec/{b1b.id}/luu-nhap", **{files: upload("quét bằng.pdf", PDF)})
    assert saved.status_code == 302
    page = hoa.get(saved.location)
    done = hoa.post(f"/viec/{b1b.id}/hoan-thanh", **accept(page), **{files: kept_file(page, files)})
    assert done.status_code == 302
    assert "quét bằng.pdf" in words(hoa.get(f"/ho-so/{b1b.case_id}"))


def test_a_draft_with_a_file_of_no_known_kind_says_so_beside_the_field(browser, town, b1b):
    hoa = browser("hoa")
    files = file_field(hoa.get(f"/viec/{b1b.id}"))
    page = hoa.post(f"/viec/{b1b.id}/luu-nhap", **{files: upload("x.pdf", b"MZ khong phai PDF")})
    assert page.status_code == 422
    assert "không thuộc loại được nhận" in words(page)
    assert town.task(b1b.case_id, "B1b").draft is None


def test_whoever_may_not_do_a_task_leaves_no_files_behind(browser, town, b1b):
    files = file_field(browser("hoa").get(f"/viec/{b1b.id}"))
    binh = browser("binh")
    binh.get(f"/viec/{b1b.id}")
    for act, more in (("luu-nhap", {}), ("hoan-thanh", {}), ("hoan-thanh", {"_list_add": "x"})):
        sent = {files: upload("a.pdf", PDF), **more}
        assert binh.post(f"/viec/{b1b.id}/{act}", **sent).status_code == 403
    assert stored_files(town) == []
    town.do(b1b.case_id, "B1b", "hoa")
    late = browser("hoa").post(f"/viec/{b1b.id}/hoan-thanh", **{files: upload("a.pdf", PDF)})
    assert late.status_code == 409
    assert stored_files(town) == []


@pytest.mark.parametrize("act", ["luu-nhap", "hoan-thanh"])
def test_another_cases_file_cannot_be_referred_to(browser, town, b1b, act):
    hoa = browser("hoa")
    first = hoa.get(f"/viec/{b1b.id}")
    files = file_field(first)
    other = town.task(town.file(), "B1b")
    bad = {files: upload("mật.pdf", PDF)}
    page = hoa.post(f"/viec/{other.id}/hoan-thanh", **bad)
    assert page.status_code == 422
    stolen, anothers_proof = kept_file(page, files), proof(page)
    assert hoa.post(
        f"/viec/{other.id}/hoan-thanh",
        **accept(first),
        **{files: stolen, "_kept": anothers_proof},
    ).location
    hanh = browser("hanh")
    hanh.get(f"/viec/{b1b.id}")
    for kept in ("", "made.up", anothers_proof):
        page = hanh.post(f"/viec/{b1b.id}/{act}", **accept(first), **{files: stolen, "_kept": kept})
        assert page.status_code == 422
        assert "Tệp “mật.pdf” không thuộc hồ sơ này." in words(page)
        assert 'aria-invalid="true"' in page.text
    task = town.task(b1b.case_id, "B1b")
    assert (task.state, task.draft) == ("open", None)


def test_a_draft_is_kept_with_its_mistakes_and_claims_the_task(browser, town, b1b):
    hoa = browser("hoa")
    hoa.get(f"/viec/{b1b.id}")
    saved = hoa.post(f"/viec/{b1b.id}/luu-nhap", ket_qua_tiep_nhan="bo_sung", bang_mo_hu_hai="true")
    assert saved.location == f"/viec/{b1b.id}"
    page = hoa.get(saved.location)
    assert "Đã lưu nháp" in words(page)
    assert 'name="bang_mo_hu_hai" value="true" checked' in page.text
    assert town.task(b1b.case_id, "B1b").assignee_id == town.users["hoa"]
    assert town.open_elements(b1b.case_id) == ["B1b"]


def test_a_claimed_task_can_be_put_back(browser, town, b1b):
    hoa = browser("hoa")
    hoa.get(f"/viec/{b1b.id}")
    hoa.post(f"/viec/{b1b.id}/nhan")
    assert "Trả lại hàng chờ" in words(hoa.get(f"/viec/{b1b.id}"))
    assert hoa.post(f"/viec/{b1b.id}/tra-lai").location == "/viec"
    assert town.task(b1b.case_id, "B1b").assignee_id is None


def test_of_two_officers_who_claim_one_task_the_second_is_told(browser, town, b1b):
    hoa, hanh = browser("hoa"), browser("hanh")
    hoa.get(f"/viec/{b1b.id}")
    hanh.get(f"/viec/{b1b.id}")
    assert hoa.post(f"/viec/{b1b.id}/nhan").status_code == 302
    late = hanh.post(f"/viec/{b1b.id}/nhan")
    assert late.status_code == 409
    assert "Việc này đã có người khác nhận." in words(late)
    assert town.task(b1b.case_id, "B1b").assignee_id == town.users["hoa"]


def test_sending_a_task_twice_completes_it_once(browser, town, b1b):
    hoa = browser("hoa")
    page = hoa.get(f"/viec/{b1b.id}")
    answers, token = accept(page), hoa.token()
    assert hoa.post(f"/viec/{b1b.id}/hoan-thanh", token=token, **answers).status_code == 302
    again = hoa.post(f"/viec/{b1b.id}/hoan-thanh", token=token, **answers)
    assert again.status_code == 409
    assert "Bạn đã hoàn thành việc này lúc 08:00." in words(again)
    assert town.open_elements(b1b.case_id) == ["B2"]


def test_a_stale_page_of_a_task_that_a_colleague_finished_is_a_conflict(browser, town, b1b):
    hanh = browser("hanh")
    page = hanh.get(f"/viec/{b1b.id}")
    answers = accept(page)
    town.do(b1b.case_id, "B1b", "hoa")
    late = hanh.client.post(
        f"/viec/{b1b.id}/hoan-thanh",
        data={"csrf_token": hanh.token(), **answers},
        headers={"Referer": f"http://localhost/viec/{b1b.id}"},
    )
    assert late.status_code == 409
    assert title(late) == "Có người vừa làm trước bạn"
    assert f'href="/viec/{b1b.id}"' in late.text  # “Tải lại trang”


@pytest.mark.parametrize("act", ["nhan", "tra-lai", "luu-nhap", "hoan-thanh"])
def test_another_communes_officer_finds_nothing_and_that_is_journalled(
    browser, town, journal, b1b, act
):
    quan = browser("quan")
    assert quan.get(f"/viec/{b1b.id}").status_code == 404
    answer = quan.post(f"/viec/{b1b.id}/{act}")
    assert answer.status_code in (403, 404)
    assert "AP-2026" not in answer.text
    refused = journal("permission:refused")
    assert f"POST /viec/{b1b.id}/{act}" in [line["permission"] for line in refused]
    assert {line["actor"] for line in refused} == {town.users["quan"]}


def test_another_role_of_the_same_office_may_look_but_not_act(browser, b1b):
    binh = browser("binh")
    page = binh.get(f"/viec/{b1b.id}")
    assert page.status_code == 200
    assert "Bạn chỉ xem được" in words(page)
    assert 'id="work"' not in page.text
    assert binh.post(f"/viec/{b1b.id}/hoan-thanh", ket_qua_tiep_nhan="du").status_code == 403


def test_a_task_held_by_a_colleague_is_shown_as_held(browser, town, b1b):
    with town.act("hoa") as act:
        tasks.claim(act, b1b.id)
    page = browser("hanh").get(f"/viec/{b1b.id}")
    assert "Hoa đang giữ việc này. Bạn chỉ xem được." in words(page)


def test_a_finished_task_shows_what_was_answered_and_by_whom(browser, town, b1b):
    town.do(b1b.case_id, "B1b", "hoa")
    page = browser("hanh").get(f"/viec/{b1b.id}")
    assert "Hoa đã hoàn thành lúc 02/03/2026 08:00." in words(page)
    assert "Kết quả kiểm tra" in words(page)
    assert 'id="work"' not in page.text


def test_a_task_that_does_not_exist_is_not_found(browser):
    assert browser("hoa").get("/viec/999").status_code == 404


def test_the_form_works_without_scripts_and_enter_means_complete(browser, b1b):
    page = browser("hoa").get(f"/viec/{b1b.id}").text
    form = page[page.index('id="work"') :]
    assert form.index('type="submit"') < form.index("luu-nhap")
    assert " onclick=" not in page
    assert " style=" not in page


def test_where_several_units_could_go_on_the_officer_chooses_one(browser, town):
    with town.act() as act:
        other = organising.add_unit(act, "snv2", "Sở Nội vụ (cơ sở 2)", "so-noi-vu", 1).id
    case_id = town.file()
    town.walk(case_id, "B1b", "B2", "B3", "B4")
    task = town.task(case_id, "B5")
    giang = browser("giang")
    giang.get(f"/viec/{task.id}")
    asked = giang.post(f"/viec/{task.id}/hoan-thanh", van_ban_xa_so="12/UBND")
    assert asked.status_code == 422
    assert "Chuyển đến đơn vị nào?" in words(asked)
    assert "Sở Nội vụ (cơ sở 2)" in words(asked)
    assert town.open_elements(case_id) == ["B5"]
    name = re.search(r'type="radio" name="(unit\.[^"]+)"', asked.text)[1]
    answer = giang.post(
        f"/viec/{task.id}/hoan-thanh", **{"van_ban_xa_so": "12/UBND", name: str(other)}
    )
    assert answer.status_code == 302
    assert town.task(case_id, "B11").unit_id == other


def test_a_time_that_hangs_on_another_step_names_that_step(browser, town):
    text = drawn.process(
        drawn.start(), drawn.user("N", form="don"), drawn.user("B", "5 ngày", name="Kiểm tra"),
        drawn.user("C", "cùng hạn B"), drawn.user("D", "70 ngày kể từ B"), drawn.end(),
        drawn.line("S", "N", "B", "C", "D", "E"), key="khac", lanes={"cv-ncc-xa": "S N B C D E"},
    )  # fmt: skip
    with town.act("vinh") as act:
        deploying.deploy(act, [("khac.bpmn", text), DON], "Thử.")
    with town.act("binh") as act:
        said = {"nguoi_ho_ten": "Nguyễn Văn A", "huong": "ngan"}
        case_id = filing.file_case(act, "khac", town.units["ap"], "counter", said, "k").id
    for element, told in (("C", "cùng hạn với “Kiểm tra”"),
                          ("D", "70 ngày kể từ khi mở “Kiểm tra”")):  # fmt: skip
        town.do(case_id, "B" if element == "C" else "C", "binh")
        task = town.task(case_id, element)
        assert f"Thời gian cho bước này: {told}" in words(browser("binh").get(f"/viec/{task.id}"))
