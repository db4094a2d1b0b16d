"""Pages of persons and links: who finds whom, what is told of others' dossiers, what is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from engine.persistence.tables import CaseLinkRow, CasePersonRow, PersonNameRow, PersonRow
from tests.factories import QT02, World
from tests.web.conftest import Browser, title, words

Browsers = Callable[[str | None], Browser]

BLANK = {"than_nhan": [], **dict.fromkeys(("ls_que_quan", "nguoi_que_quan", "nguoi_cccd"), "")}
CARD = "098158000001"


def file(town: World, who: str = "hoa", unit: str = "ap", **said: Any) -> int:
    return town.file(who, unit, **{**BLANK, **said})


def person(town: World, case_id: int, part: str = "subject") -> int:
    with town.act(write=False) as act:
        found = select(CasePersonRow.person_id).where(
            CasePersonRow.case_id == case_id, CasePersonRow.part == part
        )
        return act.session.scalars(found).one()


def suggested(browser: Browser, text: str, part: str = "subject") -> list[dict[str, Any]]:
    response = browser.client.get("/nguoi/goi-y", query_string={"q": text, "phan": part})
    assert response.status_code == 200
    items: list[dict[str, Any]] = response.json["items"]
    return items


# --- found while typing --------------------------------------------------------------------------


def test_a_suggestion_tells_persons_apart_and_fills_the_form(
    town: World, browser: Browsers
) -> None:
    file(town, ls_ngay_sinh="1948", ls_gioi_tinh="nam", ls_que_quan="An Phú, Quỳnh Phụ")
    (one,) = suggested(browser("hoa"), "trần văn b")
    assert one["detail"] == "sinh 1948 · hy sinh 05/1972 · quê An Phú, Quỳnh Phụ"
    assert one["dossiers"] == "AP-2026-000001"
    assert "fields" not in one  # everything is told of whoever is chosen, and of nobody else
    fields = browser("hoa").get(one["href"]).json["fields"]
    assert (fields["died"], fields["gender"], fields["born"]) == ("05/1972", "nam", "1948")
    assert browser("quan").get(one["href"]).status_code == 404


def test_persons_of_dossiers_one_does_not_see_are_not_suggested(
    town: World, browser: Browsers
) -> None:
    file(town)
    counts = [len(suggested(browser(who), "tran")) for who in ("hoa", "quan", "uyen")]
    assert counts == [1, 0, 0]


def test_one_letter_suggests_nobody_and_strangers_must_sign_in(
    town: World, browser: Browsers
) -> None:
    file(town)
    assert suggested(browser("hoa"), "t") == []
    assert browser(None).get("/nguoi/goi-y?q=tran").status_code == 302


def alike(browser: Browser, **known: str) -> Any:
    asked = {"thu_tuc": QT02, "phan": "subject", **known}
    return browser.client.get("/nguoi/trung", query_string=asked)


def test_a_dossier_elsewhere_is_told_by_unit_and_code_alone(town: World, browser: Browsers) -> None:
    case_id = file(town)
    known = {"full_name": "tran van ben", "died": "1972"}
    expected = "Đã có hồ sơ AP-2026-000001 tại UBND xã An Phú về người có công này"
    (far,) = alike(browser("quan"), **known).json["items"]
    assert far["text"].startswith(expected)
    assert far["href"] == ""
    hoa = browser("hoa")
    (near,) = alike(hoa, **known).json["items"]
    assert near["href"] == f"/ho-so/{case_id}"
    assert alike(hoa, **known, ho_so=str(case_id)).json["items"] == []
    assert alike(hoa, full_name="tran van ben", died="năm 72").json["items"] == []
    # The number of a record that one does not see tells nothing.
    strange = {"full_name": "Ai Đó", "chon": str(person(town, case_id))}
    assert len(alike(hoa, **strange).json["items"]) == 1
    assert alike(browser("quan"), **strange).json["items"] == []
    assert alike(browser("tam"), **known).status_code == 403  # who works nowhere asks nothing


def test_a_refused_form_tells_of_the_other_dossier_and_keeps_the_choice(
    town: World, browser: Browsers
) -> None:
    file(town)
    martyr = person(town, 1)
    hoa = browser("hoa")
    hoa.get(f"/tiep-nhan/{QT02}")
    sent: dict[str, Any] = {
        "_kenh": "counter",
        "_filing_key": "k1",
        "_don_vi": town.units["ap"],
        "nguoi_ho_ten": "Trần Thị Lý",
        "de_nghi_cap": "cap_doi",
        "ls_ho_ten": "Trần Văn Bền",
        "_nguoi.ls_ho_ten": martyr,
        "than_nhan-3-ho_ten": "Trần Văn Hai",
        "than_nhan-5-ho_ten": "Trần Văn Ba",
        "_nguoi.than_nhan-5-ho_ten": "77",
    }
    page = hoa.post(f"/tiep-nhan/{QT02}", **sent, ls_ngay_hy_sinh="năm 72")
    assert page.status_code == 422
    assert "Đã có hồ sơ AP-2026-000001 tại UBND xã An Phú về người có công này" in words(page)
    assert f'data-person="subject.full_name" data-pick="{martyr}"' in page.text
    # The rows have closed up; the choice went with its name.
    assert 'name="than_nhan-1-ho_ten"' in page.text
    assert page.text.count('data-pick="77"') == 1
    # Nobody may choose whom they do not see: refused in words, nothing filed.
    refused = hoa.post(f"/tiep-nhan/{QT02}", **sent, ls_ngay_hy_sinh="1972")
    assert "không còn xem được" in words(refused)
    del sent["_nguoi.than_nhan-5-ho_ten"]
    hoa.get(f"/tiep-nhan/{QT02}")
    assert hoa.post(f"/tiep-nhan/{QT02}", **sent, ls_ngay_hy_sinh="1972").status_code == 302
    assert person(town, 2) == martyr
    said = words(hoa.get("/ho-so/2/da-nhan"))
    other = "AP-2026-000001 , UBND xã An Phú: cùng một người có công."
    assert f"Có thể trùng với hồ sơ khác {other}" in said


# --- the notice ----------------------------------------------------------------------------------


def test_the_receiving_office_is_told_on_its_tasks_and_the_province_is_not(
    town: World, browser: Browsers
) -> None:
    file(town, "quan", "bm")
    second = file(town)
    hoa = browser("hoa")
    notice = "Có thể trùng với hồ sơ khác"
    assert notice in words(hoa.get(f"/viec/{town.task(second, 'B1b').id}"))
    town.walk(second, "B1b", "B2", "B3", "B4", "B5")
    lan = browser("khanh")
    assert notice not in words(lan.get(f"/viec/{town.task(second, 'B11').id}"))
    assert notice in words(lan.get(f"/ho-so/{second}"))


def test_setting_apart_goes_back_to_where_it_was_said(town: World, browser: Browsers) -> None:
    first, second = file(town, "quan", "bm"), file(town)
    hoa = browser("hoa")
    task_id = town.task(second, "B1b").id
    hoa.get(f"/viec/{task_id}")
    answer = hoa.post(f"/ho-so/{second}/khong-trung/{first}", viec=task_id)
    assert answer.location == f"/viec/{task_id}"
    said = words(hoa.get(f"/viec/{task_id}"))
    assert "không trùng. Thông báo này không hiện lại." in said
    assert "Có thể trùng" not in said
    assert hoa.post(f"/ho-so/{first}/khong-trung/{second}").status_code == 404


# --- links ---------------------------------------------------------------------------------------


def test_linking_by_code_and_unlinking(town: World, browser: Browsers) -> None:
    first, second = file(town), file(town, ls_ho_ten="Ai Đó", nguoi_ho_ten="Ai Nữa")
    file(town, "quan", "bm")
    hoa = browser("hoa")
    hoa.get(f"/ho-so/{second}/lien-ket")
    for code, reason, sentence in (
        ("BM-2026-000001", "Cùng.", "Không thấy hồ sơ mã “BM-2026-000001”"),
        ("AP-2026-000002", "Cùng.", "Không liên kết một hồ sơ với chính nó"),
        ("AP-2026-000001", " ", "Hãy ghi lý do"),
    ):
        refused = hoa.post(f"/ho-so/{second}/lien-ket", code=code, reason=reason)
        assert refused.status_code == 422
        assert sentence in words(refused)
    hoa.post(f"/ho-so/{second}/lien-ket", code="ap-2026-000001", reason="Con ruột hai liệt sĩ.")
    page = hoa.get(f"/ho-so/{first}")
    assert "Con ruột hai liệt sĩ." in words(page)
    assert "Liên kết với hồ sơ AP-2026-000002: Con ruột hai liệt sĩ." in words(page)
    hoa.post(f"/ho-so/{first}/lien-ket/{second}/bo")
    with town.act(write=False) as act:
        assert act.session.scalars(select(CaseLinkRow)).all() == []


def test_who_may_not_link_is_refused(town: World, browser: Browsers) -> None:
    case_id = file(town)
    for who, status in (("quan", 404), ("phuc", 403)):
        one = browser(who)
        assert one.get(f"/ho-so/{case_id}/lien-ket").status_code == status
        sent = one.post(f"/ho-so/{case_id}/lien-ket", code="X", reason="x")
        assert sent.status_code == status


# --- a person's page -----------------------------------------------------------------------------


def test_a_persons_page_has_the_dossiers_that_one_sees(town: World, browser: Browsers) -> None:
    first = file(town, nguoi_cccd=CARD, nguoi_moi_quan_he="Con đẻ")
    file(town, "quan", "bm", nguoi_cccd=CARD)
    person_id = person(town, first, "applicant")
    page = browser("hoa").get(f"/nguoi/{person_id}")
    assert title(page) == "Nguyễn Thị Mừng"
    assert "AP-2026-000001" in words(page)
    assert "Con đẻ" in words(page)
    assert "BM-2026-000001" not in words(page)
    assert CARD in words(page)
    for who in ("lan", "uyen"):
        assert browser(who).get(f"/nguoi/{person_id}").status_code == 404


def test_the_search_finds_persons_and_says_when_it_finds_none(
    town: World, browser: Browsers
) -> None:
    file(town)
    hoa = browser("hoa")
    page = hoa.get("/nguoi?q=ben")
    assert "Trần Văn Bền" in words(page)
    assert "Người có công – AP-2026-000001" in words(page)
    assert "Không thấy ai khớp với “xyz”" in words(hoa.get("/nguoi?q=xyz"))
    assert "Tìm liệt sĩ, thân nhân, người nộp" in words(hoa.get("/nguoi"))
    assert "Không thấy ai" in words(browser("quan").get("/nguoi?q=ben"))


def test_a_record_is_corrected_on_its_page(town: World, browser: Browsers) -> None:
    person_id = person(town, file(town))
    hoa = browser("hoa")
    form = hoa.get(f"/nguoi/{person_id}/sua")
    assert 'value="05/1972"' in form.text
    said = {"full_name": "Trần Văn Bền", "names": "Ba Bền\r\n\r\n", "died": "05/1972"}
    refused = hoa.post(f"/nguoi/{person_id}/sua", **said, born="năm 48")
    assert refused.status_code == 422
    assert "không phải là ngày" in words(refused)
    assert "Ba Bền" in refused.text
    hoa.post(f"/nguoi/{person_id}/sua", **said, born="1948", home_now="xã An Phú, tỉnh Hưng Yên")
    with town.act(write=False) as act:
        row = act.session.get_one(PersonRow, person_id)
        assert (row.born, row.died, row.home_now) == (
            "1948",
            "1972-05",
            "xã An Phú, tỉnh Hưng Yên",
        )
        assert [one.full_name for one in act.session.scalars(select(PersonNameRow))] == ["Ba Bền"]
    assert browser("phuc").get(f"/nguoi/{person_id}/sua").status_code == 403
    assert "Sửa thông tin của người số" in words(hoa.get("/ho-so/1"))


def test_merging_shows_first_what_it_would_do(town: World, browser: Browsers) -> None:
    stays, goes = person(town, file(town)), person(town, file(town, ls_ho_ten="Trần Văn Bến"))
    dung = browser("dung")
    choice = dung.get(f"/nguoi/{stays}/gop")
    assert f"/nguoi/{stays}/gop?voi={goes}" in choice.text
    plan = words(dung.get(f"/nguoi/{stays}/gop?voi={goes}"))
    assert "Hồ sơ chuyển sang AP-2026-000002 , UBND xã An Phú" in plan
    assert "Tên khác được ghi thêm Trần Văn Bến" in plan
    assert "Hãy xem kỹ" not in plan
    refused = dung.post(f"/nguoi/{stays}/gop", voi=goes, reason=" ")
    assert refused.status_code == 422
    assert "Hãy ghi lý do" in words(refused)
    assert dung.post(f"/nguoi/{stays}/gop", voi=goes, reason="Một người.").status_code == 302
    assert dung.get(f"/nguoi/{goes}").location == f"/nguoi/{stays}"
    other = person(town, 1, "applicant")
    assert "Hãy xem kỹ trước khi gộp" in words(dung.get(f"/nguoi/{stays}/gop?voi={other}"))
    assert browser("binh").get(f"/nguoi/{stays}/gop").status_code == 403
