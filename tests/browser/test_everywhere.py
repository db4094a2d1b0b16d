"""For everybody: without JavaScript, on a phone, by keyboard alone; and every page once."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.browser import steps
from tests.browser.offices import Officer, Offices

pytestmark = pytest.mark.browser

#: Who opens which page; `{task}` is an open task of reception, `{case}` its dossier.
PAGES = {
    "hoa": (
        "/viec", "/viec?xem=role", "/viec?xem=unit", "/viec/{task}", "/viec/{done}",
        "/viec/{task}/vi-sao", "/ho-so", "/ho-so?q=khong-co", "/ho-so/{case}",
        "/ho-so/{case}/van-ban", "/ho-so/{case}/van-ban/lap/bm-06",
        "/ho-so/{case}/vi-sao", "/ho-so/{case}/giay-hen/1", "/ho-so/{case}/da-nhan",
        "/tiep-nhan", "/tiep-nhan/qt02-cap-doi-bang", "/thu-tuc", "/thu-tuc/qt02-cap-doi-bang/1",
        "/thu-tuc/chi-de-xem",
        "/lich", "/tai-khoan", "/thong-bao", "/ho-so/{case}/phu-luc-thoi-han", "/so-van-ban",
        "/so-van-ban/{unit}/2026/giay-tiep-nhan", "/so-van-ban/{unit}/2026/van-ban-di/giu-so",
        "/so-theo-doi", "/tra-cuu", "/ban-goc", "/ban-goc/moi?ho_so={case}", "/xac-minh-chu-ky",
    ),
    "dung": (
        "/ho-so/{case}/tam-dung", "/ho-so/{case}/gia-han", "/ho-so/{case}/dung-giai-quyet",
        "/ho-so/{case}/rut-ho-so", "/ho-so/{case}/gap", "/van-ban/cho-ky",
    ),
    "phuc": (
        "/giam-sat", "/giam-sat?theo=buoc", "/giam-sat?theo=can-bo",
        "/giam-sat/ban-do-nhiet/qt02-cap-doi-bang", "/qua-han", "/qua-han?xem=tat-ca",
        "/qua-han?xem=un-tac", "/viec/{task}/giao-lai", "/giam-sat/giao-lai?viec={task}",
        "/thong-bao",
    ),
    "uyen": (
        "/quan-tri", "/quan-tri/su-co", "/quan-tri/thu-di", "/quan-tri/bac-nhac-han",
        "/quan-tri/bac-nhac-han/sua?doi_tuong=task", "/quan-tri/bac-nhac-han/sua?doi_tuong=case",
        "/lich/thay-doi", "/lich/thay-doi?kieu=don-vi", "/lich/thay-doi?kieu=ngay",
        "/lich/thay-doi?kieu=tep", "/quan-tri/so-van-ban?don-vi={unit}",
        "/quan-tri/so-van-ban/{unit}/van-ban-di", "/quan-tri/chung-thu",
    ),
    "vinh": (
        "/viec", "/thu-tuc/ban-ve-moi", "/thu-tuc/quy-tac", "/thu-tuc/quy-tac/unknown-lane",
        "/thu-tuc/quy-tac/deadlock",
    ),
}  # fmt: skip
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 720}


@pytest.fixture
def addresses(offices: Offices) -> dict[str, list[str]]:
    """Every page of the site, over a town with work overdue, done and waiting."""
    town = offices.town
    case_id = town.file(ls_ho_ten="Nguyễn Phúc Vĩnh Thuỵ Bảo Long Hoàng Kim Đỉnh")
    town.do(case_id, "B1b")
    waiting = town.file()
    named = {
        "case": case_id,
        "unit": town.units["ap"],
        "done": town.task(case_id, "B1b").id,
        "task": town.task(waiting, "B1b").id,
    }
    offices.at("2026-03-03 09:00")
    offices.round()
    return {who: [path.format(**named) for path in paths] for who, paths in PAGES.items()}


@pytest.fixture
def on_phones(offices: Offices) -> Iterator[Offices]:
    """Everybody's window as narrow as a phone."""
    for who in PAGES:
        offices[who].page.set_viewport_size(PHONE)
    yield offices
    for who in PAGES:
        offices[who].page.set_viewport_size(DESK)


def overflow(officer: Officer) -> list[str]:
    """What sticks out of the page on the right."""
    return officer.page.evaluate(
        """() => {
            const width = document.documentElement.clientWidth;
            if (document.documentElement.scrollWidth <= width) return [];
            return [...document.querySelectorAll("main *, header *, footer *")]
                .filter((one) => one.getBoundingClientRect().right > width + 0.5)
                .filter((one) => !one.closest(".diagram-frame, .scroller"))
                .map((one) => `${one.tagName}.${one.className}: ${one.textContent.slice(0, 40)}`);
        }"""
    )


@pytest.mark.parametrize("who", list(PAGES))
def test_no_page_is_wider_than_a_phone(
    on_phones: Offices, addresses: dict[str, list[str]], who: str
) -> None:
    officer = on_phones[who]
    officer.page.goto("/dang-nhap")
    assert overflow(officer) == []
    for path in addresses[who]:
        officer.goes_to(path)
        assert (path, overflow(officer)) == (path, [])
        assert officer.title()


