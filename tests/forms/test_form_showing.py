"""Answers read back: labels for values, dates and numbers as people write them."""

from __future__ import annotations

from forms.showing import answered
from tests.forms.drawn_forms import form_of, radio, shipped, text


def test_answers_are_shown_in_words_in_the_order_of_the_form() -> None:
    form = form_of(
        radio("kq", "du"),
        {"type": "number", "key": "so", "label": "Số", "appearance": {"suffixAdorner": "ngày"}},
        {"type": "datetime", "key": "sinh", "dateLabel": "Sinh"},
        {"type": "checkbox", "key": "ro", "label": "Rõ"},
        {"type": "filepicker", "key": "tep", "label": "Tệp"},
        {"type": "group", "label": "Người", "components": [text()]},
        {"type": "dynamiclist", "path": "ds", "label": "DS",
         "components": [text(), radio("gt", "nam")]},
        text("trong", "Để trống"),
    )  # fmt: skip
    stored = {"file": "a" * 64, "name": "a.pdf", "size": 1, "type": "a/b"}
    shown = answered(
        form,
        {"ho_ten": "Lê A", "kq": "du", "so": 1234.5, "sinh": "1948-05", "ro": False,
         "tep": [stored], "ds": [{"ho_ten": "B", "gt": "nam"}], "trong": None},
    )  # fmt: skip
    assert shown == [
        {"label": "Chọn kq", "text": "Du"},
        {"label": "Số", "text": "1.234,5 ngày"},
        {"label": "Sinh", "text": "05/1948"},
        {"label": "Rõ", "text": "Không"},
        {"label": "Tệp", "text": "a.pdf", "files": [stored]},
        {"label": "Người", "answers": [{"label": "Họ và tên", "text": "Lê A"}]},
        {"label": "DS", "columns": ["Họ và tên", "Chọn gt"], "rows": [["B", "Nam"]]},
    ]


def test_a_dossier_names_papers_and_states() -> None:
    form = shipped("liet-si/tiep-nhan.form")
    (shown,) = answered(form, {"thanh_phan_ho_so": {"don_mau_16": "ban_quet"}})
    assert shown["text"] == "Đơn đề nghị theo Mẫu số 16 (Bản quét)"
    assert shown["lines"] == ["Đơn đề nghị theo Mẫu số 16 (Bản quét)"]
