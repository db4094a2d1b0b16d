"""The documents of a dossier: those that are there, and those that its steps still ask for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from engine.bpmn import expressions
from engine.bpmn.model import HUMAN, Drawing, Kind, Node
from engine.domain import printed
from engine.domain.states import ApologyState, DocumentState, TaskState
from engine.persistence import legal_acts
from engine.persistence.tables import CaseRow, DocumentRow, ReceiptRow, TaskRow
from engine.services.act import Act
from engine.services.documents import kinds
from engine.services.documents.kinds import DocumentKind, Group, kind_of
from engine.services.shelf import LoadedVersion

#: What became of documents that count no more.
ENDED = (DocumentState.REPLACED, DocumentState.VOIDED)


@dataclass(frozen=True)
class Wish:
    """A document that a step, a receipt or an act asks for, and that is not there yet."""

    kind: DocumentKind
    unit_id: int
    task: TaskRow | None = None
    receipt: ReceiptRow | None = None


@dataclass(frozen=True)
class Documents:
    """Everything written about one dossier, the newest first, and what is still to be."""

    rows: Sequence[DocumentRow]
    wishes: Sequence[Wish]


def of_case(
    act: Act,
    case: CaseRow,
    version: LoadedVersion,
    tasks: Sequence[TaskRow],
    receipts: Sequence[ReceiptRow],
) -> Documents:
    """The documents of a dossier with the given steps and receipts (in their order)."""
    rows = rows_of(act, case.id)
    elements = {task.id: task.element for task in tasks}
    standing = [row for row in rows if row.state not in ENDED]
    wishes = [
        wish
        for wish in _wishes(act, case, version, tasks, receipts)
        if not any(_fulfils(row, wish, elements) for row in standing)
    ]
    return Documents(rows, wishes)


def rows_of(act: Act, case_id: int) -> list[DocumentRow]:
    """The documents of a dossier, the newest first."""
    found = select(DocumentRow).where(DocumentRow.case_id == case_id)
    return list(act.session.scalars(found.order_by(DocumentRow.id.desc())))


def named_at(version: LoadedVersion, task: TaskRow) -> list[DocumentKind]:
    """The kinds that a step's drawing names, whatever the conditions."""
    node = version.node(task.process, task.element)
    return [kind_of(name) for name in printed.named(node.documents)]


def chosen_at(case: CaseRow, version: LoadedVersion, task: TaskRow) -> list[DocumentKind]:
    """The kinds that a finished step asks for, by what was answered at it."""
    node = version.node(task.process, task.element)
    known = {**case.data, **(task.data or {}), "kenh": case.channel, "lan_thu": task.round}
    names = printed.chosen(node.documents, lambda text: expressions.holds(text, known))
    return [kind_of(name) for name in names]


def _wishes(
    act: Act,
    case: CaseRow,
    version: LoadedVersion,
    tasks: Sequence[TaskRow],
    receipts: Sequence[ReceiptRow],
) -> Iterator[Wish]:
    if receipts:
        yield Wish(kind_of(kinds.RECEIPT), case.unit_id, receipt=receipts[-1])
    for task in _last_of_each_step(tasks):
        if task.state == TaskState.OPEN:
            for kind in named_at(version, task):
                if kind.written and case.list_id is None:  # a list has a letter of its own
                    yield Wish(kind, task.unit_id, task)
        elif task.state == TaskState.DONE:
            for kind in chosen_at(case, version, task):
                if kind.group is Group.FORM and kind.id != kinds.RECEIPT:
                    yield Wish(kind, case.unit_id, task)
                elif kind.group is Group.LETTER and _still_to_sign(case, version, tasks, task):
                    yield Wish(kind, task.unit_id, task)
    apologies = legal_acts.apologies_of(act.session, case.id)
    if any(row.state == ApologyState.ISSUED for row in apologies):
        yield Wish(kind_of(kinds.APOLOGY), case.unit_id)
    if legal_acts.stop_of(act.session, case.id) is not None:
        yield Wish(kind_of(kinds.STOP), case.unit_id)


def _still_to_sign(
    case: CaseRow, version: LoadedVersion, tasks: Sequence[TaskRow], task: TaskRow
) -> bool:
    """Whether a letter that its step left unwritten can still be written: its office is about to
    sign, no list carries the letter, and no later step there has signed or writes one itself.
    """
    later = [
        (one, version.drawing.nodes[one.element])
        for one in tasks
        if one.id > task.id and one.unit_id == task.unit_id and one.process == version.drawing.key
    ]
    if case.list_id is not None or any(
        (one.state == TaskState.DONE and node.signs)
        or any(kind.group is Group.LETTER for kind in named_at(version, one))
        for one, node in later
    ):
        return False
    return any(
        one.state == TaskState.OPEN and _about_to_sign(version.drawing, node) for one, node in later
    )


def _about_to_sign(drawing: Drawing, node: Node) -> bool:
    """Whether a step signs, or the step right behind it."""
    if node.signs:
        return True
    ahead = [drawing.flows[flow].target for flow in node.outgoing]
    passed: set[str] = set()
    while ahead:
        found = drawing.nodes[ahead.pop()]
        if found.kind in HUMAN and found.signs:
            return True
        passes = found.kind in {Kind.EXCLUSIVE, Kind.PASSING} or found.drawn is not None
        if passes and found.id not in passed:
            passed.add(found.id)
            ahead += [drawing.flows[flow].target for flow in found.outgoing]
    return False


def _last_of_each_step(tasks: Iterable[TaskRow]) -> list[TaskRow]:
    """Each step as it was done last, or is open now."""
    last: dict[tuple[str, str], TaskRow] = {}
    for task in tasks:
        if task.state != TaskState.WITHDRAWN:
            last[task.process, task.element] = task
    return list(last.values())


def _fulfils(row: DocumentRow, wish: Wish, elements: dict[int, str]) -> bool:
    if row.kind != wish.kind.id:
        return False
    if wish.receipt is not None:
        return bool(row.data.get("round") == wish.receipt.number)
    if wish.task is None:
        return True
    if wish.kind.written:  # sent back and done again, a step goes on with the letter it began
        return elements.get(row.task_id or 0) == wish.task.element
    return row.task_id == wish.task.id