def test_a_phone_is_enough_to_do_ones_work(on_phones: Offices) -> None:
    offices = on_phones
    case_id = offices.town.file()
    hoa = offices["hoa"]
    hoa.goes_to("/ho-so")
    hoa.page.get_by_text("Danh mục").first.click()
    hoa.follows("Việc của tôi")
    hoa.follows("Của chức danh tôi")
    hoa.follows(steps.RECEPTION)
    steps.accept(hoa)
    assert overflow(hoa) == []
    assert "Đã hoàn thành" in hoa.completes()
    assert offices.town.open_elements(case_id) == ["B2"]


def test_every_page_says_where_one_is_in_both_languages(
    offices: Offices, addresses: dict[str, list[str]]
) -> None:
    hoa = offices["hoa"]
    hoa.goes_to("/viec")
    hoa.presses("English", within=hoa.page.get_by_role("contentinfo"))
    assert hoa.page.locator("html").get_attribute("lang") == "en"
    for path in (
        "/viec",
        addresses["hoa"][3],
        "/ho-so",
        "/thu-tuc",
        "/lich",
        "/tai-khoan",
    ):
        hoa.page.goto(path)
        assert hoa.page.title().endswith("– Quy Trình")
        assert hoa.title()
    hoa.presses("Tiếng Việt", within=hoa.page.get_by_role("contentinfo"))
    assert hoa.page.locator("html").get_attribute("lang") == "vi"


# --- without JavaScript --------------------------------------------------------------------------


def test_a_dossier_is_filed_and_accepted_without_javascript(offices: Offices) -> None:
    hoa = offices.elsewhere("hoa", java_script_enabled=False)
    hoa.goes_to("/tiep-nhan/qt02-cap-doi-bang")
    applicant = hoa.part("1. Thông tin người đề nghị")
    hoa.types("Họ và tên", "Nguyễn Thị Mừng", applicant)
    hoa.types("Họ và tên", "Trần Văn Bền", hoa.part("2. Thông tin về liệt sĩ"))
    hoa.chooses("Cấp đổi")
    hoa.types("Họ và tên", "Nguyễn Văn Tâm", hoa.part("Thân nhân 1"))
    hoa.presses("+ Thêm thân nhân")
    assert hoa.field("Họ và tên", applicant).input_value() == "Nguyễn Thị Mừng"
    assert hoa.field("Họ và tên", hoa.part("Thân nhân 1")).input_value() == "Nguyễn Văn Tâm"
    hoa.types("Họ và tên", "Nguyễn Thị Mừng", hoa.part("Thân nhân 2"))
    hoa.presses("Tiếp nhận hồ sơ")
    hoa.follows("Kiểm tra hồ sơ ngay")
    steps.accept(hoa)
    assert f"Tiếp theo: “{steps.APPRAISAL}”" in hoa.completes()
    relatives = offices.town.case(1).data["than_nhan"]
    assert [one["ho_ten"] for one in relatives] == ["Nguyễn Văn Tâm", "Nguyễn Thị Mừng"]


# --- by keyboard ---------------------------------------------------------------------------------

FOCUSED = """() => {
    const here = document.activeElement;
    const label = here.labels?.[0] ?? here;
    return label.innerText.trim();
}"""


def tab_to(officer: Officer, name: str) -> None:
    """Presses Tab until the thing with this name has the focus."""
    for _ in range(80):
        officer.page.keyboard.press("Tab")
        if officer.page.evaluate(FOCUSED).startswith(name):
            return
    raise AssertionError(f"“{name}” cannot be reached by keyboard")


def enter(officer: Officer) -> None:
    with officer.page.expect_navigation():
        officer.page.keyboard.press("Enter")


def test_work_is_done_by_keyboard_alone(offices: Offices) -> None:
    case_id = offices.town.file()
    offices.town.walk(case_id, "B1b", "B2")
    cuong = offices["cuong"]
    cuong.page.goto("/dang-nhap")
    tab_to(cuong, "Tên đăng nhập")
    cuong.page.keyboard.type("cuong")
    tab_to(cuong, "Mật khẩu")
    cuong.page.keyboard.type(offices.password)
    enter(cuong)
    tab_to(cuong, "Xem xét, trình ký")
    enter(cuong)
    tab_to(cuong, "Đồng ý")
    cuong.page.keyboard.press("ArrowDown")
    assert cuong.page.evaluate(FOCUSED).startswith("Trả lại")
    tab_to(cuong, "Lý do trả lại")
    cuong.page.keyboard.type("Thiếu số quyết định.")
    tab_to(cuong, "Hoàn thành")
    enter(cuong)
    assert "Đã hoàn thành “Xem xét, trình ký”" in cuong.told()


def test_enter_goes_to_the_next_field_and_sends_nothing_half_filled(offices: Offices) -> None:
    case_id = offices.town.file()
    offices.town.walk(case_id, "B1b", "B2", "B3", "B4")
    giang = offices["giang"]
    giang.opens(offices.town.case(case_id).code, "Ban hành văn bản")
    giang.types("Số, ký hiệu văn bản", "15/TTr-UBND")
    giang.page.keyboard.press("Enter")
    assert giang.page.evaluate("document.activeElement.name") != "van_ban_xa_so"
    assert giang.title().startswith("Ban hành văn bản")
    assert offices.town.open_elements(case_id) == ["B5"]


def test_the_first_tab_leads_past_the_menu(offices: Offices) -> None:
    hoa = offices["hoa"]
    hoa.goes_to("/viec")
    hoa.page.keyboard.press("Tab")
    assert hoa.page.evaluate(FOCUSED) == "Đến nội dung chính"
    hoa.page.keyboard.press("Enter")
    assert hoa.page.evaluate("location.hash") == "#main"
