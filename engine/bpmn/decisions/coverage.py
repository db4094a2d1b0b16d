"""Whether the rows of a decision table fit together: no gap, no overlap, no row in vain.

Exact for intervals of numbers and days, for lists, texts, truths and `-`: each column's values are
parted as its cells part them, and combinations are followed by the set of rows still possible.
Columns are taken as independent of one another; a table with cells that read variables is passed
over, for nothing can be said of it beforehand.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.bpmn.decisions.cell_values import Part, joined, parts, told
from engine.bpmn.decisions.tables import DecisionTable, Input, Rule
from engine.bpmn.decisions.unary_tests import UnaryTests
from engine.bpmn.expressions.values import plain
from engine.bpmn.findings import Finding, Severity
from engine.domain.errors import BadExpression
from engine.domain.messages import Message, say

#: How many of a kind are told of one table; with the first mended, the rest is seen soon enough.
MOST_TOLD = 5
#: Combinations looked at before a table is too wide to be judged.
_PATIENCE = 200_000


class TooWide(Exception):
    """The table has more combinations than can be gone through."""


@dataclass(frozen=True)
class Gap:
    """A combination that no row takes: the values column by column, None where any will do."""

    values: tuple[tuple[Input, tuple[Part, ...] | None], ...]

    @property
    def told(self) -> Message:
        """The missing values in words."""
        named = [
            say(
                "%(input)s: %(values)s", input=column.label, values=told(some, column.whole_numbers)
            )
            for column, some in self.values
            if some is not None
        ]
        return joined(named) if named else say("mọi trường hợp")


Column = Mapping[int, tuple[Part, ...]]
"""The values of a column by the rows that they pass (a set of bits)."""


class Coverage:
    """What the rows of a table cover. `answers`: the only values of a column, by its place.

    Texts that no cell names leave gaps and make overlaps only in the columns of `other_texts`:
    elsewhere nobody knows whether they occur.
    Raises TooWide out of its methods when there is too much to look at.
    """

    def __init__(
        self,
        table: DecisionTable,
        answers: Mapping[int, Collection[str]] | None = None,
        other_texts: Collection[int] = (),
    ) -> None:
        self.table = table
        self._patience = _PATIENCE
        self._columns: list[Column] | None = []
        self._expected: list[Column] = []  # without texts that need not occur
        for place, column in enumerate(table.inputs):
            cells = [rule.tests[place] for rule in table.rules]
            values = parts(column, cells, (answers or {}).get(place))
            if values is None:
                self._columns = None
                break
            self._columns.append(_grouped(cells, values))
            named = [part for part in values if place in other_texts or not part.unnamed]
            self._expected.append(_grouped(cells, named))

    @property
    def known(self) -> bool:
        """Whether anything can be said: no cell reads a variable."""
        return self._columns is not None

    def told_apart(self) -> dict[str, tuple[object, ...]]:
        """By variable that is a column: one value for each way in which the rows treat it."""
        found: dict[str, tuple[object, ...]] = {}
        for column, groups in zip(self.table.inputs, self._expected, strict=False):
            if column.expression.tree[0] == "name":
                (name,) = column.expression.names
                values = (some[0].value for some in groups.values())
                found[name] = tuple(plain(value) for value in values if value is not None)
        return found

    def gaps(self) -> Iterator[Gap]:
        """Combinations that no row takes, as many as are worth telling."""
        every = (1 << len(self.table.rules)) - 1
        for count, chosen in enumerate(self._uncovered(every, self._expected)):
            if count == MOST_TOLD:
                return
            rest = [None] * (len(self.table.inputs) - len(chosen))
            yield Gap(tuple(zip(self.table.inputs, (*chosen, *rest), strict=True)))

    def overlaps(self) -> Iterator[tuple[Rule, Rule]]:
        """Pairs of rows that some combination takes both."""
        if not self.known:
            return
        together = [(1 << len(self.table.rules)) - 1] * len(self.table.rules)
        for column in self._expected:
            met = [0] * len(self.table.rules)
            for mask in column:
                for place in _places(mask):
                    met[place] |= mask
            together = [one & other for one, other in zip(together, met, strict=True)]
        for first, others in enumerate(together):
            for second in _places(others >> first + 1 << first + 1):
                yield self.table.rules[first], self.table.rules[second]

    def never_taken(self) -> Iterator[Rule]:
        """Rows that no combination of possible values meets."""
        for place, rule in enumerate(self.table.rules):
            if any(not any(mask >> place & 1 for mask in column) for column in self._columns or ()):
                yield rule

    def forestalled(self) -> Iterator[Rule]:
        """Rows all of whose combinations earlier rows take."""
        vain = set(self.never_taken())
        for place, rule in enumerate(self.table.rules):
            if rule in vain or self._columns is None:
                continue
            own = [
                {mask: some for mask, some in column.items() if mask >> place & 1}
                for column in self._columns
            ]
            if next(self._uncovered((1 << place) - 1, own), None) is None:
                yield rule

    def _uncovered(
        self, rows: int, columns: Sequence[Column]
    ) -> Iterator[tuple[tuple[Part, ...], ...]]:
        """Combinations that none of `rows` takes, as the values of the first columns."""
        covered: set[tuple[int, int]] = set()

        def search(place: int, alive: int) -> Iterator[tuple[tuple[Part, ...], ...]]:
            self._patience -= 1
            if self._patience < 0:
                raise TooWide
            if not alive:
                yield ()
                return
            if place == len(columns) or (place, alive) in covered:
                return
            found = False
            for mask, some in columns[place].items():
                for rest in search(place + 1, alive & mask):
                    found = True
                    yield (some, *rest)
            if not found:
                covered.add((place, alive))

        return search(0, rows)


def _places(mask: int) -> Iterator[int]:
    """The places of the bits set."""
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest


def _grouped(cells: Sequence[UnaryTests], values: Iterable[Part]) -> Column:
    groups: dict[int, list[Part]] = {}
    for part in values:
        mask = 0
        for place, cell in enumerate(cells):
            mask |= _passes(cell, part.value) << place
        groups.setdefault(mask, []).append(part)
    return {mask: tuple(some) for mask, some in groups.items()}


def _passes(cell: UnaryTests, value: object) -> bool:
    try:
        return cell.hold(value, {})
    except BadExpression:  # a text where the cell wants a number
        return False


# ── findings ────────────────────────────────────────────────────────────────────────────────────


def check_coverage(
    table: DecisionTable,
    filename: str | None = None,
    answers: Mapping[int, Collection[str]] | None = None,
    other_texts: Collection[int] = (),
) -> Iterator[Finding]:
    """Gaps and forbidden overlaps (errors), and rows that no dossier ever comes to (warnings)."""
    coverage = Coverage(table, answers, other_texts)
    if not coverage.known:
        return
    try:
        yield from _gaps(coverage, filename)
        yield from _vain(coverage, filename)
    except TooWide:
        yield _finding(
            "decision-too-wide",
            Severity.WARNING,
            table,
            say(
                "Bảng “%(table)s” có quá nhiều tổ hợp, không kiểm tra hết được chỗ hở.",
                table=table.title,
            ),
            say("Tách bảng thành nhiều bảng nhỏ hơn."),
            table.line,
            filename,
        )
    if table.hit_policy == "UNIQUE":
        yield from _overlaps(coverage, filename)


def _gaps(coverage: Coverage, filename: str | None) -> Iterator[Finding]:
    table = coverage.table
    for gap in coverage.gaps():
        yield _finding(
            "decision-gap",
            Severity.ERROR,
            table,
            say(
                "Bảng “%(table)s” bị hở: không có dòng nào cho %(values)s.",
                table=table.title,
                values=gap.told,
            ),
            say(
                "Thêm một dòng cho trường hợp này (hoặc dòng cuối toàn dấu “-”); nếu giá trị đó "
                "không thể có, ghi các giá trị có thể có ở đầu cột (Predefined values)."
            ),
            table.line,
            filename,
        )


def _vain(coverage: Coverage, filename: str | None) -> Iterator[Finding]:
    table = coverage.table
    for rule in coverage.never_taken():
        yield _finding(
            "decision-row-in-vain",
            Severity.WARNING,
            table,
            say(
                "Bảng “%(table)s”: dòng %(row)s không bao giờ được dùng, vì không giá trị có thể "
                "có nào phù hợp.",
                table=table.title,
                row=rule.number,
            ),
            say("Xóa dòng, hoặc sửa điều kiện cho khớp với các giá trị có thể có."),
            rule.line,
            filename,
        )
    if table.hit_policy != "FIRST":
        return
    for rule in coverage.forestalled():
        yield _finding(
            "decision-row-in-vain",
            Severity.WARNING,
            table,
            say(
                "Bảng “%(table)s”: dòng %(row)s không bao giờ được dùng, vì các dòng đứng trước "
                "đã nhận hết trường hợp của nó.",
                table=table.title,
                row=rule.number,
            ),
            say("Xóa dòng, hoặc chuyển nó lên trước."),
            rule.line,
            filename,
        )


def _overlaps(coverage: Coverage, filename: str | None) -> Iterator[Finding]:
    table = coverage.table
    for count, (first, second) in enumerate(coverage.overlaps()):
        if count == MOST_TOLD:
            return
        yield _finding(
            "decision-overlap",
            Severity.ERROR,
            table,
            say(
                "Bảng “%(table)s”: dòng %(first)s và dòng %(second)s cùng phù hợp với một "
                "trường hợp.",
                table=table.title,
                first=first.number,
                second=second.number,
            ),
            say("Thu hẹp điều kiện của một trong hai dòng, hoặc chọn quy tắc FIRST."),
            second.line,
            filename,
        )


def _finding(
    rule: str,
    severity: Severity,
    table: DecisionTable,
    message: Message,
    remedy: Message,
    line: int,
    filename: str | None,
) -> Finding:
    return Finding(
        rule, severity, message, remedy,
        element=table.id, name=table.name or None, line=line, file=filename,
    )  # fmt: skip
