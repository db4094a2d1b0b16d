"""Digital signatures and paper originals as officers meet them in a browser."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.browser.offices import Offices
from tests.signed_papers import content, letter, safe

pytestmark = pytest.mark.browser


def apart(do, *given, **said):
    """Elsewhere than in Playwright's loop: signing runs one of its own."""
    with ThreadPoolExecutor(1) as worker:
        return worker.submit(do, *given, **said).result()


def test_a_letter_is_signed_sealed_and_verified(offices: Offices) -> None:
    town = offices.town
    vault = safe(town)
    apart(vault.give, user="dung", name="Lê Văn Dũng")
    apart(vault.give, unit="ap")
    document_id = apart(letter, town)
    dung, giang, tam = offices["dung"], offices["giang"], offices["tam"]

    dung.goes_to("/viec")
    dung.follows("Ký số")
    dung.page.get_by_role("button", name="Ký tất cả văn bản đã chọn").click()
    assert "Đã ký số 1 văn bản." in dung.main.inner_text()

    giang.goes_to("/van-ban/cho-ky")
    giang.follows("Công văn đề nghị cấp đổi bằng")
    giang.page.get_by_role("button", name="Đặt chữ ký số của cơ quan").click()
    said = giang.main.inner_text()
    assert said.count("Chữ ký hợp lệ") == 2
    with giang.page.expect_download() as taken:
        giang.main.get_by_role("link", name="Tải tệp PDF").click()
    pdf = taken.value.path().read_bytes()
    assert pdf == content(town, document_id)

    tam.goes_to("/xac-minh-chu-ky")
    file = {"name": "cong-van.pdf", "mimeType": "application/pdf", "buffer": pdf}
    tam.page.set_input_files("#tep", file)
    tam.page.get_by_role("button", name="Kiểm tra").click()
    said = tam.main.inner_text()
    assert "“cong-van.pdf” có 2 chữ ký số" in said
    assert "Lê Văn Dũng" in said
    file["buffer"] = pdf.replace(b"/MediaBox", b"/MediaBoX", 1)
    tam.page.set_input_files("#tep", file)
    tam.page.get_by_role("button", name="Kiểm tra").click()
    assert "Đã bị sửa sau khi ký" in tam.main.inner_text()


def test_an_original_goes_to_the_department_and_comes_back_on_a_phone(offices: Offices) -> None:
    town = offices.town
    case_id = town.file(bang_so="TQ-1975/0442")
    hoa, khanh = offices["hoa"], offices["khanh"]
    khanh.page.set_viewport_size({"width": 390, "height": 844})
    try:
        hoa.goes_to(f"/ho-so/{case_id}")
        hoa.follows("Ghi nhận bản gốc")
        hoa.page.get_by_label("Tình trạng").fill("mờ chữ")
        hoa.page.get_by_role("button", name="Đơn vị tôi đang giữ bản gốc này").click()
        hoa.page.get_by_label("Bàn giao cho đơn vị").select_option(label="Sở Nội vụ")
        hoa.page.get_by_role("button", name="Bàn giao").click()
        assert "Đã bàn giao. Chờ bên nhận xác nhận." in hoa.main.inner_text()

        khanh.goes_to("/ban-goc")
        khanh.page.get_by_label("Đã nhận Bằng Tổ quốc ghi công TQ-1975/0442").check()
        khanh.page.get_by_role("button", name="Xác nhận đã nhận các bản đã chọn").click()
        assert "Đã nhận 1 bản gốc." in khanh.main.inner_text()

        hoa.goes_to(f"/ho-so/{case_id}")
        assert "Sở Nội vụ từ 02/03/2026 08:00" in hoa.main.inner_text()
    finally:
        khanh.page.set_viewport_size({"width": 1280, "height": 720})
