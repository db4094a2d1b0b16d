"""What the rows of a list begin with, what they suggest, and in which order they stand."""

from __future__ import annotations

from datetime import date

import pytest

from engine.domain.dossier_lists import MAU_83, MAU_83_COLUMNS, by_name, problem


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"ls_que_quan": "xã A, huyện B, Huế"}, {"que_xa": "xã A, huyện B", "que_tinh": "Huế"}),
        ({"ls_que_quan": "xã A - Hà Nam"}, {"que_xa": "xã A", "que_tinh": "Hà Nam"}),
        ({"ls_que_quan": "Nghệ An"}, {"que_xa": "Nghệ An", "que_tinh": ""}),
        ({"ls_ngay_hy_sinh": "1972"}, {"hy_sinh_nam": "1972", "hy_sinh_thang": ""}),
        ({"ls_ngay_hy_sinh": "1972-05"}, {"hy_sinh_nam": "1972", "hy_sinh_thang": "05"}),
        ({"ls_ngay_hy_sinh": "1972-05-19"}, {"hy_sinh_ngay": "19", "hy_sinh_thang": "05"}),
        ({"bang_so": "AB 123456"}, {"ky_hieu_bang": "AB", "so_bang": "123456"}),
        ({"bang_so": "ĐB-12/34"}, {"ky_hieu_bang": "ĐB", "so_bang": "12/34"}),
        ({"bang_so": "123456"}, {"ky_hieu_bang": "", "so_bang": "123456"}),
        ({"bang_so": "số 12 bis"}, {"ky_hieu_bang": "", "so_bang": "số 12 bis"}),
        ({"ls_cap_bac_chuc_vu": "Hạ sĩ", "ds_chuc_vu": "Trung sĩ"}, {"chuc_vu": "Trung sĩ"}),
        ({"bang_quyet_dinh_ngay": "1976-12"}, {"qd_ngay": "", "qd_thang": "12", "qd_nam": "1976"}),
    ],
)  # fmt: skip
def test_a_row_begins_with_what_the_dossier_says(said: dict, expected: dict) -> None:
    row = MAU_83.row(said, {})
    assert {key: row[key] for key in expected} == expected


@pytest.mark.parametrize(
    ("year", "month", "period"),
    [
        ("1948", "", "Chống Pháp"),
        ("1954", "05", "Chống Pháp"),
        ("1954", "", ""),
        ("1954", "11", "Chống Mỹ"),
        ("1968", "", "Chống Mỹ"),
        ("1975", "04", "Chống Mỹ"),
        ("1975", "", ""),
        ("1979", "02", "Bảo vệ Tổ quốc"),
        ("1930", "", ""),
        ("không rõ", "", ""),
    ],
)
def test_the_year_of_death_suggests_the_period_where_it_can(
    year: str, month: str, period: str
) -> None:
    row = MAU_83.row({}, {"hy_sinh_nam": year, "hy_sinh_thang": month})
    assert MAU_83.suggested(row).get("thoi_ky", "") == period


def test_names_stand_in_the_vietnamese_order() -> None:
    names = ["Lê Đạt", "Lê Dũng", "Trần Ân", "Vũ An", "Lê Ánh", "Bùi Ạ", "Lê Chị", "Phạm Ăn"]
    rows = [MAU_83.row({"ls_ho_ten": name}, {}) for name in names]
    ordered = [row["ho_ten"] for row in sorted(rows, key=by_name)]
    assert ordered == [
        "Bùi Ạ", "Vũ An", "Lê Ánh", "Phạm Ăn", "Trần Ân", "Lê Chị", "Lê Dũng", "Lê Đạt",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("key", "value", "right"),
    [
        ("hy_sinh_ngay", "31", True),
        ("hy_sinh_ngay", "32", False),
        ("hy_sinh_thang", "0", False),
        ("hy_sinh_thang", "", True),
        ("hy_sinh_nam", "1972", True),
        ("hy_sinh_nam", "không rõ", True),
        ("hy_sinh_nam", "1792", False),
        ("hy_sinh_nam", "2027", False),
        ("hy_sinh_nam", "197²", False),
        ("so_bang", "x" * 101, False),
        ("so_bang", "không rõ", True),
    ],
)
def test_a_column_takes_what_it_may_hold(key: str, value: str, right: bool) -> None:
    column = next(one for one in MAU_83_COLUMNS if one.key == key)
    assert (problem(column, value, date(2026, 3, 2)) is None) is right


def test_the_list_has_the_sixteen_columns_of_its_form() -> None:
    titles = ["STT", *(str(column.title) for column in MAU_83_COLUMNS)]
    assert titles == [
        "STT", "Họ và tên liệt sĩ", "Chức vụ", "Đối tượng", "Quê quán (xã, huyện)",
        "Quê quán (tỉnh)", "Hy sinh ngày", "Hy sinh tháng", "Hy sinh năm", "Thời kỳ",
        "Ký hiệu Bằng", "Số Bằng", "Số quyết định", "Ngày quyết định", "Tháng quyết định",
        "Năm quyết định",
    ]  # fmt: skip
