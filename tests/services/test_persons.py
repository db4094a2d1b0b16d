"""Persons of dossiers: entered by filing, found while typing, corrected and merged."""

from __future__ import annotations

import unicodedata
import uuid
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from engine.domain.errors import Conflict, Misuse, NotFound, NotPermitted
from engine.domain.persons import Picks
from engine.domain.states import PersonPart
from engine.persistence import caselists
from engine.persistence.journal_store import lines_of, verify
from engine.persistence.persons import names_of, parts_of
from engine.persistence.tables import (
    CasePersonRow,
    CaseRow,
    PersonEndingRow,
    PersonNameRow,
    PersonRow,
    ProgressRow,
)
from engine.services import filing, person_round, persons
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


# --- a person's page -----------------------------------------------------------------------------


def test_a_person_is_seen_by_those_who_see_a_dossier_of_theirs(small_town: World) -> None:
    first, second = (
        file(small_town, nguoi_cccd=CARD),
        file(small_town, "quan", "bm", nguoi_cccd=CARD),
    )
    person_id = applicant(small_town, first).id
    for who, codes in (("hoa", [first]), ("quan", [second]), ("phuc", [second, first])):
        with small_town.act(who, write=False) as act:
            page = persons.person_page(act, person_id)
            assert [line.case_id for line in page.lines] == codes
    for who in ("lan", "tam", "uyen"):
        with pytest.raises(NotFound), small_town.act(who, write=False) as act:
            persons.person_page(act, person_id)


def test_a_change_is_journalled_in_each_of_their_dossiers(small_town: World) -> None:
    first, second = (
        file(small_town, nguoi_cccd=CARD),
        file(small_town, "quan", "bm", nguoi_cccd=CARD),
    )
    person_id = applicant(small_town, first).id
    with small_town.act("binh") as act:
        persons.change(
            act,
            person_id,
            {"full_name": "Nguyễn Thị  Mầng", "home_now": "xã An Phú", "born": "1958"},
            ["Nguyễn Thị Mừng", ""],
        )
    row = applicant(small_town, first)
    assert (row.full_name, row.home_now) == ("Nguyễn Thị Mầng", "xã An Phú")
    assert (
        found(small_town, "hoa", "mang")
        == found(small_town, "hoa", "thi mung")
        == ["Nguyễn Thị Mầng"]
    )
    for case_id in (first, second):
        with small_town.act(write=False) as act:
            line = lines_of(act.session, case_id)[-1]
            assert line.act == "person:changed"
            assert line.facts["fields"] == ("họ và tên, quê quán theo địa danh hiện nay, tên khác")
    with small_town.act(write=False) as act:
        assert verify(act.session) == []
    with small_town.act("binh") as act:  # the same again changes nothing and says nothing
        persons.change(act, person_id, {"home_now": "xã An Phú"})
    assert small_town.acts(first).count("person:changed") == 1
    with small_town.act("binh") as act:
        persons.change(act, person_id, {}, [])
    assert found(small_town, "hoa", "thi mung") == []


WRONG = (
    ({"full_name": " "}, "Hãy ghi họ và tên"),
    ({"identity_number": "12"}, "Số CCCD gồm 12 chữ số"),
    ({"born": "năm 48"}, "không phải là ngày"),
    ({"born": "1950", "died": "1949-02"}, "không thể trước năm sinh"),
    ({"home_now": "x" * 301}, "dài quá 300 ký tự"),
    ({"id": "7"}, "Không có mục “id”"),
)


def test_a_wrong_correction_is_refused(small_town: World) -> None:
    person_id = subject(small_town, file(small_town)).id
    for values, sentence in WRONG:
        with pytest.raises(Misuse, match=sentence), small_town.act("hoa") as act:
            persons.change(act, person_id, values)


def test_who_only_supervises_corrects_nothing(small_town: World) -> None:
    person_id = subject(small_town, file(small_town)).id
    with pytest.raises(NotPermitted), small_town.act("phuc") as act:
        persons.change(act, person_id, {"home_now": "xã An Phú"})


# --- merging -------------------------------------------------------------------------------------


def merge(town: World, who: str, one: int, into: int, reason: str = "Cùng một người.") -> None:
    with town.act(who) as act:
        persons.merge(act, one, into, reason)


def test_two_records_of_one_person_are_merged(town: World) -> None:
    first = file(town, ls_ngay_sinh="1948")
    second = file(town, ls_ho_ten="Trần Văn Bến", ls_que_quan="An Phú", ls_ngay_hy_sinh="1972")
    stays, goes = subject(town, first).id, subject(town, second).id
    with town.act("hoa", write=False) as act:
        planned = persons.preview(act, goes, stays)
        assert planned.filled == {"home_then": "An Phú"}
        assert planned.dropped == {"died": ("1972", "1972-05")}
        assert list(planned.names) == ["Trần Văn Bến"]
        assert [line.case_id for line in planned.lines] == [second]
    merge(town, "hoa", goes, stays)
    row = subject(town, second)
    assert (row.id, row.home_then, row.died) == (stays, "An Phú", "1972-05")
    assert other_names(town, stays) == ["Trần Văn Bến"]
    assert found(town, "hoa", "tran van ben") == ["Trần Văn Bền"]
    for case_id in (first, second):
        assert town.acts(case_id)[-1] == "person:merged"
    with town.act("hoa", write=False) as act:  # the old address leads to the record that stays
        assert persons.person_page(act, goes).row.id == stays
    with pytest.raises(Conflict):
        merge(town, "hoa", goes, stays)


