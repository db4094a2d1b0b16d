"""Telling people: a notice in the page for each of them, within the act that causes it."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import insert

from engine.domain.notices import Notice
from engine.persistence.tables import NoticeRow
from engine.services.act import Act


def tell(act: Act, user_ids: Iterable[int], notice: Notice) -> None:
    """Each user once; who acts is not told of their own act."""
    told = sorted(set(user_ids) - {act.actor.user_id})
    if not told:
        return
    act.session.execute(
        insert(NoticeRow),
        [
            {
                "user_id": user_id,
                "at": act.now,
                "kind": notice.kind,
                "message": notice.message.to_json(),
                "case_id": notice.case_id,
                "task_id": notice.task_id,
                "read_at": None,
            }
            for user_id in told
        ],
    )
