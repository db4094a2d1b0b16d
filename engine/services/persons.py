"""Persons as records: found while typing, shown with their dossiers, corrected, merged."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from engine.domain.access import Permission, allows, require
from engine.domain.errors import Conflict, Misuse, NotFound
from engine.domain.journal import Act as Journalled
from engine.domain.messages import Message, say
from engine.domain.persons import KEPT, LENGTHS, Facts, identity, is_variant, tidy, why_alike
from engine.domain.states import PersonPart
from engine.persistence import person_records, person_search, persons
from engine.persistence.cases import lock_case
from engine.persistence.persons import PartLine, facts_of
from engine.persistence.tables import PersonNameRow, PersonRow
from engine.services.act import Act
from engine.services.casework import Casework, open_case

REASON_LENGTH = 300

#: What people call the facts of a record.
LABELS: Mapping[str, Message] = {
    "full_name": say("họ và tên"),
    "gender": say("giới tính"),
    "born": say("ngày sinh"),
    "died": say("ngày mất (hy sinh)"),
    "identity_number": say("số CCCD/CMND"),
    "home_then": say("quê quán ghi trên giấy tờ"),
    "home_now": say("quê quán theo địa danh hiện nay"),
    "residence": say("nơi thường trú"),
    "phone": say("số điện thoại"),
    "names": say("tên khác"),
}

#: What an officer may change on the person's page.
EDITABLE = ("full_name", *KEPT, "home_now")

_DATE = re.compile(r"[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?")


@dataclass(frozen=True)
class Found:
    """A person found while typing, with the dossiers in which the reader sees them."""

    row: PersonRow
    lines: Sequence[PartLine]


@dataclass(frozen=True)
class PersonPage:
    """A person as those see them who see one of their dossiers."""

    row: PersonRow
    names: Sequence[PersonNameRow]
    lines: Sequence[PartLine]  # the dossiers that the reader sees, the latest first
    may_edit: bool
    may_merge: bool


def suggest(act: Act, text: str, part: PersonPart | None = None, limit: int = 8) -> list[Found]:
    """Persons of dossiers that the actor sees whose names go on with `text`, or have its number.

    A subject (the liệt sĩ) is looked for among subjects, anybody else among the living.
    """
    parts: Collection[str] = ()
    if part is not None:
        living = {PersonPart.APPLICANT.value, PersonPart.RELATIVE.value}
        parts = {part.value} if part is PersonPart.SUBJECT else living
    rows = person_search.suggest(act.session, act.actor, text, parts, limit)
    lines = persons.part_lines(act.session, act.actor, [row.id for row in rows])
    return [Found(row, [line for line in lines if line.person_id == row.id]) for row in rows]


def person_page(act: Act, person_id: int) -> PersonPage:
    """A person, under the record they were merged into. Raises NotFound."""
    row = _visible(act, person_id)
    subject = persons.subject_of(act.session, row.id)
    names = select(PersonNameRow).where(PersonNameRow.person_id == row.id)
    return PersonPage(
        row=row,
        names=list(act.session.scalars(names.order_by(PersonNameRow.id))),
        lines=persons.part_lines(act.session, act.actor, [row.id]),
        may_edit=allows(act.actor, Permission.PERSON_EDIT, subject),
        may_merge=allows(act.actor, Permission.PERSON_MERGE, subject),
    )


def _visible(act: Act, person_id: int) -> PersonRow:
    """The record of a person of whom the actor sees a dossier. Raises NotFound."""
    row = persons.current(act.session, person_id)
    subject = persons.subject_of(act.session, row.id) if row else None
    if row is None or not allows(act.actor, Permission.PERSON_VIEW, subject):
        raise NotFound()
    return row


def change(
    act: Act, person_id: int, values: Mapping[str, str], names: Sequence[str] | None = None
) -> PersonRow:
    """Corrects a record; `names` are its other names from now on (None: as they are).

    1. permission; 2. judge the values, dates as stored (`1948-05`); 3. change the record and the
    words by which it is found; 4. the journal of each of their dossiers says what was changed.
    Raises NotFound, NotPermitted, Misuse.
    """
    row = _visible(act, person_id)
    require(act.actor, Permission.PERSON_EDIT, persons.subject_of(act.session, row.id))
    wanted = _judged(values)
    _take_up(act, [row.id])  # dossiers before records, as everybody does
    persons.lock(act.session, [row.id])
    changes = {
        name: [getattr(row, name), value]
        for name, value in wanted.items()
        if getattr(row, name) != value
    }
    person_records.change(act.session, row, {name: pair[1] for name, pair in changes.items()})
    if names is not None:
        before, after = _rename(act, row, names)
        if before != after:
            changes["names"] = [", ".join(before), ", ".join(after)]
    if changes:
        fields = ", ".join(str(LABELS[name]) for name in changes)
        facts = {"person": row.id, "fields": fields, "changes": changes}
        _tell(act, [row.id], Journalled.PERSON_CHANGED, facts)
    return row


def _judged(values: Mapping[str, str]) -> dict[str, str]:
    unknown = values.keys() - set(EDITABLE)
    if unknown:
        raise Misuse(say("Không có mục “%(name)s” để sửa.", name=min(unknown)))
    found = {name: " ".join(value.split()) for name, value in values.items()}
    for name, value in found.items():
        most = LENGTHS.get(name, LENGTHS["home_then"])
        if len(value) > most:
            raise Misuse(
                say("Mục “%(name)s” dài quá %(most)s ký tự.", name=str(LABELS[name]), most=most)
            )
    if "full_name" in found and not found["full_name"]:
        raise Misuse(say("Hãy ghi họ và tên."))
    if found.get("identity_number") and not identity(found["identity_number"]):
        raise Misuse(say("Số CCCD gồm 12 chữ số, số CMND gồm 9 chữ số."))
    for name in ("born", "died"):
        if found.get(name) and not _DATE.fullmatch(found[name]):
            raise Misuse(say("Mục “%(name)s” không phải là ngày.", name=str(LABELS[name])))
    if found.get("born") and found.get("died") and found["died"][:4] < found["born"][:4]:
        raise Misuse(say("Năm mất (hy sinh) không thể trước năm sinh."))
    kept = {name: value for name, value in found.items() if name in LENGTHS}
    clean = tidy(Facts(**{"full_name": "", **kept}))
    if "identity_number" in found:
        found["identity_number"] = identity(found["identity_number"])
    return {
        name: getattr(clean, name) if name in kept and name != "identity_number" else value
        for name, value in found.items()
    }


def _rename(act: Act, row: PersonRow, names: Sequence[str]) -> tuple[list[str], list[str]]:
    """The other names as they were, and as they are now."""
    found = select(PersonNameRow).where(PersonNameRow.person_id == row.id)
    there = {one.full_name: one for one in act.session.scalars(found)}
    wanted: list[str] = []
    for name in names:
        clean = tidy(Facts(full_name=name)).full_name
        if clean and clean not in wanted and clean != row.full_name:
            wanted.append(clean)
    for name, one in there.items():
        if name not in wanted:
            person_records.remove_name(act.session, row, one)
    for name in wanted:
        if name not in there:
            person_records.add_name(act.session, row, name)
    return list(there), wanted


@dataclass(frozen=True)
class Merging:
    """What merging two records would do, for somebody to decide."""

    row: PersonRow  # goes
    into: PersonRow  # stays
    filled: Mapping[str, str]  # gaps of `into` that `row` fills
    dropped: Mapping[str, tuple[str, str]]  # where both say something else: (goes, stays)
    names: Sequence[str]  # further names of `into`
    lines: Sequence[PartLine]  # dossiers that move
    alike: bool  # whether anything speaks for their being one person


def preview(act: Act, person_id: int, into_id: int) -> Merging:
    """Raises NotFound, NotPermitted, Misuse."""
    row, into = _two(act, person_id, into_id)
    known = persons.names_of(act.session, [row.id, into.id])
    goes = {name: getattr(row, name) for name in (*KEPT, "home_now")}
    stays = {name: getattr(into, name) for name in goes}
    kept = [into.full_name, *known[into.id]]
    return Merging(
        row=row,
        into=into,
        filled={name: value for name, value in goes.items() if value and not stays[name]},
        dropped={
            name: (value, stays[name])
            for name, value in goes.items()
            if value and stays[name] and value != stays[name]
        },
        names=[one for one in (row.full_name, *known[row.id]) if is_variant(one, kept)],
        lines=persons.part_lines(act.session, act.actor, [row.id]),
        alike=any(
            why_alike(facts_of(one), facts_of(other), known[other.id])
            for one, other in ((row, into), (into, row))
        ),
    )


def merge(act: Act, person_id: int, into_id: int, reason: str) -> PersonRow:
    """Makes two records one: dossiers and names move, gaps are filled, nothing is overwritten.

    1. permission: who answers for dossiers of both; 2. lock all their dossiers, then both records;
    3. what `preview` says; 4. the journal of all their dossiers.
    Raises NotFound, NotPermitted, Conflict, Misuse.
    """
    reason = " ".join(reason.split())
    if not reason or len(reason) > REASON_LENGTH:
        raise Misuse(say("Hãy ghi lý do (tối đa %(most)s ký tự).", most=REASON_LENGTH))
    seen = preview(act, person_id, into_id)
    _take_up(act, [seen.row.id, seen.into.id])
    persons.lock(act.session, [seen.row.id, seen.into.id])
    planned = preview(act, person_id, into_id)  # as they are now that nobody else touches them
    row, into = planned.row, planned.into
    facts = {"person": row.id, "into": into.id, "reason": reason, "filled": sorted(planned.filled)}
    _tell(act, [row.id, into.id], Journalled.PERSONS_MERGED, facts)
    person_records.change(act.session, into, planned.filled)
    person_records.merge(act.session, row, into)
    return into


def _two(act: Act, person_id: int, into_id: int) -> tuple[PersonRow, PersonRow]:
    found = act.session.get(PersonRow, person_id)
    if found is not None and found.merged_into_id is not None:
        raise Conflict(say("Bản ghi này đã được gộp từ trước."))
    row, into = _visible(act, person_id), _visible(act, into_id)
    if row.id == into.id:
        raise Misuse(say("Không gộp một người với chính người đó. Hãy chọn người khác."))
    for one in (row, into):
        require(act.actor, Permission.PERSON_MERGE, persons.subject_of(act.session, one.id))
    return row, into


def _tell(
    act: Act, person_ids: Collection[int], what: Journalled, facts: Mapping[str, object]
) -> None:
    """One line in the journal of each dossier of these persons."""
    for work in _take_up(act, person_ids):
        work.note(what, None, **facts)
        work.write_journal()


def _take_up(act: Act, person_ids: Collection[int]) -> list[Casework]:
    """The dossiers of these persons, locked in the order of their ids."""
    cases = {
        case_id
        for person_id in person_ids
        for case_id in persons.cases_of_person(act.session, person_id)
    }
    return [open_case(act, lock_case(act.session, case_id)) for case_id in sorted(cases)]
