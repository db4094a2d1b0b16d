"""Persons of dossiers: entered by filing, corrected by resubmission, found while typing."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from sqlalchemy import select

from engine.domain.errors import Misuse
from engine.domain.states import PersonPart
from engine.persistence import caselists
from engine.persistence.persons import parts_of
from engine.persistence.tables import CaseRow
from tests.factories import World
from tests.services.known_persons import (
    CARD,
    SISTER,
    applicant,
    file,
    found,
    other_names,
    people,
    subject,
)


def resubmit(town: World, case_id: int, **said: Any) -> None:
    """The counter asks for more, and the applicant comes back with a corrected form."""
    town.do(case_id, "B1b", ket_qua_tiep_nhan="bo_sung", ly_do_bo_sung="Thiếu.")
    town.do(case_id, "B1a", "hoa", **said)


# --- filing --------------------------------------------------------------------------------------


def test_filing_writes_down_who_is_in_the_dossier(small_town: World) -> None:
    case_id = file(small_town, nguoi_cccd=CARD, nguoi_moi_quan_he="Con đẻ", than_nhan=[SISTER])
    with small_town.act(write=False) as act:
        parts = [
            (part.part, row.full_name, row.born, part.relation)
            for part, row in parts_of(act.session, case_id)
        ]
    assert parts == [
        ("applicant", "Nguyễn Thị Mừng", "1958", "Con đẻ"),
        ("subject", "Trần Văn Bền", "", ""),
        ("relative", "Trần Thị Lành", "1952", "Em ruột"),
    ]
    assert applicant(small_town, case_id).identity_number == CARD
    assert subject(small_town, case_id).died == "1972-05"


def test_the_applicant_among_the_relatives_is_one_record(small_town: World) -> None:
    mine = {"ho_ten": "NGUYỄN THỊ MỪNG", "ngay_sinh": "1958", "moi_quan_he": ""}
    case_id = file(small_town, than_nhan=[mine, SISTER])
    found = people(small_town, case_id)
    assert found["applicant"][0].id == found["relative"][0].id
    assert len(found["relative"]) == 2
    assert other_names(small_town, found["applicant"][0].id) == []
    twins = people(small_town, file(small_town, than_nhan=[SISTER, SISTER]))
    assert len({row.id for row in twins["relative"]}) == 2  # a namesake is another person


def test_the_same_card_is_the_same_person_and_a_name_alone_is_not(town: World) -> None:
    first = file(town, nguoi_cccd=CARD)
    second = file(town, "quan", "bm", nguoi_cccd="098 158 000 001", nguoi_ho_ten="Nguyễn Thị Mường")
    assert applicant(town, first).id == applicant(town, second).id
    assert other_names(town, applicant(town, first).id) == ["Nguyễn Thị Mường"]
    assert subject(town, first).id != subject(town, second).id  # suggested, never merged silently


def test_a_card_with_quite_another_name_is_another_record(small_town: World) -> None:
    first = file(small_town, nguoi_cccd=CARD)
    second = file(small_town, nguoi_cccd=CARD, nguoi_ho_ten="Lê Văn Tám", nguoi_ngay_sinh="1970")
    assert applicant(small_town, first).id != applicant(small_town, second).id


def test_the_officer_may_choose_a_person_found_while_typing(town: World) -> None:
    first = file(town, ls_ngay_sinh="1948")
    martyr = subject(town, first).id
    second = file(
        town,
        "hanh",
        picks={"subject": (martyr,)},
        ls_ho_ten="Trần Văn Bến",
        ls_ngay_sinh="1948-05",
        ls_ngay_hy_sinh="1973",
    )
    row = subject(town, second)
    assert row.id == martyr
    # Gaps are filled, more exact days are taken, what another dossier said stays.
    assert (row.full_name, row.born, row.died) == ("Trần Văn Bền", "1948-05", "1972-05")
    assert other_names(town, martyr) == ["Trần Văn Bến"]


def test_a_person_of_dossiers_one_does_not_see_cannot_be_chosen(small_town: World) -> None:
    martyr = subject(small_town, file(small_town)).id
    for pick in (martyr, 99_999):
        with pytest.raises(Misuse, match="không còn xem được"):
            file(small_town, "quan", "bm", picks={"subject": (pick,)})
    with small_town.act(write=False) as act:
        assert len(act.session.scalars(select(CaseRow)).all()) == 1


# --- corrections ---------------------------------------------------------------------------------


def test_a_resubmission_corrects_the_record_of_this_dossier_alone(town: World) -> None:
    case_id = file(town, ls_ngay_sinh="1948", than_nhan=[SISTER])
    before = people(town, case_id)
    brother = {"ho_ten": "Trần Văn Lực", "ngay_sinh": "1955", "moi_quan_he": "Em ruột"}
    resubmit(
        town,
        case_id,
        ls_ho_ten="Trần Văn Bốn",
        ls_ngay_sinh="1949-01",
        than_nhan=[{**SISTER, "ho_ten": "Trần Thị Lanh"}, brother],
    )
    after = people(town, case_id)
    assert after["subject"][0].id == before["subject"][0].id
    assert (after["subject"][0].full_name, after["subject"][0].born) == ("Trần Văn Bốn", "1949-01")
    assert other_names(town, after["subject"][0].id) == []
    assert [row.full_name for row in after["relative"]] == ["Trần Thị Lanh", "Trần Văn Lực"]
    assert after["relative"][0].id == before["relative"][0].id
    # The dossier is called by the corrected name too, and both are found by it alone.
    assert town.case(case_id).subject == "Trần Văn Bốn"
    assert found(town, "hoa", "van bon") == ["Trần Văn Bốn"]
    assert found(town, "hoa", "van ben") == []
    with town.act("hoa", write=False) as act:
        assert len(caselists.search_cases(act.session, act.actor, "tran van bon").lines) == 1
        assert caselists.search_cases(act.session, act.actor, "tran van ben").lines == ()


def test_a_record_that_others_rely_on_keeps_what_it_says(small_town: World) -> None:
    first = file(small_town)
    martyr = subject(small_town, first).id
    second = file(small_town, picks={"subject": (martyr,)})
    resubmit(small_town, second, ls_ho_ten="Trần Văn Bến", ls_ngay_sinh="1948")
    row = subject(small_town, second)
    assert (row.id, row.full_name, row.born) == (martyr, "Trần Văn Bền", "1948")
    assert other_names(small_town, martyr) == ["Trần Văn Bến"]


def test_somebody_else_in_the_place_of_a_shared_record_is_another_person(
    small_town: World,
) -> None:
    first = file(small_town, nguoi_cccd=CARD)
    second = file(small_town, nguoi_cccd=CARD)
    resubmit(
        small_town,
        second,
        nguoi_ho_ten="Lê Văn Tám",
        nguoi_ngay_sinh="1970",
        nguoi_cccd="098070000009",
    )
    assert applicant(small_town, first).full_name == "Nguyễn Thị Mừng"
    assert applicant(small_town, second).full_name == "Lê Văn Tám"


# --- finding -------------------------------------------------------------------------------------


TYPED = (
    "Trần",
    "tran v",
    "VĂN BỀN",
    "ben",
    "Bền",
    unicodedata.normalize("NFD", "trần văn bền"),
    "tran  van   ben",
)


def test_a_person_is_found_however_the_name_is_typed(town: World) -> None:
    file(town)
    assert [found(town, "hoa", typed) for typed in TYPED] == [["Trần Văn Bền"]] * len(TYPED)


def test_only_persons_of_dossiers_one_sees_are_found(town: World) -> None:
    file(town, nguoi_cccd=CARD)
    file(town, "quan", "bm", ls_ho_ten="Trần Văn Cầu")
    assert found(town, "hoa", "tran van") == ["Trần Văn Bền"]
    assert found(town, "quan", "tran van") == ["Trần Văn Cầu"]
    assert found(town, "phuc", "tran van") == ["Trần Văn Cầu", "Trần Văn Bền"]
    assert found(town, "lan", "tran van") == found(town, "tam", "tran van") == []
    assert found(town, "hoa", "098158000001") == ["Nguyễn Thị Mừng"]
    assert found(town, "quan", "098158000001") == []


def test_a_martyr_is_looked_for_among_martyrs(small_town: World) -> None:
    file(small_town, nguoi_ho_ten="Trần Thị Bền", than_nhan=[])
    assert found(small_town, "hoa", "ben", PersonPart.SUBJECT) == ["Trần Văn Bền"]
    assert found(small_town, "hoa", "ben", PersonPart.APPLICANT) == ["Trần Thị Bền"]
    assert found(small_town, "hoa", "", PersonPart.SUBJECT) == []


def test_a_name_that_many_have_is_found_along_ones_own_dossiers(
    town: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        file(town, "quan", "bm", ls_ho_ten=f"Trần Văn Số {number}")
    file(town)
    monkeypatch.setattr("engine.persistence.person_search.FEW", 3)
    assert found(town, "hoa", "tran van") == ["Trần Văn Bền"]
    assert found(town, "hoa", "van") == ["Trần Văn Bền"]
    assert len(found(town, "phuc", "tran van")) == 5
    monkeypatch.setattr("engine.persistence.person_search.MOST_QUEUES", 0)
    assert len(found(town, "phuc", "tran van")) == 5
    assert found(town, "hoa", "van") == ["Trần Văn Bền"]
