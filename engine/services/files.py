"""Keeps the files of a submission and notes them as attachments of the case."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import aliased

from engine.domain.errors import FormInvalid, Misuse
from engine.domain.journal import Act as Journalled
from engine.domain.messages import Message, say
from engine.persistence.tables import AttachmentRow
from engine.ports import StoredFile, UploadedFile
from engine.services.casework import Casework

REFERENCE = frozenset({"file", "name", "size", "type"})
FIELD_LENGTH = 200


def keep_files(
    work: Casework, task_id: int | None, data: Mapping[str, object]
) -> dict[str, object]:
    """`data` with every file replaced by a reference to where it is kept, as the case's own.

    A reference that comes back from a page must be to a file of the case, or of the task's draft.
    It is looked up in the store and sniffed again: what the case then says of the file is what
    the store holds, whatever the page said.
    Raises FormInvalid, or Misuse where there is no form, for files that are refused.
    """
    keeper = _Keeper(work, task_id)
    cleaned = keeper.all(data)
    keeper.attach()
    return cleaned


def keep_draft(work: Casework, task_id: int, submission: Mapping[str, object]) -> dict[str, object]:
    """A half-filled submission as the draft holds it: its files kept, but not yet the case's.

    Raises FormInvalid as `keep_files` does.
    """
    return _Keeper(work, task_id).all(submission)


@dataclass
class _Keeper:
    work: Casework
    task_id: int | None
    found: list[tuple[str, StoredFile]] = field(default_factory=list)
    refused: dict[str, list[Message]] = field(default_factory=dict)  # by the field's path

    def all(self, data: Mapping[str, object]) -> dict[str, object]:
        kept = {name: self.kept(name, name, value) for name, value in data.items()}
        if self.refused and self.task_id is None:
            raise Misuse(next(iter(self.refused.values()))[0])
        if self.refused:
            raise FormInvalid(self.refused)
        return kept

    def kept(self, name: str, place: str, value: object) -> object:
        """`name` is the field's among all rows of a list, `place` the one in this row."""
        if isinstance(value, UploadedFile):
            return self._keep(name, place, value)
        if isinstance(value, Mapping):
            if value.keys() == REFERENCE:
                return self._keep_again(name, place, str(value["file"]), str(value["name"]))
            return {
                key: self.kept(f"{name}.{key}", f"{place}.{key}", item)
                for key, item in value.items()
            }
        if isinstance(value, list):
            return [
                self.kept(name, f"{place}.{index}" if _is_row(item) else place, item)
                for index, item in enumerate(value)
            ]
        return value

    def _keep_again(self, name: str, place: str, digest: str, filename: str) -> object:
        if digest not in self._own:
            self._refuse(
                place,
                say("Tệp “%(name)s” không thuộc hồ sơ này. Hãy chọn lại tệp.", name=filename),
            )
            return None
        digest, filename = self._newest(digest, filename)
        return self._keep(
            name, place, UploadedFile(filename, self.work.act.app.ports.files.read(digest))
        )

    def _newest(self, digest: str, filename: str) -> tuple[str, str]:
        """What stands in the file's place now: the page may be older than the better version."""
        seen = {digest}
        while (newer := self._renewed.get(digest)) is not None and newer[0] not in seen:
            digest, filename = newer
            seen.add(digest)
        return digest, filename

    @cached_property
    def _renewed(self) -> dict[str, tuple[str, str]]:
        """The file that replaced another, by the other's hash."""
        old = aliased(AttachmentRow)
        found = self.work.act.session.execute(
            select(old.sha256, AttachmentRow.sha256, AttachmentRow.filename)
            .join(old, old.id == AttachmentRow.replaces_id)
            .where(AttachmentRow.case_id == self.work.case.id)
            .order_by(AttachmentRow.id)
        )
        return {before: (after, filename) for before, after, filename in found}

    def _keep(self, name: str, place: str, upload: UploadedFile) -> object:
        try:
            stored = self.work.act.app.ports.files.keep(upload)
        except Misuse as refused:
            self._refuse(place, refused.message)
            return None
        self.found.append((name[:FIELD_LENGTH], stored))
        return {
            "file": stored.sha256,
            "name": stored.filename,
            "size": stored.size,
            "type": stored.media_type,
        }

    def _refuse(self, place: str, why: Message) -> None:
        self.refused.setdefault(place, []).append(why)

    @cached_property
    def _attached(self) -> frozenset[tuple[str, str]]:
        """Field and hash of the files that the case has."""
        known = select(AttachmentRow.field, AttachmentRow.sha256).where(
            AttachmentRow.case_id == self.work.case.id
        )
        return frozenset((row.field, row.sha256) for row in self.work.act.session.execute(known))

    @cached_property
    def _own(self) -> frozenset[str]:
        """Hashes of the files that a submission may refer to."""
        tasks = [task.row for task in self.work.tasks.values() if task.row.id == self.task_id]
        drafted = frozenset(digest for row in tasks for digest in _references(row.draft))
        return drafted | {digest for _, digest in self._attached}

    def attach(self) -> None:
        if not self.found:
            return
        act, case = self.work.act, self.work.case
        seen = set(self._attached)
        for name, stored in self.found:
            if (name, stored.sha256) in seen:
                continue
            seen.add((name, stored.sha256))
            act.session.add(
                AttachmentRow(
                    case_id=case.id,
                    task_id=self.task_id,
                    field=name,
                    sha256=stored.sha256,
                    filename=stored.filename,
                    size=stored.size,
                    media_type=stored.media_type,
                    uploaded_at=act.now,
                    uploaded_by_id=act.actor.user_id,
                    scan=stored.scan,
                )
            )
            self.work.note(Journalled.FILE_ATTACHED, filename=stored.filename, sha256=stored.sha256)


def _is_row(item: object) -> bool:
    """Whether an item of a list is a row of fields, and not a file."""
    return isinstance(item, Mapping) and item.keys() != REFERENCE


def _references(value: object) -> Iterator[str]:
    """The hashes of all files that a draft refers to."""
    if isinstance(value, Mapping):
        if value.keys() == REFERENCE:
            yield str(value["file"])
        else:
            for item in value.values():
                yield from _references(item)
    elif isinstance(value, list):
        for item in value:
            yield from _references(item)
