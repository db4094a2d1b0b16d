"""Findings as their page shows them: numbered, counted, grouped, each beside its figure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from markupsafe import Markup

from engine.bpmn.checks import ALL_RULES
from engine.bpmn.checks.showing import drawn, marks_of
from engine.bpmn.findings import Finding, Severity
from engine.bpmn.model import Drawing
from engine.bpmn.pictures import depicted, drawn_in, svg
from engine.bpmn.reading import dialect
from engine.domain.errors import DrawingRefused
from engine.services.sources import DRAWING, Files, is_kind
from web.presenting import sentence
from web.views import lessons

#: More findings than these are shown in groups.
MOST_IN_A_ROW = 25

#: So many of one rule, and so many in all, are shown: nobody mends more before looking again.
MOST_OF_A_RULE = 200
MOST = 2000

#: The rules that have a page.
WITH_PAGE = frozenset(rule.id for rule in ALL_RULES)

ONE_BY_ONE, BY_ELEMENT, BY_RULE = "lan-luot", "phan-tu", "quy-tac"


@dataclass(frozen=True)
class Told:
    """A finding on the page."""

    number: int
    finding: Finding
    figure: str | None  # what its element's figure is led to by; None where it has none
    has_page: bool

    @property
    def anchor(self) -> str:
        return _anchor(self.number)

    @property
    def is_error(self) -> bool:
        return self.finding.severity is Severity.ERROR


@dataclass(frozen=True)
class Group:
    """Findings of one element, or of one rule."""

    title: str
    code: str
    told: list[Told]
    remedy: str = ""  # what mends all of them, where that is the same
    rule: str = ""  # the page of all of them

    @property
    def errors(self) -> int:
        return sum(one.is_error for one in self.told)

    @property
    def warnings(self) -> int:
        return len(self.told) - self.errors


@dataclass(frozen=True)
class Picture:
    """A drawing with its findings marked."""

    file: str
    name: str
    image: Markup


@dataclass(frozen=True)
class Report:
    """What was found of the files handed in: `told` of `errors` and `warnings`."""

    errors: int
    warnings: int
    told: list[Told]
    pictures: list[Picture]
    order: str
    groups: list[Group]  # none: the findings stand one after the other

    @property
    def untold(self) -> int:
        """How many are not shown."""
        return self.errors + self.warnings - len(self.told)

    @property
    def grave(self) -> list[Told]:
        return [one for one in self.told if one.is_error]

    @property
    def light(self) -> list[Told]:
        return [one for one in self.told if not one.is_error]


def report(files: Files, findings: Iterable[Finding], order: str = "") -> Report:
    """The findings, errors first, with the drawings among the files."""
    found = sorted(findings, key=_rank)
    drawings, others = _drawings(files)
    figures = {name: drawn(drawing) for name, drawing in drawings.items()}
    figures |= {name: drawn_in(content, name) for name, content in others.items()}
    prefixes = {name: f"ve-{number}-" for number, name in enumerate(figures, 1)}
    told = []
    for number, finding in enumerate(_shown(found), 1):
        name, element = finding.file or "", finding.element
        shown = element is not None and element in figures.get(name, ())
        figure = f"{prefixes[name]}{element}" if shown else None
        told.append(Told(number, finding, figure, finding.rule in WITH_PAGE))
    if order not in (ONE_BY_ONE, BY_ELEMENT, BY_RULE):
        order = ONE_BY_ONE if len(told) <= MOST_IN_A_ROW else BY_RULE
    pictures = []
    for name, drawing in drawings.items():
        links = _links(one for one in told if one.finding.file == name)
        marks = marks_of(tuple(one for one in found if one.file == name))
        image = svg.render(drawing, marks, links, anchors=prefixes[name])
        pictures.append(
            Picture(name, drawing.name or drawing.key, Markup(image))  # noqa: S704  escaped there
        )
    for name, content in others.items():
        links = _links(one for one in told if one.finding.file == name)
        marks = marks_of(tuple(one for one in found if one.file == name))
        seen = depicted(content, name, marks, links, prefixes[name])
        pictures += [
            Picture(name, one.name, Markup(one.svg))  # noqa: S704  escaped there
            for one in seen.pictures
        ]
    errors = sum(one.severity is Severity.ERROR for one in found)
    return Report(errors, len(found) - errors, told, pictures, order, _grouped(told, order))


def _shown(found: Iterable[Finding]) -> Iterator[Finding]:
    """As many as a page bears, of each rule the first ones."""
    times: Counter[str] = Counter()
    shown = 0
    for finding in found:
        times[finding.rule] += 1
        if times[finding.rule] <= MOST_OF_A_RULE and (shown := shown + 1) <= MOST:
            yield finding


def _rank(finding: Finding) -> tuple[bool, str, int]:
    return finding.severity is not Severity.ERROR, finding.file or "", finding.line or 0


def _anchor(number: int) -> str:
    return f"phat-hien-{number}"


def _drawings(files: Files) -> tuple[dict[str, Drawing], dict[str, bytes]]:
    """The drawings that could be executed, and the files that are at least BPMN."""
    found: dict[str, Drawing] = {}
    others: dict[str, bytes] = {}
    for name, content in files:
        if not is_kind(name, DRAWING) or name in found:
            continue
        try:
            tree = dialect.read_tree(content, name)
        except DrawingRefused:
            tree = None
        if tree is not None and not tree.refusals:
            if tree.drawing.nodes:
                found[name] = tree.drawing
        elif _is_bpmn(content, name):
            others[name] = content
    return found, others


def _is_bpmn(content: bytes, name: str) -> bool:
    try:
        drawn_in(content, name)
    except DrawingRefused:
        return False
    return True


def _links(told: Iterable[Told]) -> dict[str, str]:
    """Where the figure of an element leads: to the first finding of it."""
    links: dict[str, str] = {}
    for one in told:
        if one.figure is not None and one.finding.element is not None:
            links.setdefault(one.finding.element, f"#{one.anchor}")
    return links


def _grouped(told: Sequence[Told], order: str) -> list[Group]:
    if order == ONE_BY_ONE:
        return []
    if order == BY_RULE:
        groups = [_of_rule(ones) for ones in _collected(told, lambda one: one.finding.rule)]
        return sorted(groups, key=lambda group: (not group.errors, -len(group.told)))
    return [
        Group(_element_title(ones[0]), ones[0].finding.element or "", ones)
        for ones in _collected(told, lambda one: (one.finding.element, one.finding.file))
    ]


def _collected(told: Sequence[Told], key: Callable[[Told], object]) -> list[list[Told]]:
    found: dict[object, list[Told]] = {}
    for one in told:
        found.setdefault(key(one), []).append(one)
    return list(found.values())


def _of_rule(told: list[Told]) -> Group:
    """Under what the rule says; without a page, under what it found first."""
    first = told[0]
    rule = first.finding.rule
    remedies = {sentence(one.finding.remedy) for one in told}
    return Group(
        title=lessons.title(rule) or sentence(first.finding.message),
        code=rule,
        told=told,
        remedy=remedies.pop() if len(told) > 1 and len(remedies) == 1 else "",
        rule=rule if first.has_page else "",
    )


def _element_title(one: Told) -> str:
    finding = one.finding
    return finding.name or finding.element or finding.file or _("Cả lần gửi")
