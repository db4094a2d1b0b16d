"""Dossiers filed in a test, and the persons whom they made."""

from __future__ import annotations

import uuid
from typing import Any

from engine.domain.persons import Picks
from engine.domain.states import PersonPart
from engine.persistence.persons import names_of, parts_of
from engine.persistence.tables import PersonRow
from engine.services import filing, persons
from tests.factories import QT02, World

CARD = "098158000001"
SISTER = {"ho_ten": "Trần Thị Lành", "ngay_sinh": "1952", "moi_quan_he": "Em ruột"}

#: What plain answers would say of everybody alike.
NOBODY_ELSE = {"than_nhan": [], **dict.fromkeys(("ls_que_quan", "nguoi_que_quan"), "")}


def file(
    town: World, who: str = "hoa", unit: str = "ap", picks: Picks | None = None, **said: Any
) -> int:
    """Files a dossier whose relatives are nobody, unless they are said."""
    with town.act(who) as act:
        submission = town.application(act, **{**NOBODY_ELSE, **said})
        key = uuid.uuid4().hex
        case = filing.file_case(
            act, QT02, town.units[unit], "counter", submission, key, picks=picks
        )
        return case.id


def people(town: World, case_id: int) -> dict[str, list[PersonRow]]:
    """The persons of a dossier by part."""
    with town.act(write=False) as act:
        found: dict[str, list[PersonRow]] = {}
        for part, row in parts_of(act.session, case_id):
            found.setdefault(part.part, []).append(row)
        return found


def subject(town: World, case_id: int) -> PersonRow:
    (row,) = people(town, case_id)["subject"]
    return row


def applicant(town: World, case_id: int) -> PersonRow:
    (row,) = people(town, case_id)["applicant"]
    return row


def other_names(town: World, person_id: int) -> list[str]:
    with town.act(write=False) as act:
        return names_of(act.session, [person_id])[person_id]


def found(town: World, who: str, text: str, part: PersonPart | None = None) -> list[str]:
    with town.act(who, write=False) as act:
        return [one.row.full_name for one in persons.suggest(act, text, part)]
