"""Keeps the files that were checked, so that exactly those bytes can be deployed afterwards."""

from __future__ import annotations

import json
import secrets
from datetime import timedelta
from itertools import accumulate, pairwise

from sqlalchemy import select

from engine.domain.access import Permission, require
from engine.domain.errors import NotFound
from engine.domain.messages import say
from engine.persistence.tables import UploadRow
from engine.services.act import Act, Application
from engine.services.sources import Files

#: So long they wait to be deployed: a working day.
LIFETIME = timedelta(hours=12)

#: Of one person's checks only so many last ones are kept.
MOST = 5

#: Tells them from attachments under way, which nobody can take them for: they never come whole.
_KIND = "application/vnd.quytrinh.checked"
_GONE = say("Các tệp đã kiểm tra không còn trên máy chủ. Hãy chọn lại tệp.")


def keep(app: Application, user_id: int, files: Files) -> str:
    """Keeps one's own files for a while; returns their key. The worker drops them in time.

    The bytes lie among the uploads, outside the database; older checks of the same person give way.
    Raises NotPermitted, StorageRefused.
    """
    with app.act(user_id, write=False) as act:
        require(act.actor, Permission.PROCEDURE_DEPLOY)
    key, content = secrets.token_urlsafe(24), _packed(files)
    with app.act(user_id) as act:
        for row in _own(act)[MOST - 1 :]:
            _forget(act, row)
        act.session.add(
            UploadRow(
                key=key,
                user_id=user_id,
                filename=files[0][0][-255:],
                size=len(content),
                received=len(content),
                started_at=act.now,
                expires_at=act.now + LIFETIME,
                media_type=_KIND,
            )
        )
    with app.ports.incoming.taken(key) as lying:
        lying.add(content)
        lying.settle()
    return key


def kept(act: Act, key: str) -> Files:
    """One's own files, byte by byte as they were kept. Raises NotFound, NotPermitted."""
    require(act.actor, Permission.PROCEDURE_DEPLOY)
    row = next((row for row in _own(act) if row.key == key), None)
    if row is None:
        raise NotFound(_GONE)
    with act.app.ports.incoming.taken(key) as lying:
        content = lying.read()
    if len(content) != row.size:  # a disk that was full, or emptied
        raise NotFound(_GONE)
    return _unpacked(content)


def drop(act: Act, key: str) -> None:
    """Forgets them: they are deployed."""
    for row in _own(act):
        if row.key == key:
            _forget(act, row)


def _own(act: Act) -> list[UploadRow]:
    """What the actor has had checked and may still deploy, the last first."""
    found = act.session.scalars(
        select(UploadRow)
        .where(
            UploadRow.user_id == act.actor.user_id,
            UploadRow.media_type == _KIND,
            UploadRow.expires_at > act.now,
        )
        .order_by(UploadRow.started_at.desc(), UploadRow.key)
    )
    return list(found)


def _forget(act: Act, row: UploadRow) -> None:
    act.session.delete(row)
    act.app.ports.incoming.drop(row.key)


def _packed(files: Files) -> bytes:
    """One file of many: a line with names and sizes, then the bytes one after the other."""
    head = json.dumps([[name, len(content)] for name, content in files])
    return b"\n".join([head.encode(), b"".join(content for _, content in files)])


def _unpacked(content: bytes) -> Files:
    head, _, rest = content.partition(b"\n")
    listed = json.loads(head)
    ends = accumulate((size for _, size in listed), initial=0)
    spans = pairwise(ends)
    return [(name, rest[start:end]) for (name, _), (start, end) in zip(listed, spans, strict=True)]
