"""What a step's form takes from the document that was issued at it: its number, its day."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from engine.domain.clock import local_day
from engine.domain.states import DocumentState
from engine.persistence.tables import DocumentRow, TaskRow
from engine.ports import Form
from engine.services.act import Act
from engine.services.documents.kinds import Group, kind_of


def values(act: Act, task: TaskRow, form: Form) -> dict[str, object]:
    """Answers for the fields that take something from a document: the last letter that the
    step's unit issued since the step opened. Nothing is asked for a form without such fields."""
    wanted = form.from_document
    row = _issued_since(act, task) if wanted else None
    if row is None or row.issued_at is None:
        return {}
    said: Mapping[str, object] = {
        "sign": row.sign,
        "day": local_day(row.issued_at).isoformat(),
    }
    return {name: said[what] for name, what in wanted.items()}


def _issued_since(act: Act, task: TaskRow) -> DocumentRow | None:
    rows = act.session.scalars(
        select(DocumentRow)
        .where(
            DocumentRow.case_id == task.case_id,
            DocumentRow.unit_id == task.unit_id,
            DocumentRow.state == DocumentState.ISSUED,
            DocumentRow.issued_at >= task.opened_at,
        )
        .order_by(DocumentRow.id.desc())
    )
    return next((row for row in rows if kind_of(row.kind).group is Group.LETTER), None)
