"""A form declares which of its answers name a person; wrong declarations are refused."""

from __future__ import annotations

from typing import Any

import pytest

from engine.domain.persons import AskedPerson, said
from engine.domain.states import PersonPart
from forms.reading import FormRefused
from tests.forms.drawn_forms import form_of, radio, shipped, text


def named(person: str, key: str = "ho_ten", **more: Any) -> dict[str, Any]:
    return text(key, properties={"person": person}, **more)


def day(person: str, key: str = "ngay") -> dict[str, Any]:
    return {"type": "datetime", "key": key, "dateLabel": "Ngày", "properties": {"person": person}}


def rows(*components: dict[str, Any]) -> dict[str, Any]:
    return {"type": "dynamiclist", "path": "ds", "label": "Danh sách", "components": [*components]}


def test_form_16_names_the_applicant_the_martyr_and_the_relatives() -> None:
    form = shipped("liet-si/mau-16.form")
    assert [(one.part.value, one.rows) for one in form.persons] == [
        ("applicant", ()),
        ("subject", ()),
        ("relative", ("than_nhan",)),
    ]
    found = said(
        form.persons,
        {
            "nguoi_ho_ten": "Nguyễn Thị Mừng",
            "nguoi_cccd": "098158000001",
            "nguoi_moi_quan_he": "Con đẻ",
            "ls_ho_ten": "Trần Văn Bền",
            "ls_ngay_hy_sinh": "1972-05",
            "than_nhan": [{"ho_ten": "Trần Thị Lành", "ngay_sinh": "1960"}, {"ho_ten": None}],
        },
        {"subject": (7,), "relative": (None,)},
    )
    assert [(one.part.value, one.facts.full_name, one.pick) for one in found] == [
        ("applicant", "Nguyễn Thị Mừng", None),
        ("subject", "Trần Văn Bền", 7),
        ("relative", "Trần Thị Lành", None),
    ]
    assert [one.called for one in form.persons] == ["", "liệt sĩ", ""]
    assert found[0].facts.identity_number == "098158000001"
    assert (found[1].facts.died, found[2].facts.born) == ("1972-05", "1960")


def test_a_person_may_stand_in_a_group_with_a_path() -> None:
    group = {
        "type": "group",
        "label": "Liên hệ",
        "path": "lien_he",
        "components": [named("applicant.full_name"), rows(named("relative[].full_name"))],
    }
    assert form_of(group).persons == (
        AskedPerson(PersonPart.APPLICANT, {"full_name": ("lien_he", "ho_ten")}),
        AskedPerson(PersonPart.RELATIVE, {"full_name": ("ho_ten",)}, ("lien_he", "ds")),
    )


@pytest.mark.parametrize(
    ("components", "sentence"),
    [
        (
            [
                named("subject.full_name"),
                text("que", properties={"person": "subject.home_then", "called": "liệt sĩ"}),
            ],
            "“called” chỉ đặt ở ô họ tên (full_name)",
        ),
        ([named("ten")], "“person” phải có dạng “subject.full_name”"),
        ([named("nguoi.full_name")], "phần đầu là một trong: applicant, subject, relative"),
        ([named("subject.name")], "“person” không có mục “name”"),
        ([named("subject[].full_name")], "chỉ dùng trong danh sách"),
        ([rows(named("relative.full_name"))], "phải có dấu []"),
        ([day("subject.born")], "“person” của “subject” thiếu họ tên"),
        ([named("subject.full_name"), named("subject.born", "b")], "phải là ô ngày (datetime)"),
        ([day("subject.full_name")], "phải là ô chữ"),
        ([named("subject.full_name"), named("subject.gender", "g")], "phải là ô lựa chọn"),
        ([named("subject.full_name"), named("subject.full_name", "b")], "đã có ở “ho_ten”"),
        ([radio("a", "x", properties={"person": "subject.full_name"})], "phải là ô chữ"),
        ([rows(rows(named("relative[].full_name")))], "nằm trong danh sách khác"),
    ],
)
def test_a_wrong_declaration_is_refused_by_name(
    components: list[dict[str, Any]], sentence: str
) -> None:
    with pytest.raises(FormRefused) as caught:
        form_of(*components)
    assert sentence in str(caught.value)


def test_a_checkbox_tells_nothing_of_a_person() -> None:
    box = {"type": "checkbox", "key": "a", "label": "A", "properties": {"person": "subject.born"}}
    with pytest.raises(FormRefused, match="tính chất “person” không được hỗ trợ"):
        form_of(box)
