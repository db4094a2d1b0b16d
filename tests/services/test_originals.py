"""Paper originals: every hand-over has two sides, and somebody always answers for the paper."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
from sqlalchemy import select

from engine.domain.errors import Conflict, Misuse, NotFound, NotPermitted
from engine.domain.journal import Act as Journalled
from engine.domain.states import HandOverState, OriginalState
from engine.persistence import originals as shelves
from engine.persistence.tables import AttachmentRow, HandOverRow, OriginalRow, UnitRow, UserRow
from engine.ports import UploadedFile
from engine.services import custody, organising, originals
from engine.services.originals import Receiver

PAPER = UploadedFile("ky-nhan.pdf", b"%PDF-1.4\n%%EOF\n")


@pytest.fixture
def place(small_town):
    """A dossier at An Phú with its certificate noted by reception; its id and the original's."""
    return noted(small_town)


def noted(town, **said):
    case_id = town.file(bang_so="TQ-1975/0442", **said)
    with town.act("hoa") as act:
        name, number = custody.suggested(town.case(case_id))
        row = originals.note(act, case_id, name, number, "mờ chữ ở góc")
        return case_id, row.id


def hand(town, who, original_id, unit="", name="", text=""):
    with town.act(who) as act:
        to = Receiver(town.units.get(unit), name)
        return originals.hand(act, original_id, to, text).id


def confirm(town, who, move_id, paper=None):
    with town.act(who) as act:
        originals.confirm(act, move_id, paper)


def original(town, original_id):
    with town.act(write=False) as act:
        return act.session.get_one(OriginalRow, original_id)


def standing(town, who, original_id):
    with town.act(who, write=False) as act:
        return custody.standing(act, original_id)


def test_an_original_goes_to_the_department_to_experts_and_back_to_the_applicant(town):
    case_id, paper = noted(town)
    row = original(town, paper)
    assert (row.name, row.number) == ("Bằng Tổ quốc ghi công", "TQ-1975/0442")
    town.at("2026-03-03 09:00")
    move = hand(town, "hoa", paper, unit="snv", text="kèm hồ sơ")
    moving = original(town, paper)
    assert (moving.state, moving.holder_unit_id) == (OriginalState.MOVING, town.units["ap"])
    town.at("2026-03-04 10:00")
    confirm(town, "khanh", move)
    held = original(town, paper)
    assert (held.state, held.holder_unit_id) == (OriginalState.HELD, town.units["snv"])
    assert held.since == town.clock.now()
    outside = hand(town, "lan", paper, name="Phân viện Khoa học hình sự")
    confirm(town, "lan", outside, PAPER)  # nobody of theirs signs in
    away = original(town, paper)
    assert (away.holder_unit_id, away.holder_name) == (None, "Phân viện Khoa học hình sự")
    with pytest.raises(NotPermitted), town.act("hoa") as act:
        originals.take_in(act, paper)
    with town.act("lan") as act:
        originals.take_in(act, paper, "kèm kết luận giám định")
    back = hand(town, "khanh", paper, unit="ap")
    confirm(town, "hoa", back)
    with town.act("hoa") as act:
        originals.give_back(act, paper, "Nguyễn Thị Mừng", PAPER)
    done = original(town, paper)
    assert (done.state, done.holder_name) == (OriginalState.RETURNED, "Nguyễn Thị Mừng")
    chain = standing(town, "hoa", paper).moves
    assert [(one.row.from_name, one.row.to_name, one.row.state) for one in chain] == [
        ("UBND xã An Phú", "Sở Nội vụ", "confirmed"),
        ("Sở Nội vụ", "Phân viện Khoa học hình sự", "confirmed"),
        ("Phân viện Khoa học hình sự", "Sở Nội vụ", "confirmed"),
        ("Sở Nội vụ", "UBND xã An Phú", "confirmed"),
        ("UBND xã An Phú", "Nguyễn Thị Mừng", "confirmed"),
    ]
    assert chain[1].row.attachment_id is not None
    assert chain[4].row.attachment_id is not None
    with town.act(write=False) as act:
        [file] = act.session.scalars(select(AttachmentRow))  # the same paper, kept once
        assert file.case_id == case_id
    acts = [line for line in town.acts(case_id) if line.startswith("original:")]
    assert acts == [
        Journalled.ORIGINAL_NOTED,
        *[Journalled.ORIGINAL_HANDED, Journalled.ORIGINAL_CONFIRMED] * 2,
        Journalled.ORIGINAL_CONFIRMED,
        Journalled.ORIGINAL_HANDED,
        Journalled.ORIGINAL_CONFIRMED,
        Journalled.ORIGINAL_RETURNED,
    ]


