"""Records of persons: their page, corrections, merging, and those of dossiers from before."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import delete, select, update

from engine.domain.errors import Conflict, Misuse, NotFound, NotPermitted
from engine.persistence.journal_store import lines_of, verify
from engine.persistence.tables import (
    CasePersonRow,
    CaseRow,
    PersonEndingRow,
    PersonNameRow,
    PersonRow,
    ProgressRow,
)
from engine.services import person_round, persons
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


def test_no_dossier_filed_while_its_person_is_merged_names_the_record_that_goes(
    town: World,
) -> None:
    goes = applicant(town, file(town, nguoi_cccd=CARD)).id
    stays = applicant(town, file(town, nguoi_ho_ten="Nguyễn Thị Mùng")).id
    start = Barrier(6)

    def press(number: int) -> None:
        start.wait(timeout=20)
        if number:
            file(town, nguoi_cccd=CARD)
        else:
            merge(town, "hoa", goes, stays)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(press, range(6)))
    with town.act(write=False) as act:
        lost = select(CasePersonRow.case_id).where(CasePersonRow.person_id == goes)
        assert act.session.scalars(lost).all() == []


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
