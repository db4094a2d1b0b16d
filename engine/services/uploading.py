"""Takes files in piece by piece, for one person, until they are whole, scanned and in the store."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, select, update

from engine.domain.access import Permission, require
from engine.domain.errors import Misuse, NotFound, TooLarge, Unavailable, UploadMoved
from engine.domain.messages import say
from engine.persistence.tables import UploadRow
from engine.ports import Partial, Photo, StoredFile, UploadedFile
from engine.services.act import Act, Application

#: An upload that was begun is waited for so long, and kept so long for the form it is for.
LIFETIME = timedelta(hours=24)

#: Uploads of one person that are not whole yet.
MOST_UNDER_WAY = 40

#: Photos that become one PDF.
MOST_PHOTOS = 40

NAME_LENGTH = 255

_PDF = "application/pdf"

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Standing:
    """How far an upload has come, in bytes."""

    received: int
    size: int
    expires_at: datetime


def begin(act: Act, filename: str, size: int) -> UploadRow:
    """An upload of so many bytes. Raises Misuse for too many, TooLarge for too large."""
    require(act.actor, Permission.FILE_UPLOAD)
    _refuse_size(act.app, filename, size)
    under_way = act.session.scalar(
        select(func.count())
        .select_from(UploadRow)
        .where(
            UploadRow.user_id == act.actor.user_id,
            UploadRow.sha256.is_(None),
            UploadRow.media_type == "",  # (drawings that were checked come whole: `handed_in`)
            UploadRow.expires_at > act.now,
        )
    )
    if (under_way or 0) >= MOST_UNDER_WAY:
        raise Misuse(
            say(
                "Bạn đang có %(count)s tệp tải lên dở dang. Hãy đợi tải xong hoặc gỡ bớt rồi thử "
                "lại.",
                count=under_way,
            )
        )
    return _add(act, filename, size)


def standing(act: Act, key: str) -> Standing:
    """How far one's own upload has come. Raises NotFound."""
    row = _own(act, key)
    return Standing(row.received, row.size, row.expires_at)


def receive(
    app: Application, user_id: int, key: str, offset: int, pieces: Iterable[bytes]
) -> Standing:
    """Adds what comes from `offset` on; whole, the file is scanned, sniffed and kept.

    Several transactions, none of them held while bytes come in. What came before a connection broke
    counts; what a scanner that is down could not scan does not, so that it is sent again.
    Raises NotFound, UploadBusy, UploadMoved (another offset), TooLarge (more than announced: as if
    nothing had come), Misuse (a refused file: the upload is gone), Unavailable.
    """
    with app.act(user_id, write=False) as act:
        _own(act, key)
    with app.ports.incoming.taken(key) as partial:
        with app.act(user_id, write=False) as act:
            row = _own(act, key)
            filename, size, stands = row.filename, row.size, row.received
            expires_at, whole = row.expires_at, row.sha256 is not None
        if offset != stands:
            raise UploadMoved()
        if whole:
            return _nothing_more(pieces, Standing(stands, size, expires_at))
        if partial.size() < stands:  # its bytes were lost: from where they end
            _advance(app, user_id, key, stands, partial.size())
            raise UploadMoved()
        received = _write(partial, stands, size, pieces)
        stored = None
        if received == size:
            stored = _kept(app, user_id, key, UploadedFile(filename, partial.read()))
        _advance(app, user_id, key, stands, received, stored)
    if stored is not None:
        app.ports.incoming.drop(key)
    return Standing(received, size, expires_at)


def drop(act: Act, key: str) -> None:
    """Forgets one's own upload, with what came of it. Raises NotFound."""
    act.session.delete(_own(act, key))
    act.app.ports.incoming.drop(key)


def uploads(act: Act, keys: Collection[str]) -> dict[str, UploadedFile]:
    """One's own uploads among these that are whole: files in the store already, by key."""
    if not keys:
        return {}
    rows = act.session.scalars(
        select(UploadRow).where(
            UploadRow.key.in_(keys),
            UploadRow.user_id == act.actor.user_id,
            UploadRow.expires_at > act.now,
        )
    )
    return {
        row.key: UploadedFile(row.filename, b"", stored)
        for row in rows
        if (stored := _stored(act.app, row)) is not None
    }


