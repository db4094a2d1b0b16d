"""The inbox: whose work, in which order, how long it has, and finding it."""

from __future__ import annotations

import re
from datetime import timedelta

from engine.services import tasks
from tests.services.test_walks import COMMUNE, PROVINCE
from tests.web.conftest import title, words


def claimed(town, who, case_id, element="B1b"):
    with town.act(who) as act:
        return tasks.claim(act, town.task(case_id, element).id).id


def codes(response):
    return list(dict.fromkeys(re.findall(r"AP-2026-\d{6}", words(response))))


def test_it_shows_what_is_due_first_at_the_top(browser, town):
    town.file()
    town.at("2026-03-02 10:00")
    town.file()
    town.at("2026-03-04 09:00")
    town.file(channel="online")
    page = browser("hoa").get("/viec?xem=role")
    assert codes(page) == ["AP-2026-000001", "AP-2026-000002", "AP-2026-000003"]
    assert "Quá hạn 1 ngày làm việc" in words(page)
    assert "Ngày mai 09:00" in words(page)


def test_each_standing_has_text_colour_and_icon(browser, town):
    town.file()
    hoa = browser("hoa")
    soon = hoa.get("/viec?xem=role").text
    assert re.search(r'class="tag soon">\s*<svg.*?hourglass.*?Hôm nay 13:30', soon, re.DOTALL)
    town.at("2026-03-06 09:00")
    late = browser("hoa").get("/viec?xem=role").text
    assert re.search(r'class="tag overdue">\s*<svg.*?octagon.*?Quá hạn', late, re.DOTALL)


def test_the_tabs_keep_mine_my_roles_and_my_units_apart(browser, town):
    first, second = town.file(), town.file()
    town.do(second, "B1b")
    claimed(town, "hanh", first)
    hoa = browser("hoa")
    assert codes(hoa.get("/viec?xem=mine")) == []
    assert codes(hoa.get("/viec?xem=role")) == []  # taken by a colleague
    assert codes(hoa.get("/viec?xem=unit")) == ["AP-2026-000001", "AP-2026-000002"]
    assert codes(browser("hanh").get("/viec")) == ["AP-2026-000001"]


def test_an_officer_of_another_commune_sees_nothing_of_it(browser, town):
    town.file()
    for view in ("mine", "role", "unit"):
        page = browser("quan").get(f"/viec?xem={view}")
        assert codes(page) == []
        assert "Không có việc nào đang chờ" in words(page)


def test_it_is_searched_without_diacritics_by_code_and_name(browser, town):
    town.file(nguoi_ho_ten="Đặng Thị Ngọc Ánh")
    town.file(nguoi_ho_ten="Trần Văn Bình")
    hoa = browser("hoa")
    assert codes(hoa.get("/viec?xem=role&q=dang thi ngoc")) == ["AP-2026-000001"]
    assert codes(hoa.get("/viec?xem=role&q=Ngọc")) == ["AP-2026-000001"]
    assert codes(hoa.get("/viec?xem=role&q=000002")) == ["AP-2026-000002"]
    nothing = hoa.get("/viec?xem=role&q=khong-co-ten-nay")
    assert "Không thấy việc nào khớp" in words(nothing)
    assert "Tìm trong tất cả hồ sơ" in words(nothing)


def test_what_is_typed_into_the_search_is_never_markup(browser):
    page = browser("hoa").get("/viec?xem=role&q=%3Cscript%3Ealert(1)%3C/script%3E")
    assert "<script>alert" not in page.text


def test_a_long_inbox_is_paged_by_key_and_loses_nothing(browser, town, monkeypatch):
    for _ in range(5):
        town.file()
    monkeypatch.setattr("web.views.inbox.PAGE_LENGTH", 2)
    hoa = browser("hoa")
    seen, path = [], "/viec?xem=role"
    while path:
        page = hoa.get(path)
        seen += codes(page)
        found = re.search(r'rel="next" href="([^"]+)"', page.text)
        path = found[1].replace("&amp;", "&") if found else None
    assert seen == [f"AP-2026-00000{n}" for n in range(1, 6)]


