"""form.js in a real browser: conditions followed, rows added in place, files measured."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.forms.drawn_forms import ROOT, form_of, radio, shipped, text

pytestmark = pytest.mark.browser

Show = Callable[..., Page]


@pytest.fixture
def show(browser: Browser, render: Callable[..., str]) -> Iterator[Show]:
    """Opens a page with a rendered form and form.js on it."""
    page = browser.new_page()
    wrong: list[Any] = []
    page.on("pageerror", lambda error: wrong.append(error))

    def opened(*arguments: Any, **more: Any) -> Page:
        html = render(*arguments, **more)
        page.set_content(
            "<style>[hidden] { display: none !important }</style>"
            f"<form method=post data-form>{html}<button id=go>Gửi</button></form>"
        )
        page.add_script_tag(path=ROOT / "web/frontend/src/form.js", type="module")
        page.wait_for_function("document.querySelector('form[data-following]') !== null")
        return page

    yield opened
    assert wrong == []
    page.close()


def test_fields_appear_with_the_answer_that_asks_for_them(show: Show) -> None:
    page = show(shipped("liet-si/tiep-nhan.form"), known={"lan_thu": 1})
    reasons = page.locator("[name=ly_do_bo_sung]")
    assert not reasons.is_visible()
    page.get_by_label("Chưa đầy đủ").check()
    assert reasons.is_visible()
    reasons.fill("Thiếu bản gốc")
    page.get_by_label("Từ chối tiếp nhận (BM 03)").check()
    assert not reasons.is_visible()
    page.get_by_label("Chưa đầy đủ").check()
    assert reasons.input_value() == "Thiếu bản gốc"


def test_conditions_read_every_kind_of_input(show: Show) -> None:
    form = form_of(
        radio("kq", "du", "thieu"),
        {"type": "checkbox", "key": "ro", "label": "Rõ"},
        {"type": "number", "key": "so", "label": "Số"},
        {"type": "checklist", "key": "m", "label": "M",
         "values": [{"value": v, "label": v} for v in "ab"]},
        text("t", "T", conditional={"hide": "=not (kq == 'du' and ro)"}),
        text("u", "U", conditional={"hide": "so != 1234"}),
        text("v", "V", conditional={"hide": "not ('b' in m)"}),
        text("w", "W", conditional={"hide": "t == null"}, properties={"required_when": "ro"}),
    )  # fmt: skip
    page = show(form)
    fields = {name: page.locator(f"[name={name}]") for name in "tuvw"}
    assert not any(field.is_visible() for field in fields.values())
    page.get_by_label("Du", exact=True).check()
    page.get_by_label("Rõ").check()
    page.locator("[name=so]").fill("1.234")
    page.locator("[name=m][value=b]").check()
    assert [fields[name].is_visible() for name in "tuv"] == [True, True, True]
    fields["t"].fill("x")
    assert fields["w"].is_visible()
    assert page.locator("[data-required-if]").is_visible()
    page.get_by_label("Rõ").uncheck()
    assert not fields["t"].is_visible()
    assert not fields["w"].is_visible()


def test_an_option_that_goes_away_is_no_longer_chosen(show: Show) -> None:
    form = form_of(
        radio("a", "x", "y"), radio("b", "p", "q", properties={"option_hidden_when.q": "a == 'y'"})
    )
    page = show(form)
    page.locator("[name=b][value=q]").check()
    page.locator("[name=a][value=y]").check()
    assert not page.locator("[name=b][value=q]").is_visible()
    assert page.locator("[name=b]:checked").count() == 0


def relatives() -> Any:
    columns = [
        radio("loai", "con", "khac"),
        text("ro", "Ghi rõ", conditional={"hide": "=loai != 'khac'"}),
    ]
    return form_of(
        {
            "type": "dynamiclist",
            "path": "ds",
            "label": "Thân nhân",
            "components": columns,
            "properties": {"row_label": "Người", "max_rows": "3"},
        }
    )


def test_rows_are_added_and_removed_in_place(show: Show) -> None:
    page = show(relatives())
    page.on("dialog", lambda dialog: dialog.accept())
    add = page.locator("[name=_list_add]")
    add.click()
    add.click()
    assert page.locator("[data-row] legend:has([data-number])").all_inner_texts() == [
        "Người 1", "Người 2", "Người 3",
    ]  # fmt: skip
    assert not add.is_visible()
    page.locator("[name=ds-2-loai][value=khac]").check()
    page.locator("[name=ds-2-ro]").fill("Cháu")
    page.locator("[name=_list_remove][value=ds-1]").click()
    assert page.locator("[data-row-list] > [data-row]").count() == 2
    assert page.locator("[data-row-list] > :nth-child(2) legend [data-number]").inner_text() == "2"
    assert page.locator("[name=ds-2-ro]").input_value() == "Cháu"
    add.click()
    assert page.locator("[name=ds-3-loai]").count() == 2


def test_a_row_with_answers_is_not_removed_without_a_question(show: Show) -> None:
    page = show(relatives())
    page.on("dialog", lambda dialog: dialog.dismiss())
    page.locator("[name=ds-0-loai][value=khac]").check()
    page.locator("[name=_list_remove]").click()
    assert page.locator("[data-row-list] > [data-row]").count() == 1


def test_a_file_that_is_too_large_is_told_before_it_is_sent(show: Show) -> None:
    form = form_of({"type": "filepicker", "key": "tep", "label": "Tệp"})
    page = show(form, upload_limit=1000)
    page.set_input_files("[name=tep]", {"name": "to.pdf", "mimeType": "a/b", "buffer": b"x" * 2000})
    assert page.locator("[data-chosen]").inner_text() == (
        "Tệp “to.pdf” lớn hơn 1 KB. Hãy chọn tệp nhỏ hơn."
    )
    page.locator("#go").click()
    assert page.evaluate("document.activeElement.name") == "tep"
    page.set_input_files("[name=tep]", {"name": "vua.pdf", "mimeType": "a/b", "buffer": b"x"})
    assert page.locator("[data-chosen]").inner_text() == "vua.pdf (1 KB)"


def test_the_summary_is_read_first_and_leads_to_the_field(show: Show) -> None:
    form = form_of(text(validate={"required": True}), radio("kq", "a", validate={"required": True}))
    page = show(form, {}, check=True)
    assert page.evaluate("document.activeElement.hasAttribute('data-problems')")
    page.locator("[data-problems] a").nth(1).click()
    assert page.evaluate("document.activeElement.name") == "kq"
