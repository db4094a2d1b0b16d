"""Lists of dossiers: gathered, carried from step to step, signed and numbered once for all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from engine.domain.errors import (
    Conflict,
    DossiersBlocked,
    FormInvalid,
    Misuse,
    NotFound,
    NotPermitted,
    TemplateLacks,
)
from engine.persistence import dossier_lists
from engine.persistence.tables import BookNumberRow, BookRow, DossierListRow, ListedCaseRow
from engine.ports import UploadedFile
from engine.services import documents, ending, pausing, tasks
from engine.services.listing import carrying, gathering, issuing, reissuing, viewing, writing
from engine.services.listing.carrying import LeftOut
from tests.factories import World
from tests.services.gathered import ANSWERS, WHOLE, carry, dossiers, gather, places, row_of

PDF = UploadedFile("can-cu.pdf", b"%PDF-1.4\n%%EOF\n")
THREADS = 20


def together(acts: Sequence[Callable[[], object]]) -> list[object]:
    """What came of acts done at the same time: a result or an error each."""

    with ThreadPoolExecutor(len(acts)) as pool:
        futures = [pool.submit(act) for act in acts]
    return [future.exception() or future.result() for future in futures]


def advance(town: World, who: str, list_id: int, element: str, **said: object) -> DossierListRow:
    with town.act(who) as act:
        return carrying.advance(act, list_id, element, said or ANSWERS[element], confirmed=True)


# --- from the step to the number -----------------------------------------------------------------


def test_a_list_is_signed_and_numbered_once_and_every_dossier_carries_the_reference(
    town: World,
) -> None:
    cases = dossiers(town, 3)
    list_id = gather(town, cases)
    carry(town, list_id, "B12", "B13a")
    assert row_of(town, list_id).signed_by_id is None
    signed = carry(town, list_id, "B13b")
    assert (signed.state, signed.element) == ("moving", "B14")
    assert signed.signed_by_id == town.users["nga"]
    issued = carry(town, list_id, "B14")
    assert (issued.state, issued.closed_at) == ("issued", town.clock.now())
    with town.act("khanh", write=False) as act:
        (number,) = act.session.query(BookNumberRow).all()
        page = viewing.list_page(act, list_id)
        letter, table = page.letter, page.table
        assert letter is not None
        assert table is not None
        assert (letter.sign, letter.number_id) == (number.sign, number.id)
        assert table.data["letter"] == {"sign": number.sign, "day": 2, "month": 3, "year": 2026}
        assert table.data["signer"] == "Nga"
        names = [row[0] for row in table.data["rows"]]
        assert names == ["Trần Văn An", "Nguyễn Văn Ân", "Lê Thị Bưởi"]  # by the given name
        assert documents.pdf_of(act, letter).startswith(b"%PDF")
        assert viewing.sheet(act, list_id).startswith(b"PK")
    for case_id in cases:
        case = town.case(case_id)
        assert case.data["van_ban_so_so"] == number.sign == "01/SNV"
        assert (case.data["van_ban_so_ngay"], case.list_id) == ("2026-03-02", None)
        assert town.open_elements(case_id) == ["B18"]
        acts = Counter(town.acts(case_id))
        assert (acts["list:joined"], acts["list:moved"], acts["list:issued"]) == (1, 3, 1)
    with town.act(write=False) as act:
        told = [line.act for line in town.system_lines(act) if line.act.startswith("list:")]
    assert told == ["list:made", *["list:moved"] * 3, "list:issued"]


def test_what_rows_say_becomes_what_the_step_says_of_each_dossier(small_town: World) -> None:
    town = small_town
    first, second = dossiers(town, 2)
    list_id = gather(town, [first, second])
    with town.act("lan") as act:
        writing.write_row(act, list_id, first, {"thoi_ky": "Chống Pháp", "que_xa": "xã Hồng Sơn"})
        assert writing.fill_blanks(act, list_id, "doi_tuong", "Bộ đội") == 2
        assert writing.fill_blanks(act, list_id, "doi_tuong", "Du kích") == 0
    carry(town, list_id, "B12")
    one, other = town.case(first).data, town.case(second).data
    assert (one["ds_thoi_ky"], other["ds_thoi_ky"]) == ("Chống Pháp", "Chống Mỹ")
    assert (one["ds_que_xa"], other["ds_que_xa"]) == ("xã Hồng Sơn", "xã An Phú, huyện Mỹ Đức")
    assert {one["ds_doi_tuong"], other["ds_doi_tuong"]} == {"Bộ đội"}
    assert one["ls_que_quan"] == WHOLE["ls_que_quan"]  # the application stays as handed in


def test_what_was_issued_is_never_rendered_again(small_town: World) -> None:
    town = small_town
    cases = dossiers(town, 2)
    list_id = gather(town, cases)
    carry(town, list_id, "B12", "B13a", "B13b", "B14")
    with town.act("lan", write=False) as act:
        before = viewing.paper(act, list_id, "mau-83"), viewing.sheet(act, list_id)
    with town.act() as act:
        place = act.session.query(ListedCaseRow).filter_by(case_id=cases[0]).one()
        place.row = {"ho_ten": "Ai khác"}
    with town.act("lan", write=False) as act:
        assert (viewing.paper(act, list_id, "mau-83"), viewing.sheet(act, list_id)) == before


def test_an_issued_list_is_corrected_by_issuing_it_anew_with_the_reason(town: World) -> None:
    cases = dossiers(town, 2)
    list_id = gather(town, cases)
    carry(town, list_id, "B12", "B13a", "B13b")
    town.at("2026-03-03 06:30")  # in UTC it is still the day before
    carry(town, list_id, "B14")
    with town.act("lan") as act:
        writing.write_row(act, list_id, cases[0], {"ho_ten": "Nguyễn Văn Ấn"})
        assert viewing.list_page(act, list_id).corrected
    with town.act("khanh", write=False) as act:
        assert "Ấn" not in str(viewing.list_page(act, list_id).table.data["rows"])
    with pytest.raises(NotPermitted), town.act("lan") as act:
        reissuing.reissue(act, list_id, "Sai tên")
    with pytest.raises(Misuse, match="lý do"), town.act("khanh") as act:
        reissuing.reissue(act, list_id, " ")
    town.at("2026-03-03 09:00")
    with town.act("khanh") as act:
        table = reissuing.reissue(act, list_id, "Sai tên liệt sĩ.")
        assert table.data["letter"] == {"sign": "01/SNV", "day": 3, "month": 3, "year": 2026}
        assert table.data["replaces"] == (
            "Thay thế danh sách ban hành ngày 03/03/2026. Lý do: Sai tên liệt sĩ."
        )
        assert "Nguyễn Văn Ấn" in str(table.data["rows"])
    with town.act("khanh") as act:
        reissuing.reissue(act, list_id, "Sai trích yếu", with_letter=True)
        page = viewing.list_page(act, list_id)
        assert (page.letter.sign, page.table.data["letter"]["sign"]) == ("02/SNV", "02/SNV")
        states = Counter((one.kind, one.state) for one in page.documents)
    assert states == {
        ("cong-van", "issued"): 1,
        ("cong-van", "replaced"): 1,
        ("mau-83", "issued"): 1,
        ("mau-83", "replaced"): 2,
    }


# --- nothing half done ---------------------------------------------------------------------------


def test_one_dossier_that_cannot_go_holds_all_back_and_is_named(town: World) -> None:
    cases = dossiers(town, 3)
    list_id = gather(town, cases)
    with town.act("nga") as act:
        pausing.pause(act, cases[1], "Chờ xác minh.", PDF)
    with pytest.raises(DossiersBlocked) as refused:
        advance(town, "lan", list_id, "B12")
    (blocked,) = refused.value.blocked
    assert (blocked.case_id, blocked.code) == (cases[1], town.case(cases[1]).code)
    assert {tuple(town.open_elements(case_id)) for case_id in cases} == {("B12",)}
    with town.act("lan") as act:
        left_out = LeftOut([cases[1]], "Chờ xác minh")
        said = ANSWERS["B12"]
        carrying.advance(act, list_id, "B12", said, left_out=left_out, confirmed=True)
    assert [town.open_elements(case_id) for case_id in cases] == [["B13a"], ["B12"], ["B13a"]]
    assert town.case(cases[1]).list_id is None
    assert "list:left" in town.acts(cases[1])


def test_a_letter_that_cannot_be_set_takes_no_number(small_town: World) -> None:
    town = small_town
    list_id = gather(town, dossiers(town, 2))
    carry(town, list_id, "B12", "B13a", "B13b")
    broken = town.app.print_dir
    assert broken is not None
    folder = town.app.settings.data_dir / "mau"
    folder.mkdir()
    for file in broken.glob("*.typ"):
        (folder / file.name).write_bytes(file.read_bytes())
    with (folder / "mau-83.typ").open("a") as template:
        template.write("\n#data.khong_co\n")
    object.__setattr__(town.app, "print_dir", folder)
    with pytest.raises(TemplateLacks), town.act("khanh") as act:
        issuing.issue(act, list_id, "B14")
    object.__setattr__(town.app, "print_dir", broken)
    assert row_of(town, list_id).state == "moving"
    with town.act(write=False) as act:
        assert act.session.query(BookNumberRow).count() == 0
        assert all(book.last == 0 for book in act.session.query(BookRow))
    assert carry(town, list_id, "B14").state == "issued"


def test_rows_with_something_needed_missing_do_not_go(small_town: World) -> None:
    town = small_town
    (case_id,) = dossiers(town, 1, bang_so="")
    with town.act("lan", write=False) as act:
        (candidate,) = gathering.candidates(act, "qt02-cap-doi-bang", "B12")
        assert [column.key for column in candidate.missing] == ["so_bang"]
    list_id = gather(town, [case_id])
    with pytest.raises(DossiersBlocked, match="1 hồ sơ") as refused:
        advance(town, "lan", list_id, "B12")
    assert "Số Bằng" in str(refused.value.blocked[0].why)
    with town.act("lan") as act:
        writing.write_row(act, list_id, case_id, {"so_bang": "không rõ"})
    assert advance(town, "lan", list_id, "B12").state == "moving"


def test_suggestions_are_confirmed_by_whoever_hands_the_list_on(small_town: World) -> None:
    list_id = gather(small_town, dossiers(small_town, 1))
    with pytest.raises(Misuse, match="gợi ý"), small_town.act("lan") as act:
        carrying.advance(act, list_id, "B12", ANSWERS["B12"])


@pytest.mark.parametrize("way", ["giam_dinh", "khong_du"])
def test_only_dossiers_on_the_way_of_the_list_go_with_it(small_town: World, way: str) -> None:
    list_id = gather(small_town, dossiers(small_town, 1))
    with pytest.raises(FormInvalid) as refused:
        advance(small_town, "lan", list_id, "B12", huong_giai_quyet=way, ly_do_khong_du_B12="Vì.")
    assert set(refused.value.errors) == {"huong_giai_quyet"}


def test_the_numbering_step_is_no_step_like_others(small_town: World) -> None:
    list_id = gather(small_town, dossiers(small_town, 1))
    with pytest.raises(Misuse, match="chưa đến bước ban hành"), small_town.act("lan") as act:
        issuing.issue(act, list_id, "B12")
    carry(small_town, list_id, "B12", "B13a", "B13b")
    with pytest.raises(Misuse, match="cấp số"):
        advance(small_town, "khanh", list_id, "B14", van_ban_so_so="1/X")


# --- sent back, taken off, taken apart -----------------------------------------------------------


def test_a_list_that_is_sent_back_is_put_together_anew(town: World) -> None:
    cases = dossiers(town, 2)
    list_id = gather(town, cases)
    carry(town, list_id, "B12", "B13a")
    back = {"y_kien_B13b": "tra_lai", "ly_do_tra_lai_B13b": "Thiếu một bằng gốc."}
    row = advance(town, "nga", list_id, "B13b", **back)
    assert (row.state, row.element, row.signed_at) == ("open", "B12", None)
    assert row.reason == "Thiếu một bằng gốc."
    with town.act("lan") as act:
        gathering.take_off(act, list_id, cases[0], "Thiếu bằng gốc")
    carry(town, list_id, "B12", "B13a", "B13b", "B14")
    assert town.open_elements(cases[0]) == ["B12"]
    assert town.open_elements(cases[1]) == ["B18"]
    with town.act("lan", write=False) as act:
        kinds = Counter(one.kind for one in dossier_lists.documents_of(act.session, list_id))
    assert kinds == {"cong-van": 1, "mau-83": 1}


def test_a_dossier_that_goes_its_own_way_leaves_the_list_and_the_last_one_ends_it(
    town: World,
) -> None:
    done, withdrawn = dossiers(town, 2)
    list_id = gather(town, [done, withdrawn])
    carry(town, list_id, "B12")
    town.do(done, "B13a", y_kien_B13a="dong_y")
    left = {one.case_id: one.reason for one in places(town, list_id) if not one.open}
    assert left == {done: "hồ sơ đã được giải quyết riêng"}
    assert row_of(town, list_id).state == "moving"
    with town.act("hoa") as act:
        ending.withdraw(act, withdrawn, "Gia đình rút.", None)
    assert row_of(town, list_id).state == "dropped"
    assert town.case(withdrawn).list_id is None
    assert "list:left" in town.acts(withdrawn)
    with town.act("lan", write=False) as act:
        states = {one.state for one in dossier_lists.documents_of(act.session, list_id)}
    assert states == {"voided"}


def test_a_list_taken_apart_leaves_its_dossiers_where_they_stand(small_town: World) -> None:
    town = small_town
    cases = dossiers(town, 2)
    list_id = gather(town, cases)
    with pytest.raises(Misuse, match="lý do"), town.act("lan") as act:
        gathering.drop(act, list_id, " ")
    with town.act("lan") as act:
        gathering.drop(act, list_id, "Lập lại theo quý")
    assert row_of(town, list_id).state == "dropped"
    other = gather(town, cases)  # free again
    assert [one.case_id for one in places(town, other)] == [cases[0], cases[1]]
    with pytest.raises(Conflict), town.act("lan") as act:
        writing.rearrange(act, list_id, "name")


def test_rows_are_ordered_and_moved(small_town: World) -> None:
    town = small_town
    cases = dossiers(town, 3)
    list_id = gather(town, cases)
    with town.act("lan") as act:
        writing.write_row(act, list_id, cases[1], {"que_tinh": "Bắc Ninh"})
        writing.rearrange(act, list_id, "place")
    assert [one.case_id for one in places(town, list_id)] == [cases[1], cases[2], cases[0]]
    with town.act("lan") as act:
        writing.move(act, list_id, cases[0], 1)
    assert [one.case_id for one in places(town, list_id)] == [cases[0], cases[1], cases[2]]


# --- who may -------------------------------------------------------------------------------------


def test_lists_are_made_by_whoever_does_the_step_and_seen_by_their_unit(small_town: World) -> None:
    town = small_town
    cases = dossiers(town, 2)
    for stranger in ("minh", "khanh", "binh"):
        with pytest.raises((NotPermitted, NotFound)):
            gather(town, cases, who=stranger)
    list_id = gather(town, cases)
    with pytest.raises(NotFound), town.act("binh", write=False) as act:
        viewing.list_page(act, list_id)
    for insider in ("minh", "khanh", "phuc"):
        with town.act(insider, write=False) as act:
            page = viewing.list_page(act, list_id)
            assert not page.may_change
        with pytest.raises(NotPermitted):
            advance(town, insider, list_id, "B12")
        with pytest.raises(NotPermitted), town.act(insider) as act:
            writing.rearrange(act, list_id, "name")
    with town.act("minh", write=False) as act:
        assert viewing.waiting(act) == []
    carry(town, list_id, "B12")
    with town.act("minh", write=False) as act:
        (line,) = viewing.waiting(act)
        assert (line.id, line.number, line.step) == (list_id, 2, "Xem xét, trình ký")


def test_guessed_ids_tell_nothing_of_strangers_dossiers(small_town: World) -> None:
    town = small_town
    mine = dossiers(town, 1)
    list_id = gather(town, mine)
    stranger = town.file("quan", "bm")  # has never come to the department
    for element in ("B1a", "B1b"):  # a step that is closed, and one that is open
        with pytest.raises((NotFound, NotPermitted)) as refused, town.act("lan") as act:
            gathering.make(act, [town.task(stranger, element).id], "Danh sách")
        assert "Bền" not in str(refused.value)
    with pytest.raises(NotFound), town.act("lan") as act:
        gathering.take_off(act, list_id, stranger, "Thử")


def test_dossiers_of_two_steps_make_no_list(small_town: World) -> None:
    town = small_town
    first, second = dossiers(town, 2)
    town.do(second, "B12", huong_giai_quyet="bo")
    ids = [town.task(first, "B12").id, town.task(second, "B13a").id]
    with pytest.raises((Misuse, NotPermitted)), town.act("lan") as act:
        gathering.make(act, ids, "Danh sách")
    with pytest.raises(Misuse, match="ít nhất một"), town.act("lan") as act:
        gathering.make(act, [], "Danh sách")


# --- at the same time ----------------------------------------------------------------------------


def test_one_dossier_is_put_on_one_list_however_many_try(town: World) -> None:
    cases = dossiers(town, 2)
    ids = [town.task(case_id, "B12").id for case_id in cases]

    def make(number: int) -> int:
        with town.act("lan") as act:
            return gathering.make(act, ids, f"Danh sách {number}").id

    found = together([lambda number=number: make(number) for number in range(THREADS)])
    made = [one for one in found if isinstance(one, int)]
    assert len(made) == 1
    refusals = [one for one in found if not isinstance(one, int)]
    assert all(isinstance(one, DossiersBlocked) for one in refusals), refusals
    title = row_of(town, made[0]).title
    assert {str(refusals[0].blocked[0].why)} == {f"Hồ sơ đã ở trong danh sách “{title}”."}
    with town.act(write=False) as act:
        assert act.session.query(ListedCaseRow).count() == 2


def test_a_list_is_signed_once_and_numbered_once_however_many_press(town: World) -> None:
    cases = dossiers(town, 3)
    list_id = gather(town, cases)
    carry(town, list_id, "B12", "B13a")
    found = together([lambda: advance(town, "nga", list_id, "B13b")] * THREADS)
    assert sum(isinstance(one, DossierListRow) for one in found) == 1
    assert {type(one) for one in found} == {DossierListRow, Conflict}

    def issue() -> DossierListRow:
        with town.act("khanh") as act:
            return issuing.issue(act, list_id, "B14")

    found = together([issue] * THREADS)
    assert {type(one) for one in found} == {DossierListRow, Conflict}
    with town.act(write=False) as act:
        (number,) = act.session.query(BookNumberRow).all()
        assert number.number == 1
    for case_id in cases:
        assert town.case(case_id).data["van_ban_so_so"] == number.sign
        assert town.acts(case_id).count("list:issued") == 1


def test_dossiers_done_alone_while_their_list_goes_on_are_never_done_twice(town: World) -> None:
    """Whoever is first: the dossier leaves the list, or goes with it."""
    cases = dossiers(town, 4)
    list_id = gather(town, cases)
    carry(town, list_id, "B12")
    ids = {case_id: town.task(case_id, "B13a").id for case_id in cases}

    def alone(case_id: int) -> None:
        with town.act("minh") as act:
            tasks.complete(act, ids[case_id], ANSWERS["B13a"])

    acts: list[Callable[[], object]] = [lambda one=one: alone(one) for one in cases[:2]]
    acts[1:1] = [lambda: advance(town, "minh", list_id, "B13a")]
    found = together(acts)
    assert all(one is None or isinstance(one, (DossierListRow, Conflict)) for one in found), found
    row = row_of(town, list_id)
    if row.element == "B13a":  # a member left in between: the leader looks again
        advance(town, "minh", list_id, "B13a")
    for case_id in cases:
        assert town.open_elements(case_id) == ["B13b"]
        assert [town.task(case_id, "B13a").round, town.task(case_id, "B13b").round] == [1, 1]
    open_ones = {one.case_id for one in places(town, list_id) if one.open}
    assert open_ones == {case_id for case_id in cases if town.case(case_id).list_id == list_id}
    assert set(cases[2:]) <= open_ones
