"""Finds and takes away rows that have been kept for long enough, some at a time."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, exists, func, select
from sqlalchemy.orm import Session

from engine.domain.retention import Kept
from engine.domain.states import MailState
from engine.persistence.tables import (
    IncidentRow,
    MailRow,
    NoticeRow,
    OfficeSettingRow,
    ReadingRow,
    SignInRow,
)

SETTING = "retention"


def setting(session: Session) -> OfficeSettingRow | None:
    """The rules as saved last."""
    return session.scalars(
        select(OfficeSettingRow)
        .where(OfficeSettingRow.name == SETTING)
        .order_by(OfficeSettingRow.id.desc())
        .limit(1)
    ).first()


def _over(kept: Kept, before: datetime) -> tuple[Any, ColumnElement[bool]]:
    """The key of the rows, and which of them are over."""
    match kept:
        case Kept.READINGS:
            return ReadingRow.id, ReadingRow.at < before
        case Kept.NOTICES:
            return NoticeRow.id, and_(NoticeRow.read_at.is_not(None), NoticeRow.read_at < before)
        case Kept.INCIDENTS:
            closed = IncidentRow.closed_at
            return IncidentRow.id, and_(closed.is_not(None), closed < before)
        case Kept.SESSIONS:
            return SignInRow.key_hash, SignInRow.expires_at < before
        case Kept.MAILS:
            told_of = exists().where(IncidentRow.mail_id == MailRow.id)
            left = MailRow.state.in_((MailState.SENT, MailState.GIVEN_UP))
            return MailRow.id, and_(left, MailRow.created_at < before, ~told_of)


def count(session: Session, kept: Kept, before: datetime) -> int:
    """How many rows would go."""
    _key, over = _over(kept, before)
    return session.scalar(select(func.count()).where(over)) or 0


def take_away(session: Session, kept: Kept, before: datetime, most: int) -> int:
    """Takes up to `most` rows away; how many it were."""
    key, over = _over(kept, before)
    keys = session.scalars(select(key).where(over).limit(most)).all()
    if keys:
        session.execute(
            delete(key.class_).where(key.in_(keys)),
            execution_options={"synchronize_session": False},
        )
    return len(keys)
