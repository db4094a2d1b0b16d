"""Builds one component from its drawn sheet, type by type."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, cast

from engine.domain.messages import say
from forms import components as c
from forms import entries
from forms.sheets import Sheet

FORMATS = ("cccd", "phone", "email")
PRECISIONS = ("year", "month")


def _common(sheet: Sheet) -> dict[str, Any]:
    layout = sheet.mapping("layout")
    columns = layout.get("columns")
    if columns is not None and (not isinstance(columns, int) or not 1 <= columns <= 16):
        sheet.complain(say("“layout.columns” phải từ 1 đến 16"))
        columns = None
    row = layout.get("row")
    helps = (sheet.text("description"), sheet.property("help"))
    return {
        "id": str(sheet.drawn.get("id") or ""),
        "label": sheet.text("dateLabel") or sheet.text("label"),
        "help": "\n".join(text for text in helps if text),
        "hide": sheet.hide(),
        "placement": c.Placement(row if isinstance(row, str) else None, columns),
    }


#: What a field may begin with, by the type of the component.
_OF_DOCUMENTS = {"textfield": "sign", "datetime": "day"}


def _from_document(sheet: Sheet) -> str:
    said, fits = sheet.property("from_document"), _OF_DOCUMENTS.get(sheet.type)
    if said and said != fits:
        sheet.complain(say("“from_document” ở đây chỉ nhận: %(fits)s", fits=fits or "–"))
        return ""
    return said


def _input(sheet: Sheet, key: str) -> dict[str, Any]:
    common = _common(sheet)
    if not common["label"]:
        sheet.complain(say("chưa có nhãn (“label”)"))
    return common | {
        "key": key,
        "required": sheet.required(),
        "required_when": sheet.condition("required_when", sheet.property("required_when")),
        "fixed": sheet.type != "dynamiclist" and (sheet.flag("disabled") or sheet.flag("readonly")),
        "default": sheet.drawn.get("defaultValue"),
        "from_document": _from_document(sheet),
        "autocomplete": sheet.property("autocomplete") or "off",
        "person": sheet.property("person"),
        "called": sheet.property("called"),
    }


def static(sheet: Sheet) -> c.Static:
    text = sheet.text("text")
    if "{{" in text:
        sheet.complain(say("“text” không nhận biểu thức {{…}}"))
    return c.Static(**_common(sheet), text=text)


def group(sheet: Sheet, path: str | None, children: tuple[c.Component, ...]) -> c.Group:
    return c.Group(
        **_common(sheet), components=children, path=path, outline=sheet.flag("showOutline")
    )


def rows(sheet: Sheet, key: str, children: tuple[c.Component, ...]) -> c.Rows:
    for name in ("isRepeating", "allowAddRemove"):
        if not sheet.flag(name, default=True):
            sheet.complain(
                say("danh sách luôn thêm bớt được; hãy để “%(name)s” là true", name=name)
            )
    if not any(True for _ in c.placed(children)):
        sheet.complain(say("danh sách chưa có cột nào"))
    lowest = sheet.whole("min_rows", sheet.properties, 0, c.ROWS_LIMIT)
    common = _input(sheet, key)
    return c.Rows(
        **common | {"required": common["required"] or lowest > 0},
        components=children,
        row_label=sheet.property("row_label"),
        initial=sheet.whole("defaultRepetitions", sheet.drawn, 1, 20),
        minimum=lowest,
        maximum=sheet.whole("max_rows", sheet.properties, c.ROWS_LIMIT, c.ROWS_LIMIT),
    )


def _text(sheet: Sheet, key: str) -> c.Text:
    multiline = sheet.type == "textarea"
    limit = c.TEXTAREA_LIMIT if multiline else c.TEXT_LIMIT
    pattern = sheet.validate.get("pattern") or None
    if pattern is not None and not _compiles(pattern):
        sheet.complain(say("“pattern” không phải biểu thức chính quy đúng"))
        pattern = None
    shape = sheet.property("format") or _validation_type(sheet)
    if shape and shape not in FORMATS:
        sheet.complain(say("“format” chỉ nhận cccd, phone hoặc email"))
        shape = ""
    appearance = sheet.mapping("appearance")
    return c.Text(
        **_input(sheet, key),
        multiline=multiline,
        min_length=sheet.whole("minLength", sheet.validate, 0, limit),
        max_length=sheet.whole("maxLength", sheet.validate, limit, limit),
        pattern=pattern,
        format=cast(c.Format, shape) if shape else None,
        prefix=sheet.text("prefixAdorner", appearance),
        suffix=sheet.text("suffixAdorner", appearance),
    )


def _validation_type(sheet: Sheet) -> str:
    """form-js's own choice of e-mail or telephone; `custom` only announces the other rules."""
    chosen = sheet.text("validationType", sheet.validate)
    return "" if chosen == "custom" else chosen


def _compiles(pattern: object) -> bool:
    try:
        re.compile(cast(str, pattern))
    except (re.error, TypeError, OverflowError, RecursionError):
        return False
    return True


