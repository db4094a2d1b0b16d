"""Form posts become nested submissions and back, without JavaScript and without losing anything."""

from __future__ import annotations

import io
from typing import Any

from werkzeug.datastructures import FileStorage, MultiDict

from engine.domain.errors import Misuse
from engine.domain.messages import say
from engine.ports import StoredFile, UploadedFile
from forms.describing import describe
from forms.submissions import changes_rows, from_request, with_stored_files
from tests.forms.drawn_forms import form_of, problems_of, radio, shipped, text

STORED = '{"file": "%s", "name": "a.pdf", "size": 3, "type": "application/pdf"}' % ("a" * 64)


def post(form: Any, *pairs: tuple[str, str], files: Any = ()) -> dict[str, Any]:
    return from_request(form, MultiDict(pairs), MultiDict(files))


def relatives() -> Any:
    rows = {
        "type": "dynamiclist",
        "path": "than_nhan",
        "label": "Thân nhân",
        "components": [text(), text("q", "Quan hệ")],
    }
    return form_of(rows, text("ghi_chu", "Ghi chú"))


def test_flat_names_become_nested_rows_without_gaps() -> None:
    sent = post(
        relatives(),
        ("than_nhan-7-ho_ten", "Bình"),
        ("than_nhan-2-ho_ten", "An"),
        ("than_nhan-2-q", "Con"),
        ("ghi_chu", "x"),
    )
    assert sent == {
        "than_nhan": [{"ho_ten": "An", "q": "Con"}, {"ho_ten": "Bình", "q": None}],
        "ghi_chu": "x",
    }


def test_buttons_add_and_remove_rows_without_javascript() -> None:
    pairs = [("than_nhan-0-ho_ten", "An"), ("than_nhan-1-ho_ten", "Bình")]
    added = MultiDict([*pairs, ("_list_add", "than_nhan")])
    assert changes_rows(added)
    assert from_request(relatives(), added, MultiDict())["than_nhan"][2] == {}
    removed = MultiDict([*pairs, ("_list_remove", "than_nhan-0")])
    assert [r["ho_ten"] for r in from_request(relatives(), removed, MultiDict())["than_nhan"]] == [
        "Bình"
    ]
    assert not changes_rows(MultiDict(pairs))


def test_names_of_the_page_are_passed_over_and_strange_ones_reported() -> None:
    sent = post(
        relatives(),
        ("csrf_token", "t"),
        ("_key", "1"),
        ("unit.van-thu", "3"),
        ("than_nhan-0-hack", "x"),
        ("la", "y"),
    )
    assert sent["la"] == ["y"]
    assert problems_of(relatives(), sent) == {
        "la": ["Biểu mẫu không có mục này."],
        "than_nhan-0-hack": ["Biểu mẫu không có mục này."],
    }


def test_every_kind_of_input_is_read() -> None:
    form = form_of(
        radio("kq", "a", "b"),
        {"type": "checkbox", "key": "ro", "label": "Rõ"},
        {"type": "checklist", "key": "m", "label": "M",
         "values": [{"value": v, "label": v} for v in "abc"]},
        {"type": "group", "label": "G", "path": "g", "components": [text()]},
        text("co_dinh", readonly=True),
    )  # fmt: skip
    assert post(form, ("kq", "b"), ("ro", "true"), ("m", "a"), ("m", "c"), ("g-ho_ten", "A")) == {
        "kq": "b", "ro": True, "m": ["a", "c"], "g": {"ho_ten": "A"},
    }  # fmt: skip
    assert post(form) == {"kq": None, "ro": False, "m": [], "g": {"ho_ten": None}}


def test_a_dossier_is_read_paper_by_paper() -> None:
    form = shipped("liet-si/tiep-nhan.form")
    sent = post(
        form, ("thanh_phan_ho_so-don_mau_16", "ban_chinh"), ("thanh_phan_ho_so-bang_goc", "")
    )
    assert sent["thanh_phan_ho_so"] == {"don_mau_16": "ban_chinh"}


def test_new_files_join_those_kept_from_before() -> None:
    form = form_of({"type": "filepicker", "key": "tep", "label": "Tệp", "multiple": True})
    upload = FileStorage(io.BytesIO(b"%PDF-"), filename="C:\\quet\\b.pdf")
    empty = FileStorage(io.BytesIO(b""), filename="")
    sent = post(form, ("tep", STORED), files=[("tep", upload), ("tep", empty)])
    assert sent["tep"][1] == UploadedFile("b.pdf", b"%PDF-")
    assert problems_of(form, sent) == {}
    kept = with_stored_files(sent, lambda u: StoredFile("b" * 64, u.filename, 5, "application/pdf"))
    assert kept["tep"][1] == {
        "file": "b" * 64,
        "name": "b.pdf",
        "size": 5,
        "type": "application/pdf",
    }
    assert problems_of(form, kept) == {}


def test_an_upload_that_the_store_refuses_is_told_beside_its_field() -> None:
    form = form_of({"type": "filepicker", "key": "tep", "label": "Tệp", "multiple": True})
    upload = FileStorage(io.BytesIO(b"MZ"), filename="b.exe")

    def keep(upload: UploadedFile) -> StoredFile:
        raise Misuse(say("Tệp “%(name)s” không thuộc loại được nhận.", name=upload.filename))

    sent = with_stored_files(post(form, ("tep", STORED), files=[("tep", upload)]), keep)
    sentence = "Tệp “b.exe” không thuộc loại được nhận."
    assert problems_of(form, sent) == {"tep": [sentence]}
    (shown_as_draft,) = describe(form, sent)
    assert shown_as_draft["errors"] == [sentence]
    assert [file["label"] for file in shown_as_draft["kept"]] == ["a.pdf"]


def test_a_forged_reference_is_refused_not_followed() -> None:
    form = form_of({"type": "filepicker", "key": "tep", "label": "Tệp"})
    for forged in ("{", "[" * 2000, '"x"', '{"file": "../../etc/passwd"}', "5"):
        assert "tep" in problems_of(form, post(form, ("tep", forged)))


def test_a_flood_of_rows_is_cut_and_refused() -> None:
    pairs = [(f"than_nhan-{index}-ho_ten", "x") for index in range(1000)]
    sent = post(relatives(), *pairs)
    assert len(sent["than_nhan"]) == 201
    assert problems_of(relatives(), sent)["than_nhan"] == ["Nhiều nhất 200 dòng."]
