"""Reads the JSON of a `.form` into components, naming every problem it finds."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from engine.domain.messages import Message, say
from forms import building, components, dialect, entries, persons
from forms.sheets import Sheet

SOURCE_LIMIT = 1_000_000
COMPONENTS_LIMIT = 500
DEPTH_LIMIT = 5
KEY = re.compile(r"[a-z][A-Za-z0-9_]{0,62}")

Json = Mapping[str, Any]


class FormRefused(ValueError):
    """A `.form` outside the dialect; `problems` holds every sentence."""

    def __init__(self, problems: Sequence[Message]) -> None:
        self.problems = tuple(problems)
        super().__init__(" ".join(str(problem) for problem in problems))


def read(source: str) -> components.Definition:
    """The form in `source`. Raises FormRefused with all problems."""
    reader = _Reader()
    drawn = _json(source)
    form_id = drawn.get("id")
    if not isinstance(form_id, str) or not form_id.strip():
        reader.problems.append(say("Biểu mẫu chưa có mã (thuộc tính “id” ở gốc tệp)."))
        form_id = "?"
    if drawn.get("type", "default") != "default":
        reader.problems.append(say("Biểu mẫu phải có “type” là “default”."))
    found = reader.level(drawn.get("components"), say("biểu mẫu"), depth=0)
    reader.problems.extend(persons.problems(found))
    if reader.problems:
        raise FormRefused(reader.problems)
    return components.Definition(entries.tidy(form_id), _title(drawn, found), found)


def _json(source: str) -> Json:
    if len(source) > SOURCE_LIMIT:
        raise FormRefused([say("Tệp biểu mẫu lớn hơn 1 MB.")])
    try:
        drawn = json.loads(unicodedata.normalize("NFC", source))
    except json.JSONDecodeError as error:
        raise FormRefused(
            [
                say(
                    "Tệp biểu mẫu không phải JSON đúng: dòng %(line)s, cột %(column)s.",
                    line=error.lineno,
                    column=error.colno,
                )
            ]
        ) from error
    except (RecursionError, ValueError) as error:
        raise FormRefused([say("Tệp biểu mẫu lồng nhau quá sâu hoặc có số quá lớn.")]) from error
    if not isinstance(drawn, dict):
        raise FormRefused([say("Tệp biểu mẫu phải là một đối tượng JSON của form-js.")])
    return drawn


def _title(drawn: Json, found: Sequence[components.Component]) -> str:
    """The `title` at the root, else the first heading, else the id."""
    title = drawn.get("title")
    if isinstance(title, str) and title.strip():
        return entries.tidy(title)
    for component in found:
        if isinstance(component, components.Static):
            heading = re.match(r"#+\s*(.+)", component.text)
            if heading:
                return entries.tidy(heading[1].replace("*", ""))
    return str(drawn.get("id"))


class _Reader:
    """Walks the drawn components once and collects problems instead of stopping at the first."""

    def __init__(self) -> None:
        self.problems: list[Message] = []
        self.count = 0

    def level(
        self, drawn: object, where: Message, depth: int, names: set[str] | None = None
    ) -> tuple[components.Component, ...]:
        """The components of one list; `names` are those already taken on this data level."""
        if not isinstance(drawn, list):
            self.problems.append(
                say("Phần “components” của %(where)s phải là danh sách.", where=str(where))
            )
            return ()
        if depth > DEPTH_LIMIT:
            self.problems.append(
                say(
                    "%(where)s: nhóm lồng nhau quá %(limit)s tầng.",
                    where=str(where),
                    limit=DEPTH_LIMIT,
                )
            )
            return ()
        taken = set() if names is None else names
        found = (self.component(item, depth, taken) for item in drawn)
        return tuple(component for component in found if component is not None)

    def component(self, drawn: object, depth: int, names: set[str]) -> components.Component | None:
        self.count += 1
        if self.count == COMPONENTS_LIMIT + 1:
            self.problems.append(
                say("Biểu mẫu có hơn %(limit)s thành phần.", limit=COMPONENTS_LIMIT)
            )
        if self.count > COMPONENTS_LIMIT:
            return None
        if not isinstance(drawn, dict):
            self.problems.append(say("Có thành phần không phải là đối tượng JSON."))
            return None
        sheet = Sheet(drawn, self.problems)
        if sheet.kind not in dialect.PROPERTIES or sheet.type not in dialect.ATTRIBUTES:
            self.refuse_type(sheet)
            return None
        sheet.check_attributes()
        return self.build(sheet, depth, names)

    def refuse_type(self, sheet: Sheet) -> None:
        remedy = dialect.REMEDIES.get(sheet.type)
        sheet.complain(say(remedy) if remedy else say("loại này không dùng được ở đây"))

    def build(self, sheet: Sheet, depth: int, names: set[str]) -> components.Component | None:
        if sheet.type == "text":
            return building.static(sheet)
        if sheet.type == "group":
            return self.group(sheet, depth, names)
        if sheet.type == "dynamiclist":
            key = self.name(sheet, "path", names)
            rows = self.level(sheet.drawn.get("components"), sheet.where, depth + 1)
            return building.rows(sheet, key, rows)
        key = self.name(sheet, "key", names)
        return building.BUILDERS[sheet.kind](sheet, key)

    def group(self, sheet: Sheet, depth: int, names: set[str]) -> components.Component:
        path = sheet.drawn.get("path")
        inner: set[str] | None = names
        if path:
            path, inner = self.name(sheet, "path", names), None
        children = self.level(sheet.drawn.get("components"), sheet.where, depth + 1, inner)
        return building.group(sheet, path or None, children)

    def name(self, sheet: Sheet, attribute: str, names: set[str]) -> str:
        name = sheet.drawn.get(attribute)
        if not isinstance(name, str) or not KEY.fullmatch(name):
            sheet.complain(
                say(
                    "“%(attribute)s” phải bắt đầu bằng chữ thường và chỉ gồm chữ không dấu, số, "
                    "gạch dưới",
                    attribute=attribute,
                )
            )
            return "?"
        if name in names:
            sheet.complain(say("tên này đã có thành phần khác dùng"))
        names.add(name)
        return name
