"""Rendered forms: every input has its words, errors lead to their fields, nothing is lost."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest

from forms.compiling import CompiledForm, JsonFormCompiler
from forms.describing import describe
from tests.forms.drawn_forms import ROOT, form_of, radio, shipped, text

Render = Callable[..., str]
SHIPPED = sorted(str(p.relative_to(ROOT / "forms")) for p in (ROOT / "forms").glob("*/*.form"))
VOID = {"input", "br", "hr", "img"}


class Page(HTMLParser):
    """All elements of a page outside templates, and whether tags are properly nested."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str]]] = []
        self.open: list[str] = []
        self.labels: list[str] = []
        self.feed(html)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if "template" not in self.open:
            self.elements.append((tag, found | {"in": " ".join(self.open)}))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def all(self, *tags: str) -> list[dict[str, str]]:
        return [found for tag, found in self.elements if tag in tags]

    def by_id(self) -> dict[str, str]:
        ids = [(found["id"], tag) for tag, found in self.elements if "id" in found]
        assert len({name for name, _ in ids}) == len(ids), "an id is used twice"
        return dict(ids)


@pytest.mark.parametrize("name", SHIPPED)
def test_every_input_of_a_shipped_form_has_a_label(render: Render, name: str) -> None:
    page = Page(render(shipped(name), known={"lan_thu": 1}))
    ids = page.by_id()
    labelled = {found["for"] for found in page.all("label")}
    for found in page.all("input", "select", "textarea"):
        assert found["id"] in labelled
        for helper in found.get("aria-describedby", "").split():
            assert helper in ids
        if found.get("type") == "radio":
            assert "fieldset" in found["in"]
    assert len(page.all("legend")) == len(page.all("fieldset"))


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_form_compiles_and_its_defaults_hold(name: str) -> None:
    form = shipped(name)
    known = {"lan_thu": 1, "kenh": "counter"}
    form.validate(form.defaults(known), known)


def test_pages_hold_no_script_and_no_style(render: Render) -> None:
    html = render(shipped("liet-si/mau-16.form")) + render(shipped("liet-si/tiep-nhan.form"))
    assert not re.search(r"<script|<style|\sstyle=|\son[a-z]+=|javascript:", html)


def test_what_people_typed_is_shown_again_as_it_was(render: Render) -> None:
    form = form_of(
        text(validate={"required": True}),
        {"type": "number", "key": "so", "label": "Số"},
        {"type": "datetime", "key": "ngay", "dateLabel": "Ngày"},
        {"type": "textarea", "key": "t", "label": "T"},
    )
    html = render(form, {"ho_ten": "", "so": "1.2.3", "ngay": "31/2/60", "t": "\n<b>"}, check=True)
    assert 'value="1.2.3"' in html
    assert 'value="31/2/60"' in html
    # A browser drops the first line break after <textarea>; the text keeps its own.
    assert ">\n\n&lt;b&gt;</textarea>" in html


def test_stored_values_are_shown_the_vietnamese_way(render: Render) -> None:
    form = form_of(
        {"type": "number", "key": "so", "label": "Số"},
        {"type": "datetime", "key": "ngay", "dateLabel": "Ngày", "properties": {"partial": "year"}},
    )
    html = render(form, known={"so": 1234.5, "ngay": "1948-05"})
    assert 'value="1.234,5"' in html
    assert 'value="05/1948"' in html


def test_errors_stand_at_the_top_and_beside_their_fields(render: Render) -> None:
    rows = {
        "type": "dynamiclist",
        "path": "ds",
        "label": "Thân nhân",
        "properties": {"row_label": "Người"},
        "components": [text(validate={"required": True}), text("q", "Q")],
    }
    html = render(form_of(rows), {"ds": [{"ho_ten": "A"}, {"q": "con"}], "la": 1}, check=True)
    page = Page(html)
    assert "#f-ds-1-ho_ten" in [found.get("href") for found in page.all("a")]
    assert ">Người 2: Họ và tên</a>: Hãy nhập “Họ và tên”." in html
    assert "la: Biểu mẫu không có mục này." in html
    (wrong,) = [found for found in page.all("input") if found.get("aria-invalid")]
    assert wrong["name"] == "ds-1-ho_ten"
    assert wrong["aria-describedby"].split() == ["f-ds-1-ho_ten-error"]
    assert "f-ds-1-ho_ten-error" in page.by_id()


def test_two_fields_of_one_name_are_told_apart_by_their_group() -> None:
    groups = [{"type": "group", "label": label,
               "components": [text(key, validate={"required": True})]}
              for key, label in (("a", "1. Người đề nghị"), ("b", "2. Liệt sĩ"))]  # fmt: skip
    form = form_of(*groups)
    from engine.domain.errors import FormInvalid

    with pytest.raises(FormInvalid) as caught:
        form.validate({}, {})
    first = describe(form, {}, caught.value.errors)[0]
    assert [entry["label"] for entry in first["entries"]] == [
        "1. Người đề nghị – Họ và tên", "2. Liệt sĩ – Họ và tên",
    ]  # fmt: skip


def test_required_is_said_in_words(render: Render) -> None:
    html = render(form_of(text(validate={"required": True}), text("b", "Không bắt")))
    assert html.count("bắt buộc") == 1
    assert 'aria-required="true"' in html


def test_stored_files_are_posted_back(render: Render) -> None:
    stored = {"file": "a" * 64, "name": "đơn & bằng.pdf", "size": 1_536_000, "type": "a/b"}
    form = form_of({"type": "filepicker", "key": "tep", "label": "Tệp"})
    page = Page(render(form, {"tep": [stored]}, upload_limit=20_000_000))
    (kept,) = [found for found in page.all("input") if found["type"] == "checkbox"]
    assert json.loads(kept["value"]) == stored
    assert kept["name"] == "tep"
    assert "đơn &amp; bằng.pdf <" in render(form, {"tep": [stored]})
    (picker,) = [found for found in page.all("input") if found["type"] == "file"]
    assert picker["data-limit"] == "20000000"


