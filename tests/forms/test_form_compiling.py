"""A `.form` outside the dialect is refused, with every problem named at once."""

from __future__ import annotations

import json
from typing import Any

import pytest

from forms.compiling import JsonFormCompiler
from forms.reading import FormRefused
from tests.forms.drawn_forms import form_of, radio, text


def complaints(*components: dict[str, Any]) -> str:
    with pytest.raises(FormRefused) as caught:
        form_of(*components)
    return str(caught.value)


def test_all_problems_are_named_at_once() -> None:
    with pytest.raises(FormRefused) as caught:
        form_of(
            {"type": "html", "id": "Html_1"},
            {"type": "textfield", "key": "Họ tên", "label": "Họ tên"},
            text(conditional={"hide": "=a =="}),
            radio("kq"),
        )
    sentences = [str(problem) for problem in caught.value.problems]
    assert len(sentences) == 4
    assert sentences[0] == (
        "Thành phần “Html_1” (loại html): không nhận HTML; hãy dùng thành phần “text”."
    )
    assert "“key” phải bắt đầu bằng chữ thường" in sentences[1]
    assert "điều kiện “conditional.hide” không đúng" in sentences[2]
    assert "chưa có lựa chọn nào" in sentences[3]


@pytest.mark.parametrize(
    ("component", "sentence"),
    [
        ({"type": "bản đồ", "key": "x"}, "loại này không dùng được"),
        ({"type": "button", "label": "Gửi"}, "nút gửi do hệ thống đặt"),
        (text(foo=1), "thuộc tính “foo” không được hỗ trợ"),
        (text(validate={"unique": True}), "ràng buộc “validate.unique” không được hỗ trợ"),
        (text(properties={"mau_sac": "đỏ"}), "tính chất “mau_sac” không được hỗ trợ"),
        (text(properties={"format": "xe"}), "“format” chỉ nhận cccd, phone hoặc email"),
        (text(validate={"pattern": "("}), "“pattern” không phải biểu thức chính quy đúng"),
        (text(validate={"maxLength": 99_999}), "“maxLength” phải là số nguyên từ 0 đến 2000"),
        (text(label="=ten"), "“label” không nhận biểu thức"),
        (text(label=""), "chưa có nhãn"),
        (text(layout={"columns": 17}), "“layout.columns” phải từ 1 đến 16"),
        ({"type": "text", "text": "Chào {{ten}}"}, "không nhận biểu thức {{…}}"),
        ({"type": "datetime", "key": "d", "dateLabel": "D", "subtype": "time"}, "chỉ nhận ngày"),
        (
            {"type": "datetime", "key": "d", "dateLabel": "D", "properties": {"partial": "x"}},
            "“partial” chỉ nhận year hoặc month",
        ),
        (
            radio("kq", "a", properties={"option_hidden_when.b": "true"}),
            "nhắc lựa chọn không có: b",
        ),
        (radio("kq", "a", "a"), "lựa chọn “a” lặp lại"),
        (
            {"type": "filepicker", "key": "f", "label": "F", "accept": "image/*"},
            "“accept” chỉ nhận đuôi tệp",
        ),
        (
            {"type": "dynamiclist", "path": "d", "label": "D", "components": []},
            "danh sách chưa có cột nào",
        ),
        (
            {
                "type": "checklist",
                "key": "h",
                "label": "H",
                "values": [{"value": "a", "label": "A"}],
                "properties": {
                    "kind": "dossier",
                    "one_of.g": "a,b",
                    "optional": "c",
                    "states.a": "ban_dich",
                },
            },
            "“states.a” chỉ nhận: ban_chinh, ban_sao, ban_quet",
        ),
    ],
)
def test_what_the_engine_would_ignore_is_refused(component: dict[str, Any], sentence: str) -> None:
    assert sentence in complaints(component)


def test_two_fields_may_not_share_a_name_but_a_group_with_a_path_is_its_own_room() -> None:
    assert "tên này đã có thành phần khác dùng" in complaints(text(), text())
    group = {"type": "group", "label": "G", "path": "con", "components": [text()]}
    assert form_of(text(), group).names == {"ho_ten", "con"}
    flat = {"type": "group", "label": "G", "components": [text()]}
    assert "tên này đã có" in complaints(text(), flat)


@pytest.mark.parametrize(
    "source",
    [
        "",
        "[]",
        "null",
        "{",
        '{"components": 5}',
        '{"components": [5]}',
        "[" * 100_000,
        '{"id": 5, "type": "process"}',
        "x" * 1_000_001,
        '{"id": "a", "components": [{"type": {}, "properties": 5, "validate": [], "values": 1}]}',
    ],
)
def test_broken_files_are_refused_with_a_sentence(source: str) -> None:
    with pytest.raises(FormRefused) as caught:
        JsonFormCompiler().compile(source)
    assert caught.value.problems


def test_a_form_too_deep_or_too_long_is_refused() -> None:
    inner: dict[str, Any] = text()
    for _ in range(8):
        inner = {"type": "group", "label": "G", "components": [inner]}
    assert "lồng nhau quá" in complaints(inner)
    assert "hơn 500 thành phần" in complaints(*[text(key=f"k{i}") for i in range(501)])


def test_the_same_text_is_compiled_once() -> None:
    source = json.dumps({"id": "a", "title": "Tên", "components": [text()]})
    one = JsonFormCompiler().compile(source)
    assert one is JsonFormCompiler().compile(source)
    assert (one.id, one.title) == ("a", "Tên")


def test_the_title_may_be_the_first_heading() -> None:
    assert form_of({"type": "text", "text": "# **Đơn** đề nghị"}).title == "Đơn đề nghị"


def test_answers_lists_what_a_choice_may_say() -> None:
    form = form_of(radio("kq", "du", "thieu"), text())
    assert form.answers("kq") == ("du", "thieu")
    assert form.answers("ho_ten") is None
    assert form.answers("khac") is None


def test_a_fixed_field_sets_nothing() -> None:
    form = form_of(text(readonly=True), text(key="b"))
    assert form.names == {"b"}
