"""Deployed versions of procedures and the texts they pin."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import sha256

from sqlalchemy import func, insert, or_, select
from sqlalchemy.orm import Session

from engine.domain.clock import local_day
from engine.persistence.tables import PartRow, VersionPartRow, VersionRow

DRAWING, FORM, DECISION, DOCUMENT = "drawing", "form", "decision", "document"


@dataclass(frozen=True)
class VersionTexts:
    """Everything a version pins, by the name under which it is referenced."""

    drawing: bytes
    called: Mapping[str, bytes] = field(default_factory=dict)  # process key -> drawing
    decisions: Mapping[str, bytes] = field(default_factory=dict)
    forms: Mapping[str, str] = field(default_factory=dict)
    documents: Mapping[str, bytes] = field(default_factory=dict)

    def parts(self, procedure_key: str) -> Iterator[tuple[str, str, bytes]]:
        """(kind, name, content) of each; the main drawing goes by the procedure's key."""
        yield DRAWING, procedure_key, self.drawing
        yield from ((DRAWING, name, content) for name, content in self.called.items())
        yield from ((DECISION, name, content) for name, content in self.decisions.items())
        yield from ((FORM, name, text.encode()) for name, text in self.forms.items())
        yield from ((DOCUMENT, name, content) for name, content in self.documents.items())

    def digest(self, procedure_key: str) -> str:
        """One hash over all parts: the same bytes again make no new version."""
        lines = sorted(
            f"{kind}\t{name}\t{sha256(content).hexdigest()}"
            for kind, name, content in self.parts(procedure_key)
        )
        return sha256("\n".join(lines).encode()).hexdigest()


def version_texts(session: Session, version_id: int) -> VersionTexts:
    """The texts of a version. They never change: the caller may keep them."""
    rows = session.execute(
        select(VersionPartRow.kind, VersionPartRow.name, PartRow.content, VersionRow.procedure_key)
        .join(PartRow, PartRow.sha256 == VersionPartRow.sha256)
        .join(VersionRow, VersionRow.id == VersionPartRow.version_id)
        .where(VersionPartRow.version_id == version_id)
    ).all()
    by_kind: dict[str, dict[str, bytes]] = {DRAWING: {}, FORM: {}, DECISION: {}, DOCUMENT: {}}
    for row in rows:
        by_kind[row.kind][row.name] = row.content
    return VersionTexts(
        drawing=by_kind[DRAWING].pop(rows[0].procedure_key),
        called=by_kind[DRAWING],
        decisions=by_kind[DECISION],
        forms={name: content.decode() for name, content in by_kind[FORM].items()},
        documents=by_kind[DOCUMENT],
    )


def latest_version(session: Session, procedure_key: str) -> VersionRow | None:
    """The newest version, whether in force yet or not."""
    return session.scalars(
        select(VersionRow)
        .where(VersionRow.procedure_key == procedure_key)
        .order_by(VersionRow.number.desc())
        .limit(1)
    ).one_or_none()


def version_in_force(session: Session, procedure_key: str, on: date) -> VersionRow | None:
    """The version that a case received on the local day `on` takes; the latest wins."""
    candidates = session.scalars(
        select(VersionRow)
        .where(
            VersionRow.procedure_key == procedure_key,
            or_(VersionRow.effective_from.is_(None), VersionRow.effective_from <= on),
            or_(VersionRow.effective_to.is_(None), VersionRow.effective_to > on),
        )
        .order_by(VersionRow.number.desc())
    )
    for version in candidates:
        if version.effective_from is not None or local_day(version.deployed_at) <= on:
            return version
    return None


def versions(session: Session, procedure_key: str) -> list[VersionRow]:
    """All versions of a procedure, the latest first."""
    found = session.scalars(
        select(VersionRow)
        .where(VersionRow.procedure_key == procedure_key)
        .order_by(VersionRow.number.desc())
    )
    return list(found)