def test_a_made_up_page_address_is_refused_kindly(browser):
    for bad in ("/viec?xem=role&sau=%01%ff", "/viec?xem=alles", "/viec?sau=abc"):
        page = browser("hoa").get(bad)
        assert page.status_code == 400
        assert "danh sách" in words(page)


def test_claiming_in_the_list_leads_to_the_task(browser, town):
    case_id = town.file()
    task = town.task(case_id, "B1b")
    hoa = browser("hoa")
    assert "Nhận việc" in words(hoa.get("/viec?xem=role"))
    assert hoa.post(f"/viec/{task.id}/nhan").location == f"/viec/{task.id}"
    assert town.task(case_id, "B1b").assignee_id == town.users["hoa"]
    assert "Làm tiếp" in words(hoa.get("/viec"))


def test_an_empty_own_list_points_to_the_work_of_the_role(browser, town):
    town.file()
    page = words(browser("hoa").get("/viec?xem=mine"))
    assert "Bạn chưa nhận việc nào" in page
    assert "Có 1 việc đang chờ người cùng chức danh nhận." in page


def test_it_opens_on_the_role_while_nothing_is_claimed(browser, town):
    case_id = town.file()
    hoa = browser("hoa")
    assert codes(hoa.get("/viec")) == ["AP-2026-000001"]
    claimed(town, "hoa", case_id)
    town.file()
    assert codes(hoa.get("/viec")) == ["AP-2026-000001"]


def test_the_menu_offers_only_what_one_may_use(browser):
    assert "Tiếp nhận" in words(browser("hanh").get("/viec"))
    assert "Giám sát" not in words(browser("hanh").get("/viec"))
    assert "Tiếp nhận" not in words(browser("binh").get("/lich"))
    assert "Giám sát" in words(browser("phuc").get("/viec"))
    assert title(browser("tam").get("/viec")) == "Việc của tôi"  # nobody's post at all


def test_work_of_an_outside_role_is_waited_for_and_recorded_by_who_works_for_it(browser, town):
    case_id = town.file()
    town.walk(case_id, "B1b", "B2", "B3", "B4", "B5", "B11", "B12", "B13a", "B13b", "B14")
    assert town.open_elements(case_id) == ["B18"]
    for view in ("role", "unit"):
        page = words(browser("lan").get(f"/viec?xem={view}"))
        assert "Tiếp nhận hồ sơ của Sở Nội vụ" in page
        assert "Chờ Bộ Nội vụ" in page
        assert "Ghi nhận kết quả" in page


def undated(town):
    """A dossier at a step without a deadline of its own."""
    case_id = town.file()
    town.walk(case_id, "B1b", "B2", bang_mo_hu_hai=True)
    return case_id


def test_work_without_a_deadline_goes_by_the_date_of_its_case(browser, town):
    case_id = undated(town)
    page = words(browser("binh").get("/viec?xem=role"))
    assert "Hẹn trả hồ sơ: 22/07/2026" in page
    assert "Không định hạn" not in page
    town.clock.move_to(town.case(case_id).due_at + timedelta(days=3))
    late = browser("binh").get("/viec?xem=role")
    assert re.search(
        r'class="tag overdue">.*?Hồ sơ quá hẹn trả 2 ngày làm việc', late.text, re.DOTALL
    )
    assert "1 quá hạn" in words(late)


def test_the_waits_of_a_paused_case_say_that_the_clock_stands_still(browser, town):
    case_id = town.file()
    town.walk(case_id, *COMMUNE, *PROVINCE, "B18")
    town.clock.move_to(town.case(case_id).due_at + timedelta(days=3))
    page = browser("lan").get("/viec?xem=role")
    assert "Tạm dừng tính thời hạn" in words(page)
    assert "quá hẹn" not in words(page)
