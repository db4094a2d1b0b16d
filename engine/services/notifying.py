"""Telling people: a notice in the page and a mail, within the act that causes them; and reading."""

from __future__ import annotations

from collections.abc import Iterable

from engine.domain.errors import NotFound, NotPermitted
from engine.domain.notices import Notice
from engine.persistence import mails, notices
from engine.persistence.notices import NoticeLine
from engine.persistence.paging import Page
from engine.persistence.tables import NoticeRow
from engine.services import mail_texts
from engine.services.act import Act


def tell(act: Act, user_ids: Iterable[int], notice: Notice) -> None:
    """Each user once, by mail too where they want it; who acts is not told of their own act.

    The mails are written in the same transaction and leave after it (services.mailing).
    """
    told = sorted(set(user_ids) - {act.actor.user_id})
    if not told:
        return
    written = notices.add(
        act.session,
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
    if act.app.ports.mailer is not None:
        _mail(act, notice, dict(zip(told, written, strict=True)))


def _mail(act: Act, notice: Notice, notice_ids: dict[int, int]) -> None:
    readers = mails.readers(act.session, notice_ids)
    if not readers:
        return
    texts = mail_texts.of_notice(act, notice, readers)
    mails.write(
        act.session,
        [
            {
                "key": f"notice:{notice_ids[one.user_id]}",
                "user_id": one.user_id,
                "address": one.address,
                "subject": texts[one.user_id][0],
                "body": texts[one.user_id][1],
                "created_at": act.now,
                "try_at": act.now,
            }
            for one in readers
        ],
    )


def own(act: Act, *, only_unread: bool = False, after: str | None = None) -> Page[NoticeLine]:
    """The actor's notices, the latest first. Raises Misuse for a bad cursor."""
    return notices.listed(act.session, _own_id(act), only_unread=only_unread, after=after)


def open_one(act: Act, notice_id: int) -> NoticeLine:
    """Marks one of the actor's notices as read and gives it. Raises NotFound."""
    found = notices.one(act.session, _own_id(act), notice_id)
    if found is None:
        raise NotFound()
    notices.read(act.session, _own_id(act), act.now, NoticeRow.id == notice_id)
    return found


def read_all(act: Act) -> int:
    """Marks all of the actor's notices as read; how many they were."""
    return notices.read(act.session, _own_id(act), act.now)


def read_about(act: Act, task_id: int | None = None, case_id: int | None = None) -> int:
    """Marks as read what leads to the page of a task, or of a case; how many notices that were."""
    about = notices.leads_to(task_id, case_id)
    return notices.read(act.session, _own_id(act), act.now, *about)


def _own_id(act: Act) -> int:
    if act.actor.user_id is None:
        raise NotPermitted()
    return act.actor.user_id
