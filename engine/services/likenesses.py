"""Dossiers that may concern the same person: noticed, never merged in silence, never in the way."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select

from engine.domain.access import Permission, require
from engine.domain.errors import NotFound
from engine.domain.journal import Act as Journalled
from engine.domain.messages import Message, say
from engine.domain.persons import Facts, Said, Why, why_alike
from engine.domain.states import PersonPart
from engine.persistence import persons
from engine.persistence.cases import lock_case, surroundings
from engine.persistence.persons import PartLine, facts_of
from engine.persistence.tables import CaseApartRow, CaseLinkRow, CaseRow
from engine.services.act import Act
from engine.services.casework import open_case

#: So many others are told of at once.
MOST = 5

#: A second dossier is noticed by whom it is for and by whom it is from, not by relatives.
_NOTICED = (PersonPart.SUBJECT, PersonPart.APPLICANT)

_REASONS: Mapping[tuple[PersonPart, Why], Message] = {
    (PersonPart.SUBJECT, Why.RECORD): say("cùng một người có công"),
    (PersonPart.SUBJECT, Why.IDENTITY): say("cùng số CCCD/CMND của người có công"),
    (PersonPart.SUBJECT, Why.NUMBER): say("cùng số CCCD/CMND của người có công, khác họ tên"),
    (PersonPart.SUBJECT, Why.DEATH): say("người có công cùng họ tên, cùng năm hy sinh"),
    (PersonPart.SUBJECT, Why.BIRTH): say("người có công cùng họ tên, cùng năm sinh"),
    (PersonPart.SUBJECT, Why.HOME): say("người có công cùng họ tên, cùng quê quán"),
    (PersonPart.APPLICANT, Why.RECORD): say("cùng người nộp"),
    (PersonPart.APPLICANT, Why.IDENTITY): say("cùng số CCCD/CMND của người nộp"),
    (PersonPart.APPLICANT, Why.NUMBER): say("cùng số CCCD/CMND của người nộp, khác họ tên"),
    (PersonPart.APPLICANT, Why.DEATH): say("người nộp cùng họ tên, cùng năm mất"),
    (PersonPart.APPLICANT, Why.BIRTH): say("người nộp cùng họ tên, cùng năm sinh"),
    (PersonPart.APPLICANT, Why.HOME): say("người nộp cùng họ tên, cùng quê quán"),
}


@dataclass(frozen=True)
class Alike:
    """Another dossier that may concern the same person, with the least that one must know."""

    case_id: int
    code: str
    unit_name: str
    reasons: tuple[Message, ...]
    about_subject: bool
    same_procedure: bool
    seen: bool  # the reader sees that dossier
    state: str  # "" unless seen
    outcome: str | None


def of_case(act: Act, case: CaseRow) -> list[Alike]:
    """Other dossiers about the same persons, but those linked to this one or found to be none.

    The caller has made sure that the actor sees the case.
    """
    named = [
        (Said(PersonPart(part.part), facts_of(row)), row.id)
        for part, row in persons.parts_of(act.session, case.id)
    ]
    if not named:
        return []
    settled = _settled(act, case.id)
    found = _found(act, named, case.id, case.procedure_key)
    return [one for one in found if one.case_id not in settled][:MOST]


def of_answers(act: Act, named: Iterable[Said], procedure_key: str) -> list[Alike]:
    """The same for persons of a dossier that is still being written.

    Records chosen for them count only where the actor sees them: nobody learns by an id.
    """
    wanted = list(named)
    picks = {one.pick for one in wanted if one.pick is not None}
    seen = persons.visible(act.session, act.actor, picks)
    records = [(one, one.pick if one.pick in seen else None) for one in wanted]
    return _found(act, records, None, procedure_key)[:MOST]


def _found(
    act: Act, named: Sequence[tuple[Said, int | None]], case_id: int | None, procedure_key: str
) -> list[Alike]:
    wanted = [(one, record) for one, record in named if one.part in _NOTICED]
    if not wanted:
        return []
    names = {one.facts.full_name for one, _ in wanted}
    records = persons.resembling(
        act.session, names, {one.facts.identity_number for one, _ in wanted}
    )
    others = persons.names_of(act.session, [row.id for row in records])
    known = {row.id: facts_of(row) for row in records}
    reasons: dict[tuple[int, PersonPart], Why] = {}
    for one, record in wanted:
        alike = _alike(one.facts, record, known, others)
        for person_id, why in alike.items():
            reasons[person_id, one.part] = why
    people = sorted({person_id for person_id, _ in reasons})
    lines = persons.part_lines(act.session, act.actor, people, only_seen=False)
    found: dict[int, list[tuple[PartLine, Why]]] = {}
    for line in lines:
        key = line.person_id, PersonPart(line.part)
        if line.case_id != case_id and key in reasons:
            found.setdefault(line.case_id, []).append((line, reasons[key]))
    alike_cases = [_told(lines, procedure_key) for lines in found.values()]
    return sorted(
        alike_cases,
        key=lambda one: (not one.same_procedure, not one.about_subject, -one.case_id),
    )


def _alike(
    facts: Facts,
    record: int | None,
    known: Mapping[int, Facts],
    others: Mapping[int, Sequence[str]],
) -> dict[int, Why]:
    found: dict[int, Why] = {}
    if record is not None:
        found[record] = Why.IDENTITY if facts.identity_number else Why.RECORD
    for person_id, other in known.items():
        if person_id not in found:
            why = why_alike(facts, other, others[person_id])
            if why is not None:
                found[person_id] = why
    return found


def _told(lines: Sequence[tuple[PartLine, Why]], procedure_key: str) -> Alike:
    line = lines[0][0]
    parts = {PersonPart(one.part): why for one, why in lines}
    return Alike(
        case_id=line.case_id,
        code=line.code,
        unit_name=line.unit_name,
        reasons=tuple(_REASONS[part, parts[part]] for part in _NOTICED if part in parts),
        about_subject=PersonPart.SUBJECT in parts,
        same_procedure=line.procedure_key == procedure_key,
        seen=line.seen,
        state=line.state if line.seen else "",
        outcome=line.outcome if line.seen else None,
    )


def _settled(act: Act, case_id: int) -> set[int]:
    """The dossiers linked to this one, or found to be no duplicates of it."""
    found: set[int] = set()
    for table in (CaseApartRow, CaseLinkRow):
        rows = act.session.execute(
            select(table.case_id, table.other_id).where(
                or_(table.case_id == case_id, table.other_id == case_id)
            )
        )
        found |= {one for row in rows for one in row}
    return found - {case_id}


def set_apart(act: Act, case_id: int, other_id: int) -> None:
    """Somebody found that two dossiers are no duplicates: the notice does not come back.

    Also for a dossier of which the actor knows no more than the notice told. 1. lock both;
    2. permission; 3. it must be told of; 4. keep it; 5. journal of both.
    Raises NotFound, NotPermitted.
    """
    first, second = sorted((case_id, other_id))
    works = {one: open_case(act, lock_case(act.session, one)) for one in (first, second)}
    subject = surroundings(act.session, case_id).subject
    require(act.actor, Permission.CASE_VIEW, subject)
    require(act.actor, Permission.CASE_LINK, subject)
    work, other = works[case_id], works[other_id]
    if other_id in _settled(act, case_id):
        return
    if other_id not in {one.case_id for one in of_case(act, work.case)}:
        raise NotFound()
    act.session.add(
        CaseApartRow(case_id=first, other_id=second, at=act.now, by_id=act.actor.user_id)
    )
    work.note(Journalled.CASE_SET_APART, None, other=other.case.code)
    other.note(Journalled.CASE_SET_APART, None, other=work.case.code)
    work.write_journal()
    other.write_journal()
