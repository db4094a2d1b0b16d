"""Describes a form as plain dicts, which templates render without knowing forms."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine.domain.messages import Message, say
from forms import components as c
from forms import conditions, layout, markdown, showing
from forms.compiling import CompiledForm
from forms.fields import refused_upload
from forms.problems import problems
from forms.schemas import GroupAnswer, Level, RowsAnswer

Item = dict[str, Any]
Errors = Mapping[str, Sequence[Message]]
Translate = Callable[[Message], str]

#: Letters of all labels together with which options still stand beside each other.
SHORT_LABELS = 24


def describe(
    form: CompiledForm,
    values: Mapping[str, object],
    errors: Errors | None = None,
    known: Mapping[str, object] | None = None,
    *,
    translate: Translate = str,
    upload_limit: int | None = None,
) -> list[Item]:
    """The form's components in order, each a plain dict (its keys: see `_Describer`).

    `values` is what was submitted or drafted, shown again as it is, right or wrong. Inputs it
    does not name start from `known` (the case's data and facts), else from the drawn default.
    Components that these facts alone hide are left out; those hidden by an answer on the page
    carry the condition for the browser, and stay visible where there is no JavaScript.
    With errors, an item of kind `problems` comes first (see forms.problems).
    """
    page = _Page(errors or {}, translate, upload_limit)
    place = _Place(form.level, values, known or {})
    items = _Describer(page, place).items(form.definition.components)
    for item in items[:1]:
        if item["kind"] == "group" and item["label"] == form.title:
            item["titled"] = True  # pages show the form's title right above it
    return [problems(items, errors, translate), *items] if errors else items


@dataclass(frozen=True)
class _Page:
    """What is the same for the whole page."""

    errors: Errors
    translate: Translate
    upload_limit: int | None


class _Place:
    """One data level being shown: its answers, what is known around it, and its names in HTML."""

    def __init__(
        self,
        level: Level,
        values: Mapping[str, object],
        known: Mapping[str, object],
        prefix: str = "",
        outer: _Place | None = None,
    ) -> None:
        self.level = level
        self.known = known
        self.prefix = prefix
        self.outer = outer
        self.asked = {name: self._start(name, values) for name in level.placed}
        self.answered = frozenset(values)
        surrounding = {**outer.scope, **known} if outer else known
        self.scope: dict[str, object] = level.scope(self.asked, surrounding)[0]

    def _start(self, name: str, values: Mapping[str, object]) -> object:
        if name in values:
            return values[name]
        known = self.known.get(name)
        component = self.level.placed[name].component
        if known is None and isinstance(component, c.Input):
            return component.default
        return known

    def below(self, level: Level, value: object, known: object, step: str) -> _Place:
        """A group's or row's level inside this one."""
        return _Place(
            level,
            value if isinstance(value, Mapping) else {},
            known if isinstance(known, Mapping) else {},
            f"{self.prefix}{step}-",
            self,
        )

    def input_name(self, name: str) -> str | None:
        """The HTML name behind a name in a condition (see conditions.for_browser)."""
        found = self.level.placed.get(name)
        if found is None:
            return self.outer.input_name(name) if self.outer else None
        plain = (c.Text, c.Number, c.Choice, c.Checkbox, c.Checklist)
        return self.prefix + name if isinstance(found.component, plain) else ""


class _Describer:
    """Turns components into items.

    Every item has `kind`, `label`, `help`, `columns` (of twelve) and `hide` (JSON or None).
    Inputs add `id`, `name`, `path`, `target` (id to jump to), `required`, `required_if`,
    `errors`, `value`, `person` (what of whom it tells), `pick` (for the page: which record was
    chosen); the rest depends on the kind.
    """

    def __init__(self, page: _Page, place: _Place, depth: int = 0) -> None:
        self.page = page
        self.place = place
        self.depth = depth

    def items(self, components: Sequence[c.Component]) -> list[Item]:
        spans = layout.spans(components)
        return [
            item
            for component, columns in zip(components, spans, strict=True)
            if (item := self.item(component, columns)) is not None
        ]

    def item(self, component: c.Component, columns: int) -> Item | None:
        hide = self.condition(component.hide)
        if hide is True:
            return None
        common: Item = {
            "label": component.label,
            "help": component.help,
            "columns": columns,
            "hide": hide or None,
        }
        match component:
            case c.Static():
                return common | {"kind": "static", "blocks": markdown.blocks(component.text)}
            case c.Group():
                return common | self.group(component)
            case c.Input(fixed=True):
                text = showing.shown(component, self.place.known.get(component.key))
                return common | {"kind": "fixed", "text": text}
            case c.Rows():
                return common | self.input(component) | self.rows(component)
            case c.Input():
                shared = common | self.input(component)
                return shared | self.detail(component, shared["errors"])
        raise TypeError(type(component))

    def condition(self, text: str | None) -> bool | str | None:
        if text is None:
            return None
        scope = self.place.scope
        return conditions.for_browser(text, scope, self.place.input_name)

    def input(self, component: c.Input) -> Item:
        name = self.place.prefix + component.key
        path = name.replace("-", ".")
        required_if = self.condition(component.required_when)
        scope = self.place.scope
        needed = component.required or (
            component.required_when is not None and conditions.holds(component.required_when, scope)
        )
        return {
            "id": f"f-{name}",
            "target": f"f-{name}",
            "name": name,
            "path": path,
            "required": needed,
            "required_if": None if component.required else required_if or None,
            "errors": [self.page.translate(error) for error in self.page.errors.get(path, ())],
            "autocomplete": component.autocomplete,
            "person": component.person,
            "pick": "",
            **dict.fromkeys(("hint", "type", "inputmode", "prefix", "suffix"), ""),
            "beside": False,
        }

    # ── inputs ─────────────────────────────────────────────────────────────────────────────────

    def detail(self, component: c.Input, errors: list[str]) -> Item:
        value = self.place.asked[component.key]
        match component:
            case c.Text():
                return _text(component, value)
            case c.Number():
                return {
                    "kind": "number",
                    "value": showing.shown_number(value),
                    "inputmode": "numeric" if component.digits == 0 else "decimal",
                    "prefix": component.prefix,
                    "suffix": component.suffix,
                }
            case c.Date():
                return self.date(component, value)
            case c.Checkbox():
                return {"kind": "checkbox", "checked": value in (True, "true", "on")}
            case c.Choice():
                return self.choice(component, value)
            case c.Checklist():
                chosen = value if isinstance(value, list) else []
                options = self.options(component, lambda option: option in chosen)
                return {"kind": "checklist", "options": options, "target": _first(options)}
            case c.Dossier():
                return self.dossier(component, value)
            case c.Files():
                return self.files(component, value, errors)
        raise TypeError(type(component))

    def date(self, component: c.Date, value: object) -> Item:
        hints = {
            "day": say("Ví dụ: 15/01/2026"),
            "month": say("Ví dụ: 27/07/1948 hoặc 07/1948"),
            "year": say("Ví dụ: 27/07/1948, 07/1948 hoặc 1948"),
        }
        return {
            "kind": "date",
            "value": showing.shown_date(value),
            "hint": self.page.translate(hints[component.precision]),
        }

    def choice(self, component: c.Choice, value: object) -> Item:
        options = self.options(component, lambda option: option == value)
        if component.style == "select":
            return {"kind": "select", "options": options, "value": showing.plain(value)}
        beside = sum(len(option["label"]) for option in options) <= SHORT_LABELS
        target = _first(options)
        return {"kind": "radio", "options": options, "target": target, "beside": beside}

    def options(
        self, component: c.Choice | c.Checklist | c.Dossier, chosen: Callable[[str], bool]
    ) -> list[Item]:
        """The options that the known facts do not rule out."""
        name = self.place.prefix + component.key
        found = []
        for index, option in enumerate(component.options):
            hide = self.condition(option.hidden_when)
            if hide is not True:
                found.append(
                    {
                        "id": f"f-{name}-{index}",
                        "value": option.value,
                        "label": option.label,
                        "checked": chosen(option.value),
                        "hide": hide or None,
                    }
                )
        return found

    def dossier(self, component: c.Dossier, value: object) -> Item:
        given = value if isinstance(value, Mapping) else {}
        papers = self.options(component, lambda paper: paper in given)
        name = self.place.prefix + component.key
        for paper in papers:
            states = component.states[paper["value"]]
            paper["name"] = f"{name}-{paper['value']}"
            paper["state"] = showing.plain(given.get(paper["value"]))
            paper["states"] = [{"value": state, "label": c.STATES[state]} for state in states]
            paper["optional"] = paper["value"] in component.optional
        one_of = self.page.translate(say("Một trong các giấy tờ sau"))
        grouped = {paper: group for group in component.alternatives for paper in group.papers}
        sections: list[Item] = []
        for paper in papers:
            group = grouped.get(paper["value"])
            title = (group.label or one_of) if group else ""
            if not sections or sections[-1]["title"] != title:
                sections.append({"title": title, "papers": []})
            sections[-1]["papers"].append(paper)
        return {"kind": "dossier", "sections": sections, "target": _first(papers)}

    def files(self, component: c.Files, value: object, errors: list[str]) -> Item:
        """A draft's refused uploads are told beside the field: it was not judged, they were."""
        kept = [
            {
                "id": f"f-{self.place.prefix}{component.key}-{index}",
                "file": file["file"],
                "label": file["name"],
                "size": showing.size_text(file.get("size")),
                "json": json.dumps(dict(file), ensure_ascii=False, sort_keys=True),
            }
            for index, file in enumerate(showing.stored_files(value))
        ]
        limit = self.page.upload_limit
        items = value if isinstance(value, list) else []
        refused = [self.page.translate(why) for why in map(refused_upload, items) if why]
        return {
            "kind": "files",
            "errors": errors or refused,
            "kept": kept,
            "multiple": component.multiple,
            "most": c.FILES_LIMIT if component.multiple else 1,
            "accept": ",".join(component.accept),
            "limit": limit,
            "limit_text": showing.size_text(limit),
        }

    # ── nesting ────────────────────────────────────────────────────────────────────────────────

    def group(self, component: c.Group) -> Item:
        inside = self
        if component.path is not None:
            answer = self.place.level.fields[component.path]
            if not isinstance(answer, GroupAnswer):
                raise TypeError(type(answer))
            below = self.place.below(
                answer.inside,
                self.place.asked[component.path],
                self.place.known.get(component.path),
                component.path,
            )
            inside = _Describer(self.page, below, self.depth)
        return {
            "kind": "group",
            "titled": False,
            "outline": component.outline,
            "items": inside.items(component.components),
        }

    def rows(self, component: c.Rows) -> Item:
        answer = self.place.level.fields[component.key]
        if not isinstance(answer, RowsAnswer):
            raise TypeError(type(answer))
        value = self.place.asked[component.key]
        rows: list[object] = list(value) if isinstance(value, list) else []
        if not rows and component.key not in self.place.answered:
            rows = [{} for _ in range(max(component.initial, component.minimum))]
        placeholder = f"__i{self.depth}__"
        numbered = [self.row(component, answer, row, str(i)) for i, row in enumerate(rows)]
        return {
            "kind": "rows",
            "rows": numbered,
            "blank": self.row(component, answer, {}, placeholder),
            "placeholder": placeholder,
            "row_label": component.row_label or self.page.translate(say("Dòng")),
            "most": component.maximum,
        }

    def row(self, component: c.Rows, answer: RowsAnswer, value: object, index: str) -> Item:
        below = self.place.below(answer.inside, value, {}, f"{component.key}-{index}")
        inside = _Describer(self.page, below, self.depth + 1)
        path = f"{self.place.prefix}{component.key}-{index}"
        errors = self.page.errors.get(path.replace("-", "."), ())
        return {
            "name": path,
            "id": f"f-{path}",
            "path": path.replace("-", "."),
            "number": int(index) + 1 if index.isdigit() else "",
            "errors": [self.page.translate(error) for error in errors],
            "items": inside.items(component.components),
        }


def _text(component: c.Text, value: object) -> Item:
    shapes = {"cccd": ("text", "numeric"), "phone": ("tel", "tel"), "email": ("email", "email")}
    kind, mode = shapes.get(component.format or "", ("text", ""))
    text = showing.plain(value)
    return {
        "kind": "textarea" if component.multiline else "text",
        "value": text,
        "type": kind,
        "inputmode": mode,
        "lines": min(12, max(3, text.count("\n") + 2)),
        "prefix": component.prefix,
        "suffix": component.suffix,
    }


def _first(options: Sequence[Item]) -> str:
    return str(options[0]["id"]) if options else ""
