"""The good and bad examples of each rule: what its page shows, and what its test runs.

`examples/<rule>.xml` holds them. An example is a piece of a drawing; `in` says where it stands:

- `process` (unless told otherwise): in an executable process. A lane “Một cửa” around everything,
  and its start and end, are added where the example draws no lanes;
- `definitions`: at the top of the file, beside nothing;
- `file`: it is the whole file, in a CDATA section; `encoding` says how its letters are written;
- `decision`: it is what stands in the decision “Mức hưởng” of a DMN file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from lxml import etree

from engine.bpmn.checks import check
from engine.bpmn.checks.subject import Vocabulary
from engine.bpmn.decisions import check_decisions
from engine.bpmn.findings import Finding
from engine.bpmn.reading import BPMN, BPMNDI, CAMUNDA, DC, DI
from engine.bpmn.reading.node_kinds import NODE_TAGS
from engine.domain.persons import AskedPerson
from engine.domain.roles import Role, RoleRegister
from engine.ports import Form

FOLDER = Path(__file__).resolve().parent / "examples"

_NAMESPACES = (
    f'xmlns="{BPMN}" xmlns:bpmndi="{BPMNDI}" xmlns:dc="{DC}" xmlns:di="{DI}" '
    f'xmlns:camunda="{CAMUNDA}" xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" '
    'xmlns:flowable="http://flowable.org/bpmn" xmlns:activiti="http://activiti.org/bpmn" '
    'xmlns:signavio="http://www.signavio.com" xmlns:bizagi="http://www.bizagi.com/bpmn20" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:tns="urn:vi-du"'
)
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n<definitions {names} id="tep" '
_HEAD += 'targetNamespace="urn:vi-du">\n'
_DECISION = (
    '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="tep" name="Bảng" '
    'namespace="urn:vi-du"><decision id="muc-huong" name="Mức hưởng">'
)
_PIECE = re.compile(
    r"<(?P<tag>good|bad|decision|drawing|form)\b(?P<said>[^>]*?)(?:/>|>(?P<text>.*?)</(?P=tag)>)",
    re.DOTALL,
)
_SAID = re.compile(r'([\w-]+)="([^"]*)"')
_CDATA = re.compile(r"\s*<!\[CDATA\[(.*)\]\]>\s*", re.DOTALL)


@dataclass
class ExampleForm:
    """A form that only knows its fields; a field with fixed answers lists them."""

    fields: Mapping[str, tuple[str, ...] | None]
    id: str = "bieu-mau"
    title: str = "Biểu mẫu"
    persons: tuple[AskedPerson, ...] = ()
    from_document: Mapping[str, str] = field(default_factory=dict)

    @property
    def names(self) -> frozenset[str]:
        return frozenset(self.fields)

    def answers(self, name: str) -> tuple[str, ...] | None:
        return self.fields[name]

    def papers(self, _answers: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
        return ()

    def defaults(self, known: Mapping[str, object]) -> dict[str, object]:
        return dict.fromkeys(self.fields, None) | dict(known)

    def validate(
        self, submission: Mapping[str, object], known: Mapping[str, object]
    ) -> dict[str, object]:
        return {**known, **submission}


FORMS: Mapping[str, ExampleForm] = {
    "tiep-nhan": ExampleForm({"ket_qua": ("du", "tu_choi"), "hu_hai": None, "ty_le": None}),
    "ket-luan": ExampleForm({"ket_luan": ("dat", "khong_dat")}),
}
"""The forms that examples may name; `tiep-nhan` asks for a choice, a tick and a number."""


DOCUMENTS = frozenset({"bm-01", "cong-van", "mau-83"})
"""The printed documents that examples may ask for."""


@dataclass(frozen=True)
class Example:
    """A good or bad piece, as its file holds it and as a file that can be checked."""

    shown: str  # the piece as written
    content: bytes  # the whole file around it
    element: str | None = None  # of a bad one: where its finding stands
    note: str = ""  # what to see in it, in Vietnamese
    name: str = "vi-du.bpmn"  # of the file


@dataclass(frozen=True)
class Examples:
    """Everything in a rule's file. `forms`, `decisions`, `drawings`: what its pieces refer to."""

    good: tuple[Example, ...]
    bad: tuple[Example, ...]
    forms: Mapping[str, Form]
    decisions: Mapping[str, str]
    drawings: Mapping[str, bytes]

    @property
    def vocabulary(self) -> Vocabulary:
        """What a drawing of these examples may name."""
        roles = [
            Role("mot-cua", "Một cửa", "xa", "xã", internal=True),
            Role("cv-so", "Chuyên viên Sở", "so", "tỉnh", internal=True, aliases=("Phòng NCC",)),
            Role("y-khoa", "Hội đồng y khoa", "hdyk", "tỉnh", internal=False),
        ]
        register = RoleRegister(roles, {"xa": "UBND xã", "so": "Sở"}, {"liet-si": "Liệt sĩ"})
        return Vocabulary(
            register,
            self.forms.get,
            self.decisions.get,
            self.drawings.get,
            tuple(self.forms),
            DOCUMENTS,
        )