def procedures(session: Session) -> list[VersionRow]:
    """The latest version of every procedure, by name."""
    latest = (
        select(VersionRow.procedure_key, func.max(VersionRow.number).label("number"))
        .group_by(VersionRow.procedure_key)
        .subquery()
    )
    found = session.scalars(
        select(VersionRow)
        .join(
            latest,
            (latest.c.procedure_key == VersionRow.procedure_key)
            & (latest.c.number == VersionRow.number),
        )
        .order_by(VersionRow.name)
    )
    return list(found)


def all_versions(session: Session) -> list[VersionRow]:
    """Every version of every procedure, by procedure and number."""
    order = (VersionRow.procedure_key, VersionRow.number)
    return list(session.scalars(select(VersionRow).order_by(*order)))


def newest_id(session: Session) -> int:
    """The id of the version deployed last, 0 for none: it changes with every deployment."""
    return session.scalar(select(func.max(VersionRow.id))) or 0


def main_drawings(session: Session, version_ids: Collection[int]) -> dict[int, bytes]:
    """The main drawing of versions, by the version's id."""
    if not version_ids:
        return {}
    rows = session.execute(
        select(VersionRow.id, PartRow.content)
        .join(VersionPartRow, VersionPartRow.version_id == VersionRow.id)
        .join(PartRow, PartRow.sha256 == VersionPartRow.sha256)
        .where(
            VersionRow.id.in_(version_ids),
            VersionPartRow.kind == DRAWING,
            VersionPartRow.name == VersionRow.procedure_key,
        )
    )
    return {row.id: row.content for row in rows}


def called_by(session: Session) -> dict[int, list[str]]:
    """Version id -> the keys of the drawings it pins because they are called, transitively."""
    rows = session.execute(
        select(VersionPartRow.version_id, VersionPartRow.name)
        .join(VersionRow, VersionRow.id == VersionPartRow.version_id)
        .where(VersionPartRow.kind == DRAWING, VersionPartRow.name != VersionRow.procedure_key)
        .order_by(VersionPartRow.name)
    )
    found: dict[int, list[str]] = {}
    for row in rows:
        found.setdefault(row.version_id, []).append(row.name)
    return found


def version_with(session: Session, procedure_key: str, digest: str) -> VersionRow | None:
    """The version of a procedure made of exactly these bytes, if it was deployed before."""
    return session.scalars(
        select(VersionRow).where(
            VersionRow.procedure_key == procedure_key, VersionRow.digest == digest
        )
    ).one_or_none()


def save_version(
    session: Session,
    procedure_key: str,
    name: str,
    texts: VersionTexts,
    *,
    effective_from: date | None,
    effective_to: date | None,
    now: datetime,
    deployed_by: str,
    reason: str = "",
    accepted: Sequence[Mapping[str, object]] = (),
) -> VersionRow:
    """Writes the next version of a procedure with all its parts; the caller has checked them."""
    last = session.scalar(
        select(func.max(VersionRow.number)).where(VersionRow.procedure_key == procedure_key)
    )
    version = VersionRow(
        procedure_key=procedure_key,
        number=(last or 0) + 1,
        name=name,
        digest=texts.digest(procedure_key),
        effective_from=effective_from,
        effective_to=effective_to,
        deployed_at=now,
        deployed_by=deployed_by,
        reason=reason,
        accepted=list(accepted),
    )
    session.add(version)
    session.flush()  # gives the id its parts refer to
    _save_parts(session, version, texts)
    return version


def _save_parts(session: Session, version: VersionRow, texts: VersionTexts) -> None:
    parts = [
        (kind, name, content, sha256(content).hexdigest())
        for kind, name, content in texts.parts(version.procedure_key)
    ]
    contents = {digest: content for _, _, content, digest in parts}
    stored = set(session.scalars(select(PartRow.sha256).where(PartRow.sha256.in_(contents))))
    missing = [
        {"sha256": digest, "content": content}
        for digest, content in contents.items()
        if digest not in stored
    ]
    if missing:
        session.execute(insert(PartRow), missing)
    session.execute(
        insert(VersionPartRow),
        [
            {"version_id": version.id, "kind": kind, "name": name, "sha256": digest}
            for kind, name, _, digest in parts
        ],
    )