def at_once(*acts):
    """Does all at the same time; what became of each."""
    start = Barrier(len(acts))

    def do(act):
        start.wait()
        try:
            act()
        except Conflict:
            return "reload"
        return "done"

    with ThreadPoolExecutor(len(acts)) as workers:
        return sorted(workers.map(do, acts))


def test_of_two_who_act_at_the_same_moment_one_wins(town):
    _, paper = noted(town)
    move = hand(town, "hoa", paper, unit="snv")
    both = at_once(lambda: confirm(town, "khanh", move), lambda: confirm(town, "lan", move))
    assert both == ["done", "reload"]
    both = at_once(
        lambda: hand(town, "khanh", paper, unit="ap"), lambda: hand(town, "lan", paper, unit="bm")
    )
    assert both == ["done", "reload"]
    with town.act(write=False) as act:
        assert len(act.session.scalars(select(HandOverRow)).all()) == 2


def test_of_two_who_confirm_one_after_the_other_one_is_told_to_reload(town):
    _, paper = noted(town)
    move = hand(town, "hoa", paper, unit="snv")
    confirm(town, "khanh", move)
    with pytest.raises(Conflict):
        confirm(town, "lan", move)
    with pytest.raises(Conflict), town.act("oanh") as act:
        originals.refuse(act, move, "Không có trong bì.")
    with pytest.raises(Conflict), town.act("hoa") as act:
        originals.cancel(act, move, "Đổi ý.")
    with town.act(write=False) as act:
        [row] = act.session.scalars(select(HandOverRow))
        assert (row.state, row.confirmed_by_id) == (HandOverState.CONFIRMED, town.users["khanh"])


def test_who_may_do_what(place, small_town):
    town = small_town
    case_id, paper = place
    for who, error in (("quan", NotFound), ("tam", NotFound), ("phuc", NotPermitted)):
        with pytest.raises(error):
            hand(town, who, paper, unit="snv")
        with pytest.raises(error), town.act(who) as act:
            originals.note(act, case_id, "Bản sao")
    move = hand(town, "hoa", paper, unit="snv")
    for who in ("hoa", "binh"):  # the giver's side
        with pytest.raises(NotPermitted):
            confirm(town, who, move)
    with pytest.raises(NotFound):
        confirm(town, "quan", move)
    assert standing(town, "khanh", paper).may_confirm  # before the dossier itself came there
    with pytest.raises(NotPermitted), town.act("khanh") as act:
        originals.cancel(act, move, "Không phải của tôi.")
    assert standing(town, "binh", paper).may_cancel
    with pytest.raises(Conflict):
        hand(town, "hoa", paper, unit="bm")


def test_nobody_confirms_what_they_handed_over_themselves(place, small_town):
    town = small_town
    _, paper = place

    with town.act() as act:
        hoa = act.session.get_one(UserRow, town.users["hoa"])
        there = act.session.get_one(UnitRow, town.units["snv"])
        organising.appoint(act, hoa, "mot-cua-snv", there, date(2025, 7, 1))
    move = hand(town, "hoa", paper, unit="snv")
    with pytest.raises(Misuse, match="không tự xác nhận"):
        confirm(town, "hoa", move)
    assert not standing(town, "hoa", paper).may_confirm
    confirm(town, "khanh", move)


def test_a_refused_hand_over_is_the_givers_again_with_the_reason(place, small_town):
    town = small_town
    case_id, paper = place
    move = hand(town, "hoa", paper, unit="snv")
    with pytest.raises(Misuse, match="lý do"), town.act("khanh") as act:
        originals.refuse(act, move, "")
    with town.act("khanh") as act:
        originals.refuse(act, move, "Trong bì chỉ có bản sao.")
    row = original(town, paper)
    assert (row.state, row.holder_unit_id) == (OriginalState.HELD, town.units["ap"])
    [one] = standing(town, "hoa", paper).moves
    assert (one.row.state, one.row.note) == (HandOverState.REFUSED, "Trong bì chỉ có bản sao.")
    assert town.acts(case_id)[-1] == Journalled.ORIGINAL_REFUSED
    again = hand(town, "hoa", paper, unit="snv")
    with town.act("hanh") as act:
        originals.cancel(act, again, "Gửi nhầm nơi.")
    assert original(town, paper).state == OriginalState.HELD
    assert town.acts(case_id)[-1] == Journalled.ORIGINAL_TAKEN_BACK