def join(app: Application, user_id: int, photos: Sequence[tuple[str, int]], name: str) -> UploadRow:
    """A new upload, whole from the start: a PDF of one's own uploaded photos, in this order.

    `photos` are keys with quarter turns. Raises NotFound, Misuse, PhotosRefused (by place).
    """
    if not 0 < len(photos) <= MOST_PHOTOS:
        raise Misuse(say("Một tệp PDF ghép được từ 1 đến %(most)s ảnh.", most=MOST_PHOTOS))
    with app.act(user_id, write=False) as act:
        require(act.actor, Permission.FILE_UPLOAD)
        found = uploads(act, {key for key, _ in photos})
    chosen = [(found.get(key), quarters) for key, quarters in photos]
    files = [(upload.kept, quarters) for upload, quarters in chosen if upload and upload.kept]
    if len(files) < len(photos):
        raise NotFound(say("Có ảnh không còn trên máy chủ. Hãy chọn lại ảnh."))
    for file, _ in files:
        if not file.media_type.startswith("image/"):
            raise Misuse(say("Tệp “%(name)s” không phải ảnh.", name=file.filename))
    pdf = app.ports.pictures.joined([Photo(file.sha256, quarters) for file, quarters in files])
    filename = f"{name.strip()[: NAME_LENGTH - 4] or 'anh-chup'}.pdf"
    _refuse_size(app, filename, len(pdf))
    stored = app.ports.files.keep(UploadedFile(filename, pdf))
    with app.act(user_id) as act:
        row = _add(act, stored.filename, stored.size)
        row.received, row.sha256, row.media_type = stored.size, stored.sha256, _PDF
        return row


def expire_round(app: Application) -> datetime | None:
    """The worker's round: uploads that nobody needs any more, with their bytes."""
    lying = app.ports.incoming.keys()
    with app.act(None, write=False) as act:
        known = {row.key: row for row in act.session.scalars(select(UploadRow))}
        over = [key for key, row in known.items() if row.expires_at <= act.now]
        coming = [row.expires_at for row in known.values() if row.expires_at > act.now]
    if over:
        with app.act(None) as act:
            gone = delete(UploadRow).where(UploadRow.key.in_(over), UploadRow.expires_at <= act.now)
            act.session.execute(gone)
    for key in lying & {*over, *(lying - known.keys())}:
        app.ports.incoming.drop(key)
    return min(coming, default=None)


def _refuse_size(app: Application, filename: str, size: int) -> None:
    if size <= 0:
        raise Misuse(say("Tệp “%(name)s” rỗng.", name=filename))
    if size > app.settings.max_upload:
        raise TooLarge(
            say(
                "Tệp “%(name)s” quá lớn, tối đa %(limit)s MB.",
                name=filename,
                limit=app.settings.max_upload_mb,
            )
        )


def _add(act: Act, filename: str, size: int) -> UploadRow:
    row = UploadRow(
        key=secrets.token_urlsafe(24),
        user_id=act.actor.user_id,
        filename=filename[-NAME_LENGTH:] or "tep",
        size=size,
        received=0,
        started_at=act.now,
        expires_at=act.now + LIFETIME,
        media_type="",
    )
    act.session.add(row)
    return row


def _own(act: Act, key: str) -> UploadRow:
    require(act.actor, Permission.FILE_UPLOAD)
    row = act.session.get(UploadRow, key)
    if row is None or row.user_id != act.actor.user_id or row.expires_at <= act.now:
        raise NotFound(say("Tệp tải dở không còn trên máy chủ. Hãy chọn lại tệp."))
    return row


def _nothing_more(pieces: Iterable[bytes], standing: Standing) -> Standing:
    if any(pieces):
        raise TooLarge(say("Tệp này đã tải lên xong."))
    return standing


def _write(partial: Partial, stands: int, size: int, pieces: Iterable[bytes]) -> int:
    """How far it has come, once that is safe on disk."""
    partial.cut(stands)  # what a process that died had written and not counted
    received = stands
    for piece in pieces:
        received += len(piece)
        if received > size:
            partial.cut(stands)
            raise TooLarge(say("Tệp gửi lên dài hơn đã báo. Hãy chọn lại tệp."))
        partial.add(piece)
    partial.settle()
    return received


def _kept(app: Application, user_id: int, key: str, whole: UploadedFile) -> StoredFile:
    try:
        return app.ports.files.keep(whole)
    except Unavailable:
        raise
    except Misuse as refused:
        log.warning("an upload of user %s was refused: %s", user_id, refused)
        with app.act(user_id) as act:
            drop(act, key)
        raise


def _advance(
    app: Application,
    user_id: int,
    key: str,
    stood: int,
    stands: int,
    stored: StoredFile | None = None,
) -> None:
    """By conditional update: whoever was faster, or took it away, counts."""
    found = {} if stored is None else {"sha256": stored.sha256, "media_type": stored.media_type}
    named = {} if stored is None else {"filename": stored.filename}
    with app.act(user_id) as act:
        changed = act.session.connection().execute(
            update(UploadRow)
            .where(UploadRow.key == key, UploadRow.received == stood)
            .values(received=stands, **found, **named)
        )
        if changed.rowcount != 1:
            raise UploadMoved()


def _stored(app: Application, row: UploadRow) -> StoredFile | None:
    if row.sha256 is None:
        return None
    scan = app.ports.files.scan_of(row.sha256)
    return StoredFile(row.sha256, row.filename, row.size, row.media_type, scan)
