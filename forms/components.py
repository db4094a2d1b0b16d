"""What a `.form` file says, as values: one class per kind of component, nothing computed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

TEXT_LIMIT = 2_000
TEXTAREA_LIMIT = 10_000
ROWS_LIMIT = 200
FILES_LIMIT = 20

Style = Literal["select", "radio"]
Format = Literal["cccd", "phone", "email"]
Precision = Literal["day", "month", "year"]


@dataclass(frozen=True)
class Placement:
    """Where form-js puts a component: a row's id and how many of 16 columns it takes."""

    row: str | None = None
    columns: int | None = None


@dataclass(frozen=True, kw_only=True)
class Component:
    """What all components share. `hide` is the expression under which it is not shown."""

    id: str
    label: str = ""
    help: str = ""
    hide: str | None = None
    placement: Placement = Placement()


@dataclass(frozen=True, kw_only=True)
class Static(Component):
    """Text that only explains; a small part of Markdown."""

    text: str


@dataclass(frozen=True, kw_only=True)
class Input(Component):
    """Something that is answered under `key`.

    A fixed input (form-js readonly or disabled) shows what the case knows and sets nothing.
    """

    key: str
    required: bool = False
    required_when: str | None = None
    fixed: bool = False
    default: object = None
    from_document: str = ""  # `sign` or `day` of the document that the step issues
    autocomplete: str = "off"
    person: str = ""  # whose name, birth, … this is: `subject.full_name` (see forms.persons)
    called: str = ""  # what papers call that person: “liệt sĩ”


@dataclass(frozen=True, kw_only=True)
class Text(Input):
    multiline: bool = False
    min_length: int = 0
    max_length: int = TEXT_LIMIT
    pattern: str | None = None
    format: Format | None = None
    prefix: str = ""
    suffix: str = ""


@dataclass(frozen=True, kw_only=True)
class Number(Input):
    minimum: float | None = None
    maximum: float | None = None
    digits: int | None = None
    prefix: str = ""
    suffix: str = ""


@dataclass(frozen=True, kw_only=True)
class Date(Input):
    """`precision` is the least that must be known; the two others name dates to compare with."""

    precision: Precision = "day"
    not_before: str | None = None
    not_after: str | None = None


@dataclass(frozen=True)
class Option:
    value: str
    label: str
    hidden_when: str | None = None


@dataclass(frozen=True, kw_only=True)
class Choice(Input):
    options: tuple[Option, ...]
    style: Style


@dataclass(frozen=True, kw_only=True)
class Checkbox(Input):
    """Yes or no; required means it must be ticked."""


@dataclass(frozen=True, kw_only=True)
class Checklist(Input):
    options: tuple[Option, ...]


@dataclass(frozen=True)
class Alternatives:
    """Papers of which one suffices, with the sentence that names the group."""

    id: str
    label: str  # "" when the drawing gives none
    papers: tuple[str, ...]


#: The shapes in which a paper of a dossier may be handed in.
STATES: Mapping[str, str] = {
    "ban_chinh": "Bản chính",
    "ban_sao": "Bản sao chứng thực",
    "ban_quet": "Bản quét",
}


@dataclass(frozen=True, kw_only=True)
class Dossier(Input):
    """The list of a dossier's papers; answered as `{paper: state}` for those handed in.

    While `complete_when` holds, every paper that is neither optional nor hidden must be there,
    and of each group of alternatives one.
    """

    options: tuple[Option, ...]
    states: Mapping[str, tuple[str, ...]]
    optional: frozenset[str] = frozenset()
    alternatives: tuple[Alternatives, ...] = ()
    complete_when: str | None = None


@dataclass(frozen=True, kw_only=True)
class Files(Input):
    multiple: bool = False
    accept: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Group(Component):
    """Components under one heading; with `path` their answers are nested under it."""

    components: tuple[Component, ...]
    path: str | None = None
    outline: bool = False


@dataclass(frozen=True, kw_only=True)
class Rows(Input):
    """A list whose rows are answered by the same components."""

    components: tuple[Component, ...]
    row_label: str = ""
    initial: int = 1
    minimum: int = 0
    maximum: int = ROWS_LIMIT


@dataclass(frozen=True)
class Definition:
    """A whole form as drawn."""

    id: str
    title: str
    components: tuple[Component, ...]


@dataclass(frozen=True)
class Placed:
    """An input or nested group of one data level, with all conditions that may hide it."""

    name: str
    component: Input | Group
    hides: tuple[str, ...]


def placed(components: tuple[Component, ...], hides: tuple[str, ...] = ()) -> Iterator[Placed]:
    """The names of one data level in reading order: groups without a path are looked through."""
    for component in components:
        own = (*hides, component.hide) if component.hide else hides
        if isinstance(component, Group):
            if component.path is None:
                yield from placed(component.components, own)
            else:
                yield Placed(component.path, component, own)
        elif isinstance(component, Input):
            yield Placed(component.key, component, own)