# ── conditions on the page ─────────────────────────────────────────────────────────────────────


def hide_of(condition: str, known: dict[str, Any] | None = None, **asked: Any) -> Any:
    form = form_of(
        radio("kq", "du", "thieu"),
        {"type": "checkbox", "key": "ro", "label": "Rõ"},
        {"type": "datetime", "key": "ngay", "dateLabel": "Ngày"},
        text("x", "X", conditional={"hide": condition}),
    )
    found = [item for item in describe(form, asked, known=known) if item.get("name") == "x"]
    return json.loads(found[0]["hide"] or "null") if found else "left out"


def test_plain_conditions_go_to_the_browser() -> None:
    assert hide_of("=kq != 'du'") == ["!=", ["input", "kq"], ["value", "du"]]
    assert hide_of("not (kq in ['du', 'thieu'] or ro)") == [
        "not",
        ["or", [["in", ["input", "kq"], ["list", [["value", "du"], ["value", "thieu"]]]],
                ["input", "ro"]]],
    ]  # fmt: skip


def test_known_facts_are_put_into_the_condition() -> None:
    assert hide_of("kq == 'du' and kenh == 'online'", {"kenh": "post"}) == [
        "and",
        [["==", ["input", "kq"], ["value", "du"]], ["==", ["value", "post"], ["value", "online"]]],
    ]


def test_conditions_on_facts_alone_are_decided_by_the_server() -> None:
    assert hide_of("lan_thu > 1", {"lan_thu": 2}) == "left out"
    assert hide_of("lan_thu > 1", {"lan_thu": 1}) is None


def test_what_the_browser_cannot_judge_stays_visible() -> None:
    assert hide_of("ngay == '2026-01-01'") is None
    assert hide_of("len(kq) > 3") is None


def test_a_row_names_its_own_inputs_in_conditions() -> None:
    rows = {
        "type": "dynamiclist",
        "path": "ds",
        "label": "DS",
        "components": [
            radio("loai", "con", "khac"),
            text("ro", conditional={"hide": "=loai != kq"}),
        ],
    }
    items = describe(form_of(radio("kq", "a"), rows), {"ds": [{}]})
    row = items[1]["rows"][0]["items"][1]
    assert json.loads(row["hide"]) == ["!=", ["input", "ds-0-loai"], ["input", "kq"]]
    blank = items[1]["blank"]["items"][1]
    assert json.loads(blank["hide"])[1] == ["input", "ds-__i0__-loai"]


def test_options_ruled_out_by_facts_are_not_offered(render: Render) -> None:
    form = shipped("liet-si/tiep-nhan.form")
    assert 'value="bo_sung"' in render(form, known={"lan_thu": 1})
    assert 'value="bo_sung"' not in render(form, known={"lan_thu": 2})


def test_the_case_fills_in_what_it_knows_but_never_over_an_answer() -> None:
    form = form_of(text(), text("b", "B", defaultValue="mặc định"), text("c", "C", readonly=True))
    items = describe(form, {}, known={"ho_ten": "Lê A", "c": "cố định"})
    assert [items[0]["value"], items[1]["value"], items[2]["text"]] == [
        "Lê A", "mặc định", "cố định",
    ]  # fmt: skip
    assert describe(form, {"ho_ten": None}, known={"ho_ten": "Lê A"})[0]["value"] == ""


def test_static_text_is_never_html(render: Render) -> None:
    form = form_of({"type": "text", "text": "# Đầu\n\nMột **đậm** <i>\nhai\n\n- a\n- b"})
    html = re.sub(r"\s*\n\s*", "", render(form))
    assert "<h3>Đầu</h3><p>Một <strong>đậm</strong> &lt;i&gt; hai</p>" in html
    assert "<ul><li>a</li><li>b</li></ul>" in html


def test_components_of_one_row_share_the_line() -> None:
    def placed(key: str, row: str | None, columns: int | None) -> dict[str, Any]:
        return text(key, layout={"row": row, "columns": columns})

    form = form_of(
        placed("a", "r1", 6),
        placed("b", "r1", 5),
        placed("c", "r1", 5),
        placed("d", "r2", 8),
        placed("e", "r2", None),
        placed("f", None, None),
    )
    spans = [item["columns"] for item in describe(form, {})]
    assert spans[:3] == [4, 4, 4]
    assert spans[3:] == [6, 6, 12]


def test_descriptions_are_plain_data() -> None:
    form = JsonFormCompiler().compile((ROOT / "forms/liet-si/mau-16.form").read_text("utf-8"))
    json.dumps(describe(form, {}, upload_limit=5), ensure_ascii=False)


def test_a_group_named_as_the_form_does_not_repeat_its_title(render: Render) -> None:
    def group(label: str, key: str = "so") -> dict[str, Any]:
        return {"type": "group", "label": label, "components": [text(key)]}

    def titled(title: str, *components: dict[str, Any]) -> CompiledForm:
        said = {"type": "default", "id": "thu", "title": title, "components": components}
        return JsonFormCompiler().compile(json.dumps(said))

    alike = titled("Mẫu số 38", group("Mẫu số 38"), group("Mẫu số 38", "ngay"))
    legends = re.findall(r"<legend ([^>]*)>Mẫu số 38", render(alike))
    assert ["visually-hidden" in one for one in legends] == [True, False]
    other = titled("Giấy giới thiệu", group("Mẫu số 38"))
    assert "visually-hidden" not in render(other)
