"""Which attributes and properties of a `.form` the product understands; all others are refused."""

from __future__ import annotations

from collections.abc import Mapping

#: What any component may carry.
COMMON = frozenset({"type", "id", "label", "description", "conditional", "layout", "properties"})
#: What anything that is answered may carry.
ANSWERED = COMMON | {"key", "validate", "disabled", "readonly", "defaultValue"}
#: How form-js arranges groups and lists on its own canvas; we arrange them our way.
ARRANGED = frozenset({"showOutline", "verticalAlignment", "components", "path"})

ATTRIBUTES: Mapping[str, frozenset[str]] = {
    "textfield": ANSWERED | {"appearance"},
    "textarea": ANSWERED,
    "number": ANSWERED | {"appearance", "decimalDigits", "increment"},
    "datetime": ANSWERED | {"subtype", "dateLabel"},
    "select": ANSWERED | {"values", "searchable"},
    "radio": ANSWERED | {"values"},
    "checkbox": ANSWERED,
    "checklist": ANSWERED | {"values"},
    "filepicker": ANSWERED - {"defaultValue"} | {"multiple", "accept"},
    "group": COMMON | ARRANGED,
    "dynamiclist": COMMON
    | ARRANGED
    | {
        "validate", "isRepeating", "allowAddRemove", "defaultRepetitions", "nonCollapsedItems",
        "disableCollapse",
    },
    "text": COMMON | {"text"},
}  # fmt: skip

VALIDATIONS: Mapping[str, frozenset[str]] = {
    "textfield": frozenset(
        {"required", "minLength", "maxLength", "pattern", "validationType"}
    ),
    "textarea": frozenset({"required", "minLength", "maxLength"}),
    "number": frozenset({"required", "min", "max"}),
}  # fmt: skip
ONLY_REQUIRED = frozenset({"required"})

#: Our own properties, by component type; a trailing dot means a family (`option_hidden_when.du`).
_INPUT = frozenset({"help", "autocomplete", "required_when"})
#: What may tell something of a person besides (see forms.persons).
_TELLING = _INPUT | {"person"}
PROPERTIES: Mapping[str, frozenset[str]] = {
    "textfield": _TELLING | {"format", "from_document", "called"},
    "textarea": _TELLING,
    "number": _INPUT,
    "datetime": _TELLING | {"partial", "not_before", "not_after", "from_document"},
    "select": _TELLING | {"option_hidden_when."},
    "radio": _TELLING | {"option_hidden_when."},
    "checkbox": _INPUT,
    "checklist": _INPUT | {"option_hidden_when."},
    "dossier": _INPUT
    | {
        "kind", "complete_when", "optional", "option_hidden_when.", "one_of.", "one_of_label.",
        "states.",
    },
    "filepicker": _INPUT,
    "group": frozenset({"help"}),
    "dynamiclist": frozenset({"help", "required_when", "row_label", "min_rows", "max_rows"}),
    "text": frozenset(),
}  # fmt: skip


def knows_property(kind: str, name: str) -> bool:
    """Whether a property of a component of this kind means something to us."""
    family, dot, member = name.partition(".")
    return (f"{family}." if dot and member else name) in PROPERTIES[kind]


#: Why a type that form-js offers is refused, where the general sentence would not help.
REMEDIES: Mapping[str, str] = {
    "html": "không nhận HTML; hãy dùng thành phần “text”",
    "button": "nút gửi do hệ thống đặt; hãy bỏ nút này",
    "taglist": "hãy dùng “checklist”",
    "image": "không nhận hình trong biểu mẫu",
    "iframe": "không nhúng trang khác vào biểu mẫu",
    "table": "hãy dùng “dynamiclist” cho bảng",
    "spacer": "khoảng trống do hệ thống đặt; hãy bỏ thành phần này",
    "separator": "hãy chia phần bằng “group”",
    "expression": "không tính giá trị trong biểu mẫu",
}
