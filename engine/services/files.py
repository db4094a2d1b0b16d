"""Keeps the files of a submission and notes them as attachments of the case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import select

from engine.domain.journal import Act as Journalled
from engine.persistence.tables import AttachmentRow
from engine.ports import StoredFile, UploadedFile
from engine.services.casework import Casework

REFERENCE = frozenset({"file", "name", "size", "type"})


def keep_files(
    work: Casework, task_id: int | None, data: Mapping[str, object]
) -> dict[str, object]:
    """`data` with every file replaced by a reference to where it is kept.

    A reference that comes back from a page is looked up in the store and sniffed again: what the
    case then says of the file is what the store holds, whatever the page said.
    Raises NotFound for a reference to no file, Misuse for a refused size or type.
    """
    keeper = _Keeper(work)
    cleaned = {name: keeper.kept(name, value) for name, value in data.items()}
    keeper.attach(task_id)
    return cleaned


def without_uploads(value: object) -> object:
    """A half-filled submission as a draft may hold it: files chosen but not sent are left out."""
    if isinstance(value, Mapping):
        return {
            key: without_uploads(item)
            for key, item in value.items()
            if not isinstance(item, UploadedFile)
        }
    if isinstance(value, list):
        return [without_uploads(item) for item in value if not isinstance(item, UploadedFile)]
    return value


@dataclass
class _Keeper:
    work: Casework
    found: list[tuple[str, StoredFile]] = field(default_factory=list)

    def kept(self, path: str, value: object) -> object:
        if isinstance(value, UploadedFile):
            return self._reference(path, value)
        if isinstance(value, Mapping):
            if value.keys() == REFERENCE:
                content = self.work.act.app.ports.files.read(str(value["file"]))
                return self._reference(path, UploadedFile(str(value["name"]), content))
            return {key: self.kept(f"{path}.{key}", item) for key, item in value.items()}
        if isinstance(value, list):
            return [self.kept(path, item) for item in value]
        return value

    def _reference(self, path: str, upload: UploadedFile) -> dict[str, object]:
        stored = self.work.act.app.ports.files.keep(upload)
        self.found.append((path, stored))
        return {
            "file": stored.sha256,
            "name": stored.filename,
            "size": stored.size,
            "type": stored.media_type,
        }

    def attach(self, task_id: int | None) -> None:
        if not self.found:
            return
        act, case = self.work.act, self.work.case
        known = select(AttachmentRow.field, AttachmentRow.sha256).where(
            AttachmentRow.case_id == case.id
        )
        seen = {(row.field, row.sha256) for row in act.session.execute(known)}
        for path, stored in self.found:
            if (path, stored.sha256) in seen:
                continue
            seen.add((path, stored.sha256))
            act.session.add(
                AttachmentRow(
                    case_id=case.id,
                    task_id=task_id,
                    field=path,
                    sha256=stored.sha256,
                    filename=stored.filename,
                    size=stored.size,
                    media_type=stored.media_type,
                    uploaded_at=act.now,
                    uploaded_by_id=act.actor.user_id,
                )
            )
            self.work.note(Journalled.FILE_ATTACHED, filename=stored.filename, sha256=stored.sha256)
