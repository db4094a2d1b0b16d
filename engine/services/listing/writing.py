"""What an open list says: its title and letter, each row, and the order of the rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.domain import dossier_lists as kinds
from engine.domain.dossier_lists import Row
from engine.domain.errors import Misuse, NotFound
from engine.domain.messages import say
from engine.persistence import dossier_lists
from engine.persistence.tables import DossierListRow, ListedCaseRow
from engine.services.act import Act
from engine.services.listing import letters
from engine.services.listing.rights import TITLE_LENGTH, changeable, correctable


def rename(act: Act, list_id: int, title: str, letter: Mapping[str, str]) -> DossierListRow:
    """Writes what the list is called and what its letter says (issued: when issued anew)."""
    row = correctable(act, list_id)
    row.title, row.letter = checked_title(title), letters.checked(letter, row.letter)
    return row


def write_row(act: Act, list_id: int, case_id: int, values: Mapping[str, str]) -> ListedCaseRow:
    """Writes a dossier's row (of an issued list: for when it is issued anew).

    Raises NotFound, Conflict, Misuse (names the column).
    """
    row = correctable(act, list_id)
    place = dossier_lists.member(act.session, list_id, case_id)
    if place is None:
        raise NotFound()
    place.row = {**place.row, **_checked(act, row, values)}
    act.session.flush()  # whoever reads the rows in this act reads them anew
    return place


def fill_blanks(act: Act, list_id: int, key: str, value: str) -> int:
    """Writes the same into a column of all rows where it is blank; how many they were."""
    row = changeable(act, list_id)
    kind = kinds.KINDS[row.kind]
    written = _checked(act, row, {key: value})
    if not value.strip() or not any(one.key == key and one.common for one in kind.columns):
        raise Misuse(say("Hãy chọn cột và ghi nội dung cần điền."))
    cases = dossier_lists.cases_of(act.session, list_id)
    number = 0
    for place in dossier_lists.members(act.session, list_id):
        if not kind.row(cases[place.case_id].data, place.row)[key]:
            place.row = {**place.row, **written}
            number += 1
    act.session.flush()
    return number


def rearrange(act: Act, list_id: int, how: str) -> DossierListRow:
    """Orders an open list by `name` or by `place` (province, commune)."""
    row = changeable(act, list_id)
    keys = {"name": kinds.by_name, "place": kinds.by_place}
    if how not in keys:
        raise Misuse(say("Không có cách sắp xếp này."))
    kind, cases = kinds.KINDS[row.kind], dossier_lists.cases_of(act.session, list_id)
    found = dossier_lists.members(act.session, list_id)
    found.sort(key=lambda one: keys[how](kind.row(cases[one.case_id].data, one.row)))
    _number(found)
    act.session.flush()
    return row


def move(act: Act, list_id: int, case_id: int, to: int) -> DossierListRow:
    """Puts a dossier at the place `to` (1, 2, …) of an open list."""
    row = changeable(act, list_id)
    found = dossier_lists.members(act.session, list_id)
    moving = next((one for one in found if one.case_id == case_id), None)
    if moving is None:
        raise NotFound()
    found.remove(moving)
    found.insert(min(max(to, 1), len(found) + 1) - 1, moving)
    _number(found)
    act.session.flush()
    return row


def checked_title(title: str) -> str:
    """The title in one line. Raises Misuse for none, or one that is too long."""
    said = " ".join(title.split())
    if not said:
        raise Misuse(say("Hãy đặt tên cho danh sách."))
    if len(said) > TITLE_LENGTH:
        raise Misuse(say("Tên danh sách dài quá %(most)s ký tự.", most=TITLE_LENGTH))
    return said


def _checked(act: Act, row: DossierListRow, values: Mapping[str, str]) -> Row:
    found: Row = {}
    for column in kinds.KINDS[row.kind].columns:
        if column.key not in values:
            continue
        value = " ".join(values[column.key].split())
        wrong = kinds.problem(column, value, act.today)
        if wrong is not None:
            raise Misuse(wrong)
        found[column.key] = value
    return found


def _number(found: Sequence[ListedCaseRow]) -> None:
    for place, one in enumerate(found, 1):
        one.position = place
