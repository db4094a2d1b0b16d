"""Submissions are cleaned, or refused with all sentences beside their fields."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest

from engine.ports import UploadedFile
from tests.forms.drawn_forms import form_of, problems_of, radio, text

REQUIRED = {"required": True}
STORED = {"file": "a" * 64, "name": "đơn.pdf", "size": 5, "type": "application/pdf"}


def relatives(**more: Any) -> dict[str, Any]:
    columns = [
        text(validate=REQUIRED),
        {
            "type": "datetime",
            "dateLabel": "Ngày sinh",
            "key": "sinh",
            "properties": {"partial": "year"},
        },
    ]
    return {
        "type": "dynamiclist",
        "path": "than_nhan",
        "label": "Thân nhân",
        "components": columns,
        **more,
    }


def number(**more: Any) -> dict[str, Any]:
    return {"type": "number", "key": "so", "label": "Số", **more}


def day(key: str = "ngay", **more: Any) -> dict[str, Any]:
    return {"type": "datetime", "key": key, "dateLabel": f"Ngày {key}", **more}


def files(**more: Any) -> dict[str, Any]:
    return {"type": "filepicker", "key": "tep", "label": "Tệp", **more}


def test_clean_data_come_back_in_one_form() -> None:
    form = form_of(
        text(), number(), day(), relatives(), files(),
        {"type": "checkbox", "key": "ro", "label": "Rõ"},
        {"type": "checklist", "key": "m", "label": "M",
         "values": [{"value": v, "label": v} for v in "ab"]},
    )  # fmt: skip
    cleaned = form.validate(
        {
            "ho_ten": unicodedata.normalize("NFD", "  Lê  Thị Hòa "),
            "so": "1.234,5",
            "ngay": "2/9/1945",
            "than_nhan": [{"ho_ten": "", "sinh": None}, {"ho_ten": "Mẹ", "sinh": "1930"}],
            "tep": [STORED],
            "m": ["b", "a", "b"],
        },
        {},
    )
    assert cleaned == {
        "ho_ten": "Lê Thị Hòa",
        "so": 1234.5,
        "ngay": "1945-09-02",
        "than_nhan": [{"ho_ten": "Mẹ", "sinh": "1930"}],
        "tep": [STORED],
        "ro": False,
        "m": ["a", "b"],
    }


def test_nothing_answered_is_kept_as_nothing() -> None:
    form = form_of(text(), number(), day(), relatives(), files(), radio("kq", "a"))
    assert form.validate({}, {}) == {
        "ho_ten": None, "so": None, "ngay": None, "than_nhan": [], "tep": [], "kq": None,
    }  # fmt: skip


def test_all_problems_come_at_once_beside_their_fields() -> None:
    form = form_of(
        text(validate=REQUIRED),
        number(),
        relatives(validate=REQUIRED),
        radio("kq", "a", validate=REQUIRED),
        files(validate=REQUIRED),
    )
    found = problems_of(
        form, {"ho_ten": " \u200b ", "so": "x", "la": 1, "than_nhan": [{}, {"sinh": "31/02/1960"}]}
    )
    assert found == {
        "ho_ten": ["Hãy nhập “Họ và tên”."],
        "so": ["Phải là số, ví dụ 1.234,5."],
        "than_nhan.1.ho_ten": ["Hãy nhập “Họ và tên”."],
        "than_nhan.1.sinh": ["Tháng 2 năm 1960 không có ngày 31."],
        "kq": ["Hãy chọn “Chọn kq”."],
        "tep": ["Hãy đính kèm tệp ở “Tệp”."],
        "la": ["Biểu mẫu không có mục này."],
    }
    assert problems_of(form, {"than_nhan": [{}]})["than_nhan"] == [
        "Hãy nhập ít nhất một dòng ở “Thân nhân”."
    ]


@pytest.mark.parametrize(
    ("component", "value", "sentence"),
    [
        (text(), 5, "Phải là chữ."),
        (text(), "a" * 2001, "Dài quá 2000 ký tự (đang có 2001)."),
        (text(), "a\x00b", "Có ký tự không hiển thị được."),
        (text(), "a\ud800", "Có ký tự không hiển thị được."),
        (text(validate={"minLength": 3}), "ab", "Cần ít nhất 3 ký tự."),
        (text(validate={"pattern": r"^\d+/UBND$"}), "12", "Không đúng dạng yêu cầu."),
        (text(properties={"format": "cccd"}), "12345", "Số CCCD gồm 12 chữ số"),
        (text(properties={"format": "phone"}), "123", "Số điện thoại gồm 10 chữ số"),
        (text(validate={"validationType": "email"}), "a@b", "Địa chỉ thư điện tử không đúng"),
        (number(validate={"min": 1}), "0", "Không nhỏ hơn 1."),
        (number(validate={"max": 1000}), 1001, "Không lớn hơn 1.000."),
        (number(decimalDigits=0), "0,5", "Phải là số nguyên."),
        (number(decimalDigits=1), 0.25, "Nhiều nhất 1 chữ số thập phân."),
        (number(), True, "Phải là số"),
        (number(), float("nan"), "Phải là số"),
        (number(), 10**400, "Phải là số"),
        (day(), "05/1948", "Cần đủ ngày, tháng, năm"),
        (day(properties={"partial": "month"}), "1948", "Cần ít nhất tháng và năm"),
        (radio("kq", "a"), "b", "Hãy chọn một trong các lựa chọn có sẵn."),
        (files(), [STORED, STORED], "Nhiều nhất 1 tệp."),
        (files(), {"file": "../etc"}, "Tệp đính kèm không đọc được."),
        (files(), {**STORED, "type": "text/html; x"}, "Tệp đính kèm không đọc được."),
        (files(), [UploadedFile("a.pdf", b"")], "Tệp “a.pdf” rỗng."),
        (files(accept=".pdf"), [UploadedFile("a.exe", b"x")], "không thuộc loại được nhận (.pdf)"),
        (relatives(), "x", "Danh sách không đọc được."),
        (relatives(), [5], "Dòng này không đọc được."),
        (relatives(), [{"ho_ten": "a"}] * 201, "Nhiều nhất 200 dòng."),
        (relatives(properties={"min_rows": "2"}), [{"ho_ten": "a"}], "Cần ít nhất 2 dòng."),
    ],
)
def test_each_bound_has_its_sentence(component: dict[str, Any], value: Any, sentence: str) -> None:
    form = form_of(component)
    (name,) = form.names
    (messages,) = problems_of(form, {name: value}).values()
    assert messages[0].startswith(sentence) or sentence in messages[0]


@pytest.mark.parametrize(
    ("shape", "typed", "kept"),
    [
        ("cccd", "001 045 012 345", "001045012345"),
        ("cccd", "012345678", "012345678"),
        ("phone", "0912.345.678", "0912345678"),
        ("phone", "+84 912 345 678", "+84912345678"),
    ],
)
def test_numbers_of_people_are_kept_bare(shape: str, typed: str, kept: str) -> None:
    form = form_of(text(properties={"format": shape}))
    assert form.validate({"ho_ten": typed}, {}) == {"ho_ten": kept}


def test_textareas_keep_their_lines() -> None:
    form = form_of({"type": "textarea", "key": "t", "label": "T"})
    assert form.validate({"t": "một \r\nhai\n"}, {}) == {"t": "một\nhai"}


def test_new_and_stored_files_stand_together() -> None:
    form = form_of(files(multiple=True))
    upload = UploadedFile("b.pdf", b"%PDF-")
    assert form.validate({"tep": [STORED, upload]}, {}) == {"tep": [STORED, upload]}


def test_dates_are_compared_as_far_as_they_are_known() -> None:
    form = form_of(
        day("sinh", properties={"partial": "year"}),
        day("hy_sinh", properties={"partial": "year", "not_before": "sinh"}),
    )
    assert problems_of(form, {"sinh": "1948", "hy_sinh": "1948"}) == {}
    assert problems_of(form, {"sinh": "1950", "hy_sinh": "05/1948"}) == {
        "hy_sinh": ["Không được trước 1950 (Ngày sinh)."]
    }
    late = form_of(day("nop", properties={"not_after": "hom_nay"}))
    assert problems_of(late, {"nop": "02/01/2026"}, {"hom_nay": "2026-01-01"}) == {
        "nop": ["Không được sau 01/01/2026 (hom_nay)."]
    }


# ── conditions ─────────────────────────────────────────────────────────────────────────────────


def reception() -> Any:
    return form_of(
        radio("kq", "du", "bo_sung", properties={"option_hidden_when.bo_sung": "lan_thu > 1"}),
        {"type": "textarea", "key": "ly_do", "label": "Lý do", "validate": REQUIRED,
         "conditional": {"hide": "=kq != 'bo_sung'"}},
    )  # fmt: skip


def test_hidden_fields_are_neither_asked_nor_kept() -> None:
    assert reception().validate({"kq": "du", "ly_do": "cũ"}, {}) == {"kq": "du"}
    assert problems_of(reception(), {"kq": "bo_sung"}) == {"ly_do": ["Hãy nhập “Lý do”."]}


def test_an_option_that_is_not_offered_cannot_be_chosen() -> None:
    sent = {"kq": "bo_sung", "ly_do": "x"}
    assert problems_of(reception(), sent, {"lan_thu": 1}) == {}
    assert problems_of(reception(), sent, {"lan_thu": 2}) == {
        "kq": ["Không chọn được “Bo_sung” trong trường hợp này."]
    }


def test_hidden_answers_hide_what_hangs_on_them() -> None:
    form = form_of(
        radio("a", "co", "khong"),
        radio("b", "co", conditional={"hide": "=a != 'co'"}),
        text("c", conditional={"hide": "=b != 'co'"}),
    )
    assert form.validate({"a": "khong", "b": "co", "c": "x"}, {}) == {"a": "khong"}
    assert form.validate({"a": "co", "b": "co", "c": "x"}, {}) == {"a": "co", "b": "co", "c": "x"}


def test_conditions_in_a_circle_come_to_an_end() -> None:
    form = form_of(
        text("a", conditional={"hide": "=b == null"}), text("b", conditional={"hide": "=a != null"})
    )
    assert form.validate({"a": "x", "b": "y"}, {}) is not None


def test_required_when_follows_the_other_answers() -> None:
    form = form_of(
        radio("y_kien", "dong_y", "tra_lai"),
        text("ly_do", properties={"required_when": "y_kien == 'tra_lai'"}),
    )
    assert problems_of(form, {"y_kien": "dong_y"}) == {}
    assert "ly_do" in problems_of(form, {"y_kien": "tra_lai"})


def test_a_condition_that_cannot_be_decided_leaves_the_field_visible() -> None:
    form = form_of(text("a"), text("b", conditional={"hide": "=a > 5"}))
    assert form.validate({"a": "chữ", "b": "x"}, {}) == {"a": "chữ", "b": "x"}


def test_a_row_reads_its_own_answers_first_then_those_around_it() -> None:
    rows = {
        "type": "dynamiclist",
        "path": "ds",
        "label": "DS",
        "components": [
            radio("loai", "con", "khac"),
            text(
                "ghi_ro",
                "Ghi rõ",
                validate=REQUIRED,
                conditional={"hide": "=loai != 'khac' or can_ghi == 'khong'"},
            ),
        ],
    }
    form = form_of(radio("can_ghi", "co", "khong"), rows)
    sent = {"can_ghi": "co", "ds": [{"loai": "con"}, {"loai": "khac"}]}
    assert problems_of(form, sent) == {"ds.1.ghi_ro": ["Hãy nhập “Ghi rõ”."]}
    assert problems_of(form, {**sent, "can_ghi": "khong"}) == {}


def test_groups_with_a_path_nest_their_answers() -> None:
    form = form_of(
        {"type": "group", "label": "Con", "path": "con", "components": [text(validate=REQUIRED)]}
    )
    assert form.validate({"con": {"ho_ten": "A"}}, {}) == {"con": {"ho_ten": "A"}}
    assert problems_of(form, {}) == {"con.ho_ten": ["Hãy nhập “Họ và tên”."]}
    assert problems_of(form, {"con": 5}) == {"con": ["Phần “Con” không đọc được."]}


def test_a_required_tick_must_be_there() -> None:
    form = form_of({"type": "checkbox", "key": "ro", "label": "Đã đọc", "validate": REQUIRED})
    assert problems_of(form, {"ro": False}) == {"ro": ["Hãy đánh dấu “Đã đọc”."]}
    assert form.validate({"ro": True}, {}) == {"ro": True}


# ── rehearsals ─────────────────────────────────────────────────────────────────────────────────


def test_defaults_are_the_plainest_valid_answers() -> None:
    form = form_of(
        text(), number(validate={"min": 3, "required": True}), day(), relatives(),
        radio("kq", "bo_sung", "du", properties={"option_hidden_when.bo_sung": "lan_thu > 1"}),
        text("ly_do", "Lý do", conditional={"hide": "=kq == 'du'"}),
        text("cccd", "CCCD", properties={"format": "cccd"}),
    )  # fmt: skip
    assert form.defaults({"lan_thu": 2, "ho_ten": "Lê A"}) == {
        "ho_ten": "Lê A", "so": 3, "ngay": None, "than_nhan": [], "kq": "du",
        "cccd": "000000000000",
    }  # fmt: skip
    first = form.defaults({"lan_thu": 1})
    assert first["kq"] == "bo_sung"
    assert first["ly_do"] == "…"
    assert problems_of(form, first, {"lan_thu": 1}) == {}


def test_known_answers_that_no_longer_fit_are_not_proposed() -> None:
    form = form_of(radio("kq", "a", "b", defaultValue="b"))
    assert form.defaults({"kq": "c"}) == {"kq": "b"}
    assert form.defaults({"kq": "a"}) == {"kq": "a"}