def test_one_dossier_that_has_both_keeps_each_part_once(small_town: World) -> None:
    twin = {"ho_ten": "Nguyễn Thị Mừng", "ngay_sinh": "1959", "moi_quan_he": "Em"}
    case_id = file(small_town, than_nhan=[twin])
    mine, hers = applicant(small_town, case_id).id, people(small_town, case_id)["relative"][0].id
    assert mine != hers
    merge(small_town, "hoa", hers, mine)
    after = people(small_town, case_id)
    assert (after["relative"][0].id, after["applicant"][0].id) == (mine, mine)


@pytest.mark.parametrize(
    ("who", "error"),
    [
        ("binh", NotPermitted),  # no head
        ("dung", NotFound),  # heads An Phú, does not see Bình Minh
        ("uyen", NotFound),  # administrators read no persons
        ("phuc", None),  # supervises both
    ],
)
def test_who_answers_for_dossiers_of_both_may_merge(
    small_town: World, who: str, error: type[Exception] | None
) -> None:
    near = subject(small_town, file(small_town)).id
    far = subject(small_town, file(small_town, "quan", "bm")).id
    other = near if who != "binh" else subject(small_town, file(small_town)).id
    if error is None:
        merge(small_town, who, far, near)
        return
    with pytest.raises(error):
        merge(small_town, who, far if who != "binh" else near, other)


def test_merging_needs_a_reason_and_two_persons(small_town: World) -> None:
    one = subject(small_town, file(small_town)).id
    two = subject(small_town, file(small_town)).id
    with pytest.raises(Misuse, match="lý do"):
        merge(small_town, "hoa", two, one, " ")
    with pytest.raises(Misuse, match="chính người đó"):
        merge(small_town, "hoa", one, one)


# --- dossiers from before ------------------------------------------------------------------------


def _forget(town: World) -> None:
    """As an office that has just been upgraded: dossiers, and no persons."""
    with town.act() as act:
        for table in (CasePersonRow, PersonEndingRow, PersonNameRow, PersonRow):
            act.session.execute(delete(table))


def test_dossiers_from_before_get_their_persons_in_batches(town: World) -> None:
    cases = [file(town, nguoi_cccd=CARD, ls_ho_ten=f"Trần Văn Số {n}") for n in range(5)]
    _forget(town)
    with town.act() as act:
        assert person_round.enter_earlier(act, limit=2) == 2
    with town.act(write=False) as act:
        mark = act.session.get_one(ProgressRow, person_round.MARK)
        assert mark.number == cases[1]
    assert person_round.enter_round(town.app) is None  # everything is done
    assert person_round.enter_round(town.app) is None
    names = [subject(town, case_id).full_name for case_id in cases]
    assert names == [f"Trần Văn Số {n}" for n in range(5)]
    assert len({applicant(town, case_id).id for case_id in cases}) == 1
    assert found(town, "hoa", "van so 3") == ["Trần Văn Số 3"]


class _Killed(Exception):
    pass


def test_what_stops_halfway_is_done_again_and_nothing_twice(small_town: World) -> None:
    cases = [file(small_town) for _ in range(3)]
    _forget(small_town)

    def killed() -> None:
        with small_town.act() as act:
            person_round.enter_earlier(act, limit=2)
            raise _Killed

    with pytest.raises(_Killed):
        killed()
    person_round.enter_round(small_town.app)
    assert [len(people(small_town, case_id)) for case_id in cases] == [2, 2, 2]


def test_a_dossier_brought_in_by_name_alone_has_persons_too(small_town: World) -> None:
    case_id = file(small_town)
    _forget(small_town)
    with small_town.act() as act:
        act.session.execute(update(CaseRow).values(data={}))
    person_round.enter_round(small_town.app)
    assert applicant(small_town, case_id).full_name == "Nguyễn Thị Mừng"
    assert subject(small_town, case_id).full_name == "Trần Văn Bền"


def test_a_form_from_before_the_declarations_is_understood(
    small_town: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    with small_town.act(write=False) as act:
        version = act.version(1)
        form = version.form_of(version.spec.main, version.filing.id)
    monkeypatch.setattr(form, "persons", ())
    case_id = file(small_town, than_nhan=[SISTER])
    assert {part: len(rows) for part, rows in people(small_town, case_id).items()} == {
        "applicant": 1,
        "subject": 1,
        "relative": 1,
    }
    assert small_town.case(case_id).subject == "Trần Văn Bền"


def test_a_step_that_asks_for_nobody_touches_no_person(small_town: World) -> None:
    case_id = file(small_town)
    before = _ids(small_town, case_id)
    small_town.walk(case_id, "B1b", "B2")
    assert _ids(small_town, case_id) == before


def _ids(town: World, case_id: int) -> list[int]:
    return [row.id for rows in people(town, case_id).values() for row in rows]
