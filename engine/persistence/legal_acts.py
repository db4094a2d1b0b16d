"""What acts on the legal clock of a case have left: its extension, its end, its apologies."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from engine.domain.states import ApologyState
from engine.persistence.tables import ApologyRow, CaseStopRow, ExtensionRow


def extension_of(session: Session, case_id: int) -> ExtensionRow | None:
    """The one gia hạn of the case."""
    return session.get(ExtensionRow, case_id)


def stop_of(session: Session, case_id: int) -> CaseStopRow | None:
    """Why the case ended before its way did."""
    return session.get(CaseStopRow, case_id)


def apologies_of(session: Session, case_id: int) -> list[ApologyRow]:
    """All thư xin lỗi of the case, drafts and dropped ones too, the first first."""
    found = select(ApologyRow).where(ApologyRow.case_id == case_id).order_by(ApologyRow.id)
    return list(session.scalars(found))


def apology_for(session: Session, case_id: int, due_at: datetime) -> ApologyRow | None:
    """The thư xin lỗi for one date of the case."""
    found = select(ApologyRow).where(ApologyRow.case_id == case_id, ApologyRow.due_at == due_at)
    return session.scalars(found).one_or_none()


def draft_of(session: Session, case_id: int) -> ApologyRow | None:
    """The draft that waits to be completed; there is never more than one."""
    found = select(ApologyRow).where(
        ApologyRow.case_id == case_id, ApologyRow.state == ApologyState.DRAFT
    )
    return session.scalars(found).one_or_none()