def _number(sheet: Sheet, key: str) -> c.Number:
    digits = sheet.drawn.get("decimalDigits")
    appearance = sheet.mapping("appearance")
    return c.Number(
        **_input(sheet, key),
        minimum=sheet.number("min", sheet.validate),
        maximum=sheet.number("max", sheet.validate),
        digits=None if digits is None else sheet.whole("decimalDigits", sheet.drawn, 0, 6),
        prefix=sheet.text("prefixAdorner", appearance),
        suffix=sheet.text("suffixAdorner", appearance),
    )


def _date(sheet: Sheet, key: str) -> c.Date:
    if sheet.drawn.get("subtype", "date") != "date":
        sheet.complain(say("chỉ nhận ngày (“subtype” là “date”)"))
    precision = sheet.property("partial") or "day"
    if precision not in (*PRECISIONS, "day"):
        sheet.complain(say("“partial” chỉ nhận year hoặc month"))
        precision = "day"
    return c.Date(
        **_input(sheet, key),
        precision=cast(c.Precision, precision),
        not_before=sheet.property("not_before") or None,
        not_after=sheet.property("not_after") or None,
    )


def _options(sheet: Sheet) -> tuple[c.Option, ...]:
    drawn = sheet.drawn.get("values")
    if not isinstance(drawn, list) or not drawn:
        sheet.complain(say("chưa có lựa chọn nào (“values”)"))
        return ()
    hidden = sheet.family("option_hidden_when")
    options: dict[str, c.Option] = {}
    for item in drawn:
        value, label = _option(item)
        if not value or not label:
            sheet.complain(say("mỗi lựa chọn phải có “label” và “value” là chữ"))
        elif value in options:
            sheet.complain(say("lựa chọn “%(value)s” lặp lại", value=value))
        else:
            when = sheet.condition(f"option_hidden_when.{value}", hidden.pop(value, ""))
            options[value] = c.Option(value, label, when)
    for value in hidden:
        sheet.complain(say("“option_hidden_when” nhắc lựa chọn không có: %(value)s", value=value))
    return tuple(options.values())


def _option(item: object) -> tuple[str, str]:
    if not isinstance(item, Mapping):
        return "", ""
    value, label = item.get("value"), item.get("label")
    if not isinstance(value, str) or not isinstance(label, str):
        return "", ""
    return entries.tidy(value), entries.tidy(label)


def _choice(sheet: Sheet, key: str) -> c.Choice:
    style: c.Style = "select" if sheet.type == "select" else "radio"
    return c.Choice(**_input(sheet, key), options=_options(sheet), style=style)


def _checkbox(sheet: Sheet, key: str) -> c.Checkbox:
    return c.Checkbox(**_input(sheet, key))


def _checklist(sheet: Sheet, key: str) -> c.Checklist:
    return c.Checklist(**_input(sheet, key), options=_options(sheet))


def _dossier(sheet: Sheet, key: str) -> c.Dossier:
    options = _options(sheet)
    papers = {option.value for option in options}
    optional = frozenset(sheet.members("optional"))
    states = {value: tuple(c.STATES) for value in papers}
    for paper in sheet.family("states"):
        states[paper] = sheet.members(f"states.{paper}")
        for state in states[paper]:
            if state not in c.STATES:
                known = ", ".join(c.STATES)
                sheet.complain(
                    say("“states.%(paper)s” chỉ nhận: %(known)s", paper=paper, known=known)
                )
    alternatives = _alternatives(sheet)
    named = {paper for each in alternatives for paper in each.papers} | optional | states.keys()
    for paper in sorted(named - papers):
        sheet.complain(say("giấy tờ “%(paper)s” không có trong danh sách", paper=paper))
    return c.Dossier(
        **_input(sheet, key),
        options=options,
        states=states,
        optional=optional,
        alternatives=alternatives,
        complete_when=sheet.condition("complete_when", sheet.property("complete_when")),
    )


def _alternatives(sheet: Sheet) -> tuple[c.Alternatives, ...]:
    labels = sheet.family("one_of_label")
    found = []
    for group_id in sheet.family("one_of"):
        papers = sheet.members(f"one_of.{group_id}")
        if len(papers) < 2:
            sheet.complain(say("nhóm “one_of.%(group)s” cần ít nhất hai giấy tờ", group=group_id))
        found.append(c.Alternatives(group_id, labels.pop(group_id, ""), papers))
    for group_id in labels:
        sheet.complain(say("“one_of_label.%(group)s” không có nhóm tương ứng", group=group_id))
    return tuple(found)


def _files(sheet: Sheet, key: str) -> c.Files:
    accept = tuple(part.strip().lower() for part in sheet.text("accept").split(",") if part.strip())
    for kind in accept:
        if not re.fullmatch(r"\.[a-z0-9]{1,8}", kind):
            sheet.complain(say("“accept” chỉ nhận đuôi tệp như “.pdf,.jpg”"))
    return c.Files(**_input(sheet, key), multiple=sheet.flag("multiple"), accept=accept)


BUILDERS: Mapping[str, Callable[[Sheet, str], c.Component]] = {
    "textfield": _text,
    "textarea": _text,
    "number": _number,
    "datetime": _date,
    "select": _choice,
    "radio": _choice,
    "checkbox": _checkbox,
    "checklist": _checklist,
    "dossier": _dossier,
    "filepicker": _files,
}
