"""Person records as they are written: with the words by which they are found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import Table, delete, insert, select
from sqlalchemy.orm import Session

from engine.domain.folding import fold
from engine.domain.persons import KEPT, Facts
from engine.persistence.persons import names_of
from engine.persistence.tables import CasePersonRow, PersonEndingRow, PersonNameRow, PersonRow
from engine.persistence.upserting import insert_into

ENDING_LENGTH = 200

_ENDING = cast(Table, PersonEndingRow.__table__)


def made(facts: Facts, now: datetime) -> PersonRow:
    """A new record that is not written yet."""
    return PersonRow(
        full_name=facts.full_name,
        folded=facts.folded,
        made_at=now,
        home_now="",
        **{name: getattr(facts, name) for name in KEPT},
    )


def add(session: Session, rows: Sequence[PersonRow]) -> None:
    """Writes new records with the words by which they are found, all at once."""
    if not rows:
        return
    session.add_all(rows)
    session.flush()  # gives the ids that everything else refers to
    _write_endings(session, {row.id: [row.full_name] for row in rows})


def change(session: Session, row: PersonRow, values: Mapping[str, str]) -> None:
    """Changes facts of a record; another name is found from now on, the old one no more."""
    before = row.full_name
    for name, value in values.items():
        setattr(row, name, value)
    if fold(row.full_name) != row.folded:
        row.folded = fold(row.full_name)
        others = names_of(session, [row.id])[row.id]
        _remove_endings(session, row.id, [before])
        _write_endings(session, {row.id: [row.full_name, *others]})


def add_name(session: Session, row: PersonRow, name: str) -> None:
    """Another name of the person, found as well."""
    session.add(PersonNameRow(person_id=row.id, full_name=name, folded=fold(name)))
    _write_endings(session, {row.id: [name]})


def remove_name(session: Session, row: PersonRow, name: PersonNameRow) -> None:
    """A name that was noted by mistake."""
    session.delete(name)
    session.flush()
    _remove_endings(session, row.id, [name.full_name])
    kept = names_of(session, [row.id])[row.id]
    _write_endings(session, {row.id: [row.full_name, *kept]})


def merge(session: Session, row: PersonRow, into: PersonRow) -> None:
    """Everything that hangs on `row` hangs on `into` from now on; its names become others."""
    parts = select(CasePersonRow).where(CasePersonRow.person_id.in_([row.id, into.id]))
    found = list(session.scalars(parts))
    there = {(part.case_id, part.part) for part in found if part.person_id == into.id}
    for part in found:
        if part.person_id == row.id:
            if (part.case_id, part.part) not in there:
                session.add(
                    CasePersonRow(
                        case_id=part.case_id,
                        person_id=into.id,
                        part=part.part,
                        relation=part.relation,
                    )
                )
            session.delete(part)
    own = [row.full_name, *names_of(session, [row.id])[row.id]]
    known = {into.full_name, *names_of(session, [into.id])[into.id]}
    session.execute(delete(PersonNameRow).where(PersonNameRow.person_id == row.id))
    _remove_endings(session, row.id, own)
    for name in dict.fromkeys(own):
        if name not in known:
            add_name(session, into, name)
    row.merged_into_id = into.id
    session.flush()


def endings_of(names: Iterable[str]) -> set[str]:
    """The folded names from each of their words on."""
    found: set[str] = set()
    for name in names:
        words = fold(name).split()
        found.update(" ".join(words[i:])[:ENDING_LENGTH] for i in range(len(words)))
    return found


def _write_endings(session: Session, names: Mapping[int, Iterable[str]]) -> None:
    rows = [
        {"ending": ending, "person_id": person_id}
        for person_id, own in names.items()
        for ending in sorted(endings_of(own))
    ]
    if rows:
        session.connection().execute(insert_into(session, _ENDING).on_conflict_do_nothing(), rows)


def _remove_endings(session: Session, person_id: int, names: Iterable[str]) -> None:
    session.execute(
        delete(PersonEndingRow).where(
            PersonEndingRow.person_id == person_id,
            PersonEndingRow.ending.in_(sorted(endings_of(names))),
        )
    )


def write_parts(
    session: Session,
    case_id: int,
    before: Iterable[CasePersonRow],
    after: Mapping[tuple[int, str], str],
) -> None:
    """The parts of a dossier are those of `after`: (person, part) -> relation."""
    there = {(row.person_id, row.part): row for row in before}
    for key in there.keys() - after.keys():
        session.delete(there[key])
    for key in there.keys() & after.keys():
        there[key].relation = after[key] or there[key].relation
    new = [
        {"case_id": case_id, "person_id": person, "part": part, "relation": relation}
        for (person, part), relation in after.items()
        if (person, part) not in there
    ]
    session.flush()
    if new:
        session.execute(insert(CasePersonRow), new)
