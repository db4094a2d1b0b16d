"""Persons of a dossier: records found or made from what its forms say of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from engine.domain.errors import Misuse
from engine.domain.messages import say
from engine.domain.persons import (
    AskedPerson,
    Picks,
    Said,
    Why,
    agree,
    completed,
    corrected,
    is_variant,
    said,
    same_in_dossier,
    somebody_else,
    why_alike,
)
from engine.domain.states import PersonPart
from engine.persistence import person_records, persons, searching
from engine.persistence.persons import facts_of
from engine.persistence.tables import CasePersonRow, CaseRow, PersonRow
from engine.ports import Form
from engine.services.act import Act


def _asked(part: PersonPart, prefix: str, rows: str = "", **names: str) -> AskedPerson:
    variables = {fact: (prefix + name,) for fact, name in names.items()}
    return AskedPerson(part, variables, (rows,) if rows else ())


#: Mẫu số 16 as it was before forms declared their persons: dossiers keep the form they began with.
_UNDECLARED = (
    _asked(
        PersonPart.APPLICANT,
        "nguoi_",
        full_name="ho_ten",
        born="ngay_sinh",
        gender="gioi_tinh",
        identity_number="cccd",
        home_then="que_quan",
        residence="thuong_tru",
        phone="dien_thoai",
        relation="moi_quan_he",
    ),
    _asked(
        PersonPart.SUBJECT,
        "ls_",
        full_name="ho_ten",
        born="ngay_sinh",
        gender="gioi_tinh",
        died="ngay_hy_sinh",
        home_then="que_quan",
    ),
    _asked(PersonPart.SUBJECT, "nguoi_co_cong_", full_name="ho_ten"),
    _asked(
        PersonPart.RELATIVE,
        "",
        "than_nhan",
        full_name="ho_ten",
        born="ngay_sinh",
        relation="moi_quan_he",
    ),
)


def asked_by(form: Form | None) -> tuple[AskedPerson, ...]:
    """The persons whom a form asks for."""
    if form is None:
        return ()
    return form.persons or tuple(
        one for one in _UNDECLARED if (one.rows or one.variables["full_name"])[0] in form.names
    )


def name_of(form: Form, answers: Mapping[str, object], part: PersonPart) -> str:
    """What the first person of a part is called; "" where the answers name none."""
    named = (one.facts.full_name for one in said(asked_by(form), answers) if one.part == part)
    return next(named, "")


def enter(
    act: Act,
    case: CaseRow,
    form: Form | None,
    answers: Mapping[str, object],
    picks: Picks | None = None,
) -> None:
    """Writes the persons of a step's answers down; a form without persons costs nothing.

    1. who is there already; 2. for each person named: the record that the officer chose, the one
    of the same CCCD, the one that stood in this place before, else a new one; 3. what the record
    now says; 4. their parts in the dossier, and what the dossier itself is called by.
    A record that other dossiers rely on is completed, never overwritten: another spelling is
    noted as another name. Raises Misuse for a choice the actor may not make.
    """
    asked = asked_by(form)
    if asked:
        enter_said(act, case, said(asked, answers, picks), {one.part for one in asked})


def enter_said(
    act: Act, case: CaseRow, named: Sequence[Said], parts: set[PersonPart] | frozenset[PersonPart]
) -> None:
    """The same for persons who are known already; `parts` are those that were asked for."""
    linked = persons.parts_of(act.session, case.id)
    entry = _Entry(act, case, [pair for pair in linked if pair[0].part in parts])
    entry.choose([one.pick for one in named if one.pick is not None])
    entry.numbered([one.facts.identity_number for one in named])
    for one in named:
        entry.enter(one)
    entry.hold()
    entry.write_records()
    before = [part for part, _ in entry.linked]
    person_records.write_parts(act.session, case.id, before, entry.parts())
    _rename(act, case, named)


def _rename(act: Act, case: CaseRow, named: Sequence[Said]) -> None:
    """A name that was corrected is the dossier's too."""
    called = {PersonPart.APPLICANT: case.applicant, PersonPart.SUBJECT: case.subject}
    for one in reversed(named):
        if one.part in called:
            called[one.part] = one.facts.full_name
    applicant, subject = called.values()
    if (applicant, subject) != (case.applicant, case.subject):
        searching.rename_case(act.session, case, applicant, subject)


