"""Whatever is sent, a form either cleans it or refuses it with sentences."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.errors import FormInvalid
from forms.describing import describe
from forms.showing import answered
from tests.forms.drawn_forms import form_of, problems_of, radio, shipped, text

EVERYTHING = form_of(
    text(validate={"required": True}),
    text("cccd", "CCCD", properties={"format": "cccd", "required_when": "so > 3"}),
    {"type": "textarea", "key": "ly_do", "label": "Lý do",
     "conditional": {"hide": "=kq != 'bo_sung' and not ro"}},
    {"type": "number", "key": "so", "label": "Số", "decimalDigits": 2, "validate": {"min": 0}},
    {"type": "datetime", "key": "sinh", "dateLabel": "Sinh", "properties": {"partial": "year"}},
    {"type": "datetime", "key": "mat", "dateLabel": "Mất", "properties": {"not_before": "sinh"}},
    radio("kq", "du", "bo_sung", properties={"option_hidden_when.bo_sung": "lan_thu > 1"}),
    {"type": "checkbox", "key": "ro", "label": "Rõ"},
    {"type": "checklist", "key": "m", "label": "M",
     "values": [{"value": v, "label": v} for v in "ab"]},
    {"type": "checklist", "key": "giay", "label": "Giấy",
     "values": [{"value": v, "label": v} for v in ("x", "y")],
     "properties": {"kind": "dossier", "one_of.g": "x,y", "complete_when": "kq == 'du'"}},
    {"type": "filepicker", "key": "tep", "label": "Tệp", "multiple": True},
    {"type": "group", "label": "G", "path": "g", "components": [text(), radio("b", "c")]},
    {"type": "dynamiclist", "path": "ds", "label": "DS",
     "components": [
         text(), {"type": "number", "key": "n", "label": "N"},
         {"type": "dynamiclist", "path": "con", "label": "Con", "components": [text()]}]},
)  # fmt: skip

SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30)
    | st.sampled_from(["du", "bo_sung", "x", "ban_chinh", "31/02/1948", "1948", "1.234,5"])
    | st.just("\ud800")
)  # fmt: skip
NAMES = st.sampled_from(
    [*sorted(EVERYTHING.names), "n", "con", "b", "x", "file", "name", "_schema", ""]
) | st.text(max_size=8)
JSON: st.SearchStrategy[Any] = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=6),
    max_leaves=30,
)


@given(st.dictionaries(NAMES, JSON, max_size=13), st.dictionaries(NAMES, JSON, max_size=3))
def test_any_submission_is_cleaned_or_refused(sent: dict[str, Any], known: dict[str, Any]) -> None:
    errors = None
    try:
        cleaned = EVERYTHING.validate(sent, known)
    except FormInvalid as error:
        errors = error.errors
        assert errors
        assert all(str(sentence) for found in errors.values() for sentence in found)
    else:
        assert EVERYTHING.validate(cleaned, known) == cleaned
        json.dumps(cleaned).encode()
        answered(EVERYTHING, cleaned)
    described = describe(EVERYTHING, sent, errors, known)
    assert (described[0]["kind"] == "problems") == bool(errors)
    answered(EVERYTHING, sent)


@given(JSON.filter(lambda sent: not isinstance(sent, dict)))
def test_what_is_no_mapping_is_refused_too(sent: Any) -> None:
    with pytest.raises(FormInvalid):
        EVERYTHING.validate(sent, {})


def test_very_deep_nesting_is_refused() -> None:
    deep: Any = "x"
    for _ in range(5000):
        deep = [deep]
    assert problems_of(EVERYTHING, {"ds": deep}) == {"": ["Dữ liệu gửi lên không đọc được."]}


@given(st.dictionaries(st.sampled_from(["lan_thu", "kenh", "bang_mo_hu_hai"]), SCALARS))
def test_defaults_of_shipped_forms_hold_whatever_is_known(known: dict[str, Any]) -> None:
    for name in ("mau-16", "tiep-nhan", "tham-dinh-xa", "y-kien-B9"):
        form = shipped(f"liet-si/{name}.form")
        form.validate(form.defaults(known), known)