def found_in(example: Example, vocabulary: Vocabulary) -> tuple[Finding, ...]:
    """What the checks say of an example."""
    if example.name.endswith(".dmn"):
        return check_decisions(example.content, example.name)
    return check(example.content, example.name, vocabulary)


@cache
def examples_of(rule: str) -> Examples | None:
    """The examples of a rule; None where it has no file. Raises ValueError for a malformed one."""
    path = FOLDER / f"{rule}.xml"
    return read_examples(path.read_text(encoding="utf-8")) if path.is_file() else None


def read_examples(text: str) -> Examples:
    """The examples in the text of a file."""
    good: list[Example] = []
    bad: list[Example] = []
    forms: dict[str, Form] = dict(FORMS)
    decisions: dict[str, str] = {}
    drawings: dict[str, bytes] = {}
    for found in _PIECE.finditer(text):
        said = dict(_SAID.findall(found["said"]))
        inner = found["text"] or ""
        whole = _CDATA.fullmatch(inner)
        piece = whole[1] if whole else inner
        match found["tag"]:
            case "form":
                forms[said["name"]] = _form(piece)
            case "decision":
                decisions[said["id"]] = piece.strip()
            case "drawing":
                drawings[said["key"]] = _framed(piece, said.get("in", "definitions"))
            case tag:
                within = said.get("in", "process")
                example = Example(
                    shown=_dedented(piece),
                    content=_framed(piece, within, said.get("encoding", "utf-8")),
                    element=said.get("element"),
                    note=said.get("note", ""),
                    name="vi-du.dmn" if within == "decision" else "vi-du.bpmn",
                )
                (good if tag == "good" else bad).append(example)
    if not good or not bad:
        raise ValueError("a rule's examples hold at least one good and one bad piece")
    return Examples(tuple(good), tuple(bad), forms, decisions, drawings)


def _form(piece: str) -> ExampleForm:
    fields: dict[str, tuple[str, ...] | None] = {}
    for said in re.findall(r"<field\b([^>]*)/>", piece):
        told = dict(_SAID.findall(said))
        fields[told["name"]] = tuple(told["answers"].split()) if "answers" in told else None
    return ExampleForm(fields)


def _framed(piece: str, within: str, encoding: str = "utf-8") -> bytes:
    head = _HEAD.format(names=_NAMESPACES)
    if within == "file":
        return piece.strip().encode(encoding)
    if within == "decision":
        return f"{_DECISION}{piece}</decision></definitions>".encode()
    if within == "definitions":
        return f"{head}{piece.strip(chr(10))}\n</definitions>\n".encode()
    process = '<process id="vi-du" name="Ví dụ" isExecutable="true">'
    lanes = "" if "<laneSet" in piece else _lanes(piece)
    inside = f"{_up_front(piece)}{lanes}{_rest(piece)}"
    return f"{head}{process}\n{inside}\n</process>\n</definitions>\n".encode()


_FRONT = re.compile(
    r"\s*(?:<documentation\b.*?</documentation>\s*)?"
    r"(?:<extensionElements\b.*?</extensionElements>\s*)?",
    re.DOTALL,
)


def _up_front(piece: str) -> str:
    """What the schema wants before the lanes: the process's own documentation and properties."""
    found = _FRONT.match(piece)
    return found[0] if found else ""


def _rest(piece: str) -> str:
    return piece[len(_up_front(piece)) :].strip("\n")


def _lanes(piece: str) -> str:
    """One lane that lists every flow node at the top of the piece."""
    try:
        root = etree.fromstring(f"<process {_NAMESPACES}>{piece}</process>")
    except etree.XMLSyntaxError:
        return ""
    keys = [
        child.get("id")
        for child in root.iterchildren()
        if isinstance(child.tag, str) and etree.QName(child).localname in NODE_TAGS
    ]
    listed = "".join(f"<flowNodeRef>{key}</flowNodeRef>" for key in keys if key)
    return f'<laneSet id="lan"><lane id="L1" name="Một cửa">{listed}</lane></laneSet>\n'


def _dedented(piece: str) -> str:
    lines = piece.strip("\n").rstrip().split("\n")
    margin = min((len(line) - len(line.lstrip()) for line in lines if line.strip()), default=0)
    return "\n".join(line[margin:] for line in lines)