@dataclass
class _Entry:
    """One round of entering persons into one dossier."""

    act: Act
    case: CaseRow
    linked: list[tuple[CasePersonRow, PersonRow]]  # who stood in these parts before
    said: list[tuple[PersonRow, Said, bool]] = field(default_factory=list)  # True: a new record
    _chosen: dict[int, PersonRow] = field(default_factory=dict)
    _numbered: list[PersonRow] = field(default_factory=list)

    def choose(self, picks: Sequence[int]) -> None:
        """Finds the records that the officer chose. Raises Misuse."""
        for pick in picks:
            row = persons.current(self.act.session, pick)
            if row is not None:
                self._chosen[pick] = row
        ids = {row.id for row in self._chosen.values()}
        mine = {row.id for _, row in self.linked}
        seen = mine | persons.visible(self.act.session, self.act.actor, ids - mine)
        if not ids <= seen or len(self._chosen) < len(set(picks)):
            raise Misuse(
                say(
                    "Người đã chọn từ danh sách gợi ý không còn xem được. Hãy bấm “Bỏ chọn” ở ô họ "
                    "tên rồi gửi lại; hệ thống sẽ ghi thành người mới."
                )
            )

    def numbered(self, numbers: Sequence[str]) -> None:
        self._numbered = persons.with_numbers(self.act.session, set(numbers))

    def enter(self, one: Said) -> None:
        """Finds the record of one person, or begins a new one."""
        known = self._known(one)
        row = known or person_records.made(one.facts, self.act.now)
        new = known is None or any(row is other and made for other, _, made in self.said)
        self.said.append((row, one, new))

    def hold(self) -> None:
        """Nobody merges the records found away any more; those merged meanwhile are followed."""
        while known := {row.id for row, _, made in self.said if not made}:
            merged = {
                row.id: persons.current(self.act.session, row.id)
                for row in persons.lock(self.act.session, known)
                if row.merged_into_id is not None
            }
            if not merged:
                return
            self.said = [
                (row if made else merged.get(row.id) or row, one, made)
                for row, one, made in self.said
            ]

    def parts(self) -> dict[tuple[int, str], str]:
        """(person, part) -> relation, for all who are named."""
        found: dict[tuple[int, str], str] = {}
        for row, one, _ in self.said:
            found[row.id, one.part] = one.facts.relation or found.get((row.id, one.part), "")
        return found

    def _known(self, one: Said) -> PersonRow | None:
        if one.pick is not None:
            return self._chosen[one.pick]
        placed = {id(row) for row, other, _ in self.said if other.part == one.part}
        for row, other, _ in self.said:
            if id(row) not in placed and same_in_dossier(one.facts, other.facts):
                return row
        proven = (
            row for row in self._numbered if why_alike(one.facts, facts_of(row)) is Why.IDENTITY
        )
        return next(proven, None) or self._stood_here(one)

    def _stood_here(self, one: Said) -> PersonRow | None:
        """Who was named in this place before, when it is a correction and no other person."""
        taken = {row.id for row, _, _ in self.said}
        left = [
            (row, facts_of(row, part.relation))
            for part, row in self.linked
            if part.part == one.part and row.id not in taken
        ]
        if one.part == PersonPart.RELATIVE:
            for row, facts in left:
                if facts.folded == one.facts.folded and agree(facts.born, one.facts.born):
                    return row
            for row, facts in left:
                known = facts.born and facts.born == one.facts.born
                if known and facts.relation == one.facts.relation:
                    return row
            return None
        for row, facts in left:
            if row.id not in self._elsewhere or not somebody_else(facts, one.facts):
                return row
        return None

    @cached_property
    def _elsewhere(self) -> set[int]:
        """Those who stood here and have other dossiers too."""
        return persons.shared(self.act.session, {row.id for _, row in self.linked}, self.case.id)

    def write_records(self) -> None:
        """What the records say, now that everybody is found."""
        session = self.act.session
        new = {id(row): row for row, _, made in self.said if made}
        for row, one, made in self.said:
            if made:  # the applicant, named once more among the relatives, may tell more there
                for name, value in completed(facts_of(row), one.facts).items():
                    setattr(row, name, value)
        person_records.add(session, list(new.values()))
        rest = [(row, one.facts) for row, one, made in self.said if not made]
        mine = {row.id for _, row in self.linked} - self._elsewhere
        others = persons.names_of(session, {row.id for row, _ in rest})
        for row, facts in rest:
            if row.id in mine:
                person_records.change(session, row, corrected(facts_of(row), facts))
                continue
            person_records.change(session, row, completed(facts_of(row), facts))
            if is_variant(facts.full_name, [row.full_name, *others[row.id]]):
                person_records.add_name(session, row, facts.full_name)
