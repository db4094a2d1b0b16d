"""Dossiers that stand where lists are made, for the tests of lists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.persistence.tables import DossierListRow, ListedCaseRow
from engine.services.listing import carrying, gathering, issuing
from tests.factories import World

#: Everything that a row of Mẫu số 83 is made from.
WHOLE: Mapping[str, Any] = {
    "ls_ho_ten": "Trần Văn Bền",
    "ls_que_quan": "xã An Phú, huyện Mỹ Đức, Hà Nội",
    "ls_ngay_hy_sinh": "1972-05",
    "ls_cap_bac_chuc_vu": "Hạ sĩ",
    "bang_so": "AB 123456",
    "bang_quyet_dinh": "12/QĐ-TTg",
    "bang_quyet_dinh_ngay": "1976-12-19",
}
TO_B12 = ("B1b", "B2", "B3", "B4", "B5", "B11")
NAMES = ("Nguyễn Văn Ân", "Lê Thị Bưởi", "Trần Văn An")


def dossiers(town: World, number: int = 3, **said: Any) -> list[int]:
    """Dossiers at B12, with names from NAMES."""
    found = []
    for place in range(number):
        name = NAMES[place % len(NAMES)]
        case_id = town.file(**{**WHOLE, "ls_ho_ten": name, **said})
        town.walk(case_id, *TO_B12)
        found.append(case_id)
    return found


def gather(town: World, cases: list[int], who: str = "lan", title: str = "Danh sách") -> int:
    """A list of dossiers at B12."""
    tasks = [town.task(case_id, "B12").id for case_id in cases]
    with town.act(who) as act:
        return gathering.make(act, tasks, title).id


ANSWERS: Mapping[str, Mapping[str, object]] = {
    "B12": {"huong_giai_quyet": "bo", "noi_dung_tham_tra": "Đủ căn cứ."},
    "B13a": {"y_kien_B13a": "dong_y"},
    "B13b": {"y_kien_B13b": "dong_y"},
}
OFFICERS = {"B12": "lan", "B13a": "minh", "B13b": "nga", "B14": "khanh"}


def carry(town: World, list_id: int, *elements: str) -> DossierListRow:
    """Takes a list through steps, each by its officer."""
    row = None
    for element in elements:
        with town.act(OFFICERS[element]) as act:
            if element == "B14":
                row = issuing.issue(act, list_id, element)
            else:
                said = ANSWERS[element]
                row = carrying.advance(act, list_id, element, said, confirmed=True)
    assert row is not None
    return row


def row_of(town: World, list_id: int) -> DossierListRow:
    with town.act(write=False) as act:
        return act.session.get_one(DossierListRow, list_id)


def places(town: World, list_id: int) -> list[ListedCaseRow]:
    """All that were ever on the list, in their places."""
    with town.act(write=False) as act:
        found = act.session.query(ListedCaseRow).filter_by(list_id=list_id)
        return list(found.order_by(ListedCaseRow.position, ListedCaseRow.id))