def test_bad_input_says_what_is_wrong_and_nothing_moves(place, small_town):
    town = small_town
    case_id, paper = place
    for unit, name, why in (
        ("", "", "Hãy chọn nơi nhận"),
        ("", "x" * 201, "dài quá 200"),
        ("ap", "", "chính đơn vị này"),
    ):
        with pytest.raises(Misuse, match=why):
            hand(town, "hoa", paper, unit=unit, name=name)
    with pytest.raises(Misuse, match="Hãy chọn nơi nhận"), town.act("hoa") as act:
        originals.hand(act, paper, Receiver(999))
    with town.act() as act:
        nobody = organising.add_unit(act, "bnv", "Bộ Nội vụ", "bo-noi-vu").id
    with pytest.raises(Misuse, match="Bộ Nội vụ không có ai"), town.act("hoa") as act:
        originals.hand(act, paper, Receiver(nobody))
    for receiver, file, why in (
        ("", PAPER, "Hãy ghi tên"),
        ("Bà Mừng", None, "chữ ký của người nhận"),
        ("Bà Mừng", UploadedFile("a.pdf", b""), "chữ ký của người nhận"),
        ("Bà Mừng", UploadedFile("a.exe", b"MZ\x90"), "không thuộc loại"),
    ):
        with pytest.raises(Misuse, match=why), town.act("hoa") as act:
            originals.give_back(act, paper, receiver, file)
    for name in ("", "y" * 201):
        with pytest.raises(Misuse), town.act("hoa") as act:
            originals.note(act, case_id, name)
    assert original(town, paper).state == OriginalState.HELD
    assert standing(town, "hoa", paper).moves == []


def test_an_archived_original_stays_where_it_is(place, small_town):
    town = small_town
    case_id, paper = place
    with pytest.raises(NotPermitted), town.act("phuc") as act:
        originals.archive(act, paper)
    with town.act("hoa") as act:
        originals.archive(act, paper)
    assert town.acts(case_id)[-1] == Journalled.ORIGINAL_ARCHIVED
    with pytest.raises(Conflict):
        hand(town, "hoa", paper, unit="snv")


def test_lists_of_a_unit(place, small_town):
    town = small_town
    _, paper = place
    other_case, other = noted(town, ls_ho_ten="Lê Thị Sáu")
    ap, snv = [town.units["ap"]], [town.units["snv"]]

    def listed(unit, query=""):
        with town.act(write=False) as act:
            return [line.original_id for line in shelves.held(act.session, unit, query).lines]

    assert listed(ap) == [other, paper]
    assert listed(ap, "le thi sau") == [other]
    assert listed(ap, "0442") == [other, paper]
    assert listed(ap, "%") == []
    assert listed(snv) == []
    move = hand(town, "hoa", paper, unit="snv")
    with town.act(write=False) as act:
        [line] = shelves.coming(act.session, snv)
        assert (line.hand_over_id, line.giver, line.by) == (move, "UBND xã An Phú", "Hoa")
        assert [one.hand_over_id for one in shelves.going(act.session, ap)] == [move]
        assert shelves.to_return(act.session, ap) == []
    town.do(other_case, "B1b", ket_qua_tiep_nhan="tu_choi", ly_do_tu_choi="Không thuộc thẩm quyền.")
    assert town.case(other_case).state == "finished"
    with town.act(write=False) as act:
        assert [one.original_id for one in shelves.to_return(act.session, ap)] == [other]
    assert standing(town, "hoa", other).ended
    assert not standing(town, "hoa", paper).ended
    with town.act("hoa") as act:
        originals.give_back(act, other, "Nguyễn Thị Mừng", PAPER)
    with town.act(write=False) as act:
        assert shelves.to_return(act.session, ap) == []


def test_what_was_handed_over_in_one_go_is_found_together(place, small_town):
    town = small_town
    _, paper = place
    _, other = noted(town)
    first = hand(town, "hoa", paper, unit="snv")
    second = hand(town, "hoa", other, unit="snv")
    town.at("2026-03-03 09:00")
    _, third = noted(town)
    hand(town, "hoa", third, unit="snv")
    with town.act(write=False) as act:
        found = shelves.together(act.session, act.session.get_one(HandOverRow, second))
        assert [move.id for move, _, _ in found] == [first, second]
