"""Takes up a dossier for an act on its documents, and says what such a document is made of."""

from __future__ import annotations

from collections.abc import Mapping

from engine.domain.access import Permission, require
from engine.domain.clock import local_day
from engine.domain.errors import Conflict, NotFound
from engine.domain.explanations import day_text
from engine.domain.messages import say
from engine.domain.states import DocumentState
from engine.persistence import cases
from engine.persistence.tables import CaseRow, DocumentRow, ReceiptRow, TaskRow
from engine.services.act import Act
from engine.services.casework import Casework, open_case
from engine.services.documents import Wanted, facts, kinds
from engine.services.documents.asked import chosen_at
from engine.services.documents.facts import Source
from engine.services.documents.kinds import DocumentKind, Group, kind_of
from engine.services.documents.papers import Paper

#: Documents that are not issued yet.
WAITING = (DocumentState.DRAFT, DocumentState.SIGNED)


def visible(act: Act, document_id: int) -> tuple[DocumentRow, Casework]:
    """A document of a dossier that the actor may see, with the dossier. Raises NotFound."""
    row = act.session.get(DocumentRow, document_id)
    if row is None or row.case_id is None:
        raise NotFound()
    work = open_case(act, act.session.get(CaseRow, row.case_id))
    require(act.actor, Permission.CASE_VIEW, work.surroundings.subject)
    return row, work


def with_case(act: Act, document_id: int) -> tuple[Casework, DocumentRow]:
    row = act.session.get(DocumentRow, document_id)
    if row is None or row.case_id is None:
        raise NotFound()
    work = take_up(act, row.case_id)
    act.session.flush()
    act.session.refresh(row)  # it was read before the lock
    return work, row


def take_up(act: Act, case_id: int) -> Casework:
    work = open_case(act, cases.lock_case(act.session, case_id))
    subject = work.surroundings.subject
    require(act.actor, Permission.CASE_VIEW, subject)
    require(act.actor, Permission.DOCUMENT_ISSUE, subject)
    return work


def source_of(
    work: Casework,
    kind: DocumentKind,
    task_id: int | None,
    round_: int | None,
    replaces: str = "",
    unit_id: int | None = None,
) -> Source:
    """What the document is made of. Raises NotFound for a step or receipt of another dossier."""
    act, case = work.act, work.case
    task = act.session.get(TaskRow, task_id) if task_id is not None else None
    if task_id is not None and (task is None or task.case_id != case.id):
        raise NotFound()
    if task is not None and not kind.written and kind not in chosen_at(case, work.version, task):
        raise Conflict(say("Bước này không lập văn bản loại đó."))
    receipt = None
    if kind.id == kinds.RECEIPT:
        receipt = _receipt(act, case, round_)
    if unit_id is None:
        unit_id = _unit(work, kind, task)
    return Source(act, case, work.version, unit_id, task, receipt, replaces)


def _receipt(act: Act, case: CaseRow, round_: int | None) -> ReceiptRow:
    found = cases.receipts(act.session, case.id)
    row = next((one for one in found if one.number == (round_ or case.receipt_number)), None)
    if row is None:
        raise Conflict(say("Hồ sơ chưa được tiếp nhận nên chưa có giấy tiếp nhận."))
    return row


def _unit(work: Casework, kind: DocumentKind, task: TaskRow | None) -> int:
    """Whose letterhead: the writer's for letters, the signer's for apology and stop."""
    if kind.written and task is not None:
        return task.unit_id
    if kind.id in (kinds.APOLOGY, kinds.STOP):
        post = facts.signing_post(work.act, work.surroundings.units)
        if post is not None:
            return post.unit_id
    return work.case.unit_id


def wanted(kind: DocumentKind, source: Source, paper: Paper) -> Wanted:
    data = paper.data()
    return Wanted(
        kind=kind.id,
        title=title_of(kind, data),
        unit_id=source.unit_id,
        data=data,
        case_id=source.case.id,
        task_id=source.task.id if source.task else None,
        book=kind.book,
        letter=kind.letter,
    )


def title_of(kind: DocumentKind, data: Mapping[str, object]) -> str:
    subject = data.get("subject")
    if kind.group is Group.LETTER and isinstance(subject, str):
        return f"{kind.name} {subject}"
    return str(kind.name)


def called(row: DocumentRow) -> str:
    """How a later document calls this one."""
    name = facts.lower_first(str(kind_of(row.kind).name))
    number = f" số {row.sign}" if row.sign else ""
    day = f" ngày {day_text(local_day(row.issued_at))}" if row.issued_at else ""
    return f"{name}{number}{day}"


def sign_of(row: DocumentRow) -> str:
    return row.sign or "–"


def element_of(source: Source) -> str | None:
    return source.task.element if source.task else None
