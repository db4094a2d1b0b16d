"""Drawings kept only to be looked at: put up by analysts, seen by all who see the procedures."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import undefer

from engine.bpmn.checks.showing import marks_of
from engine.bpmn.findings import Finding, Severity
from engine.bpmn.pictures import Depicted, depicted
from engine.bpmn.reading import read_xml
from engine.domain.access import Permission, require
from engine.domain.errors import Conflict, Misuse, NotFound
from engine.domain.journal import Act as Journalled
from engine.domain.messages import say
from engine.persistence.tables import ExhibitRow
from engine.services import deploying, journalling
from engine.services.act import Act

TITLE_LENGTH = 200
NOTE_LENGTH = 2_000


def put_up(act: Act, filename: str, content: bytes, title: str, note: str = "") -> ExhibitRow:
    """Keeps a drawing as it came, with what the checks say of it today.

    The same bytes are kept once. Raises DrawingRefused for what cannot be read as BPMN 2.0, Misuse
    without a title, Conflict, NotPermitted.
    """
    require(act.actor, Permission.PROCEDURE_DEPLOY)
    title, note = " ".join(title.split()), note.strip()
    if not title:
        raise Misuse(say("Hãy đặt tên cho bản vẽ để người xem biết đó là gì."))
    if len(title) > TITLE_LENGTH or len(note) > NOTE_LENGTH:
        raise Misuse(
            say(
                "Tên dài tối đa %(title)s chữ, ghi chú tối đa %(note)s chữ.",
                title=TITLE_LENGTH,
                note=NOTE_LENGTH,
            )
        )
    read_xml(content, filename)
    digest = sha256(content).hexdigest()
    before = act.session.scalar(select(ExhibitRow).where(ExhibitRow.sha256 == digest))
    if before is not None:
        raise Misuse(say("Đúng tệp này đã được giữ với tên “%(title)s”.", title=before.title))
    found = deploying.check(act, [(filename, content)])
    row = ExhibitRow(
        title=title,
        note=note,
        filename=filename[-255:],
        sha256=digest,
        size=len(content),
        errors=sum(one.severity is Severity.ERROR for one in found),
        warnings=sum(one.severity is Severity.WARNING for one in found),
        kept_at=act.now,
        kept_by_id=act.actor.user_id,
        kept_by=act.actor.name,
        content=content,
    )
    act.session.add(row)
    try:
        act.session.flush()
    except IntegrityError as error:  # somebody kept the same bytes at the same moment
        raise Conflict() from error
    journalling.note(act, Journalled.EXHIBIT_KEPT, title=title, exhibit=row.id, sha256=digest)
    return row


def listed(act: Act) -> Sequence[ExhibitRow]:
    """Everything that is up, the newest first, without the bytes."""
    require(act.actor, Permission.PROCEDURE_VIEW)
    return act.session.scalars(
        select(ExhibitRow).order_by(ExhibitRow.kept_at.desc(), ExhibitRow.id.desc())
    ).all()


def exhibit(act: Act, exhibit_id: int) -> ExhibitRow:
    """One of them with its bytes. Raises NotFound."""
    require(act.actor, Permission.PROCEDURE_VIEW)
    row = act.session.scalar(
        select(ExhibitRow).where(ExhibitRow.id == exhibit_id).options(undefer(ExhibitRow.content))
    )
    if row is None:
        raise NotFound()
    return row


def findings(act: Act, row: ExhibitRow) -> tuple[Finding, ...]:
    """What the checks say of it today."""
    return deploying.check(act, [(row.filename, row.content)])


def seen(row: ExhibitRow, found: Sequence[Finding] = ()) -> Depicted:
    """Its diagrams as they are drawn; `found` is marked on them."""
    return depicted(row.content, row.filename, marks_of(tuple(found)))


def take_down(act: Act, exhibit_id: int) -> ExhibitRow:
    """Removes it for good; the journal keeps that it was there. Raises NotFound, NotPermitted."""
    require(act.actor, Permission.PROCEDURE_DEPLOY)
    row = exhibit(act, exhibit_id)
    act.session.delete(row)
    journalling.note(
        act, Journalled.EXHIBIT_REMOVED, title=row.title, exhibit=row.id, sha256=row.sha256
    )
    return row
