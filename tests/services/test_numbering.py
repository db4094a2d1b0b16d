"""Numbers of books: without gaps or doubles, kept back, voided, counted anew each year."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import func, select

from engine.domain.books import Kind
from engine.domain.errors import Conflict, Misuse, NotFound, NotPermitted
from engine.domain.states import DocumentState
from engine.persistence.journal_store import verify
from engine.persistence.tables import BookNumberRow, BookRow, DocumentRow, UnitRow
from engine.services import bookkeeping, numbering
from engine.services.act import Act
from engine.services.bookkeeping import Settings
from tests.factories import World

THREADS = 20


def give(town: World, unit: str = "snv", kind: Kind = Kind.OUTGOING, **said: str) -> str:
    with town.act("lan") as act:
        return numbering.give(act, town.units[unit], kind, "Báo cáo tháng", **said).sign


def reserve(town: World, count: int = 1, who: str = "khanh", **said: object) -> list[BookNumberRow]:
    with town.act(who) as act:
        return numbering.reserve(
            act, town.units["snv"], Kind.OUTGOING, "Tờ trình của Phòng", count, **said
        )


def given(town: World, unit: str = "snv", kind: Kind = Kind.OUTGOING) -> list[tuple[int, str]]:
    """Every number of the unit's books of a kind, with its state."""
    with town.act(write=False) as act:
        rows = act.session.execute(
            select(BookNumberRow.number, BookNumberRow.state)
            .join(BookRow, BookRow.id == BookNumberRow.book_id)
            .where(BookRow.unit_id == town.units[unit], BookRow.kind == kind)
            .order_by(BookRow.year, BookNumberRow.number)
        )
        return [(number, state) for number, state in rows]


def book(town: World, unit: str = "snv", kind: Kind = Kind.OUTGOING) -> BookRow:
    with town.act(write=False) as act:
        wanted = select(BookRow).where(BookRow.unit_id == town.units[unit], BookRow.kind == kind)
        return act.session.scalars(wanted.order_by(BookRow.year.desc()).limit(1)).one()


def fail_after_taking_a_number(act: Act, unit_id: int) -> None:
    numbering.give(act, unit_id, Kind.OUTGOING, "Thư hỏng")
    raise Misuse()


# --- giving --------------------------------------------------------------------------------------


def test_each_unit_and_each_book_counts_for_itself(small_town: World) -> None:
    with small_town.act() as act:
        act.session.get_one(UnitRow, small_town.units["snv"]).sign = "SNV-NCC"
    assert give(small_town) == "01/SNV-NCC"
    assert give(small_town, letter="TTr") == "02/TTr-SNV-NCC"
    assert give(small_town, kind=Kind.RECEIPT) == "01/GTN-SNV-NCC"
    assert give(small_town, unit="ap") == "01/AP"  # a unit without a sign goes by its code


def test_an_act_that_fails_takes_its_number_back(town: World) -> None:
    give(town)
    with pytest.raises(Misuse), town.act("lan") as act:
        fail_after_taking_a_number(act, town.units["snv"])
    give(town)
    assert given(town) == [(1, "used"), (2, "used")]


def test_two_numbers_in_one_act_follow_each_other(town: World) -> None:
    with town.act("lan") as act:
        signs = [
            numbering.give(act, town.units["snv"], Kind.OUTGOING, "Hai thư").sign for _ in range(2)
        ]
    assert signs == ["01/SNV", "02/SNV"]


def test_twenty_at_once_get_numbers_without_gaps_or_doubles_though_some_fail(town: World) -> None:
    """They open the year's first book together; a third of what they try fails and rolls back."""
    together = Barrier(THREADS)

    def clerk(number: int) -> list[int]:
        got = []
        together.wait(timeout=20)
        for attempt in range(3):
            try:
                with town.act("lan") as act:
                    row = numbering.give(act, town.units["snv"], Kind.OUTGOING, f"Thư {number}")
                    if (number + attempt) % 3 == 0:
                        raise Misuse()
                got.append(row.number)
            except Misuse:
                pass
        return got

    with ThreadPoolExecutor(THREADS) as pool:
        numbers = sorted(one for got in pool.map(clerk, range(THREADS)) for one in got)
    assert numbers == list(range(1, 41))  # 60 attempts, 20 of them failed
    assert [number for number, _ in given(town)] == numbers
    assert book(town).last == 40


def test_clerks_who_reserve_and_void_meanwhile_leave_no_gap_either(town: World) -> None:
    together = Barrier(6)

    def clerk(number: int) -> None:
        together.wait(timeout=20)
        if number % 2:
            give(town)
            return
        rows = reserve(town, 2)
        with town.act("khanh") as act:
            numbering.void(act, rows[1].id, "Không dùng nữa.")

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(clerk, range(6)))
    states = given(town)
    assert [number for number, _ in states] == list(range(1, 10))
    assert sorted(state for _, state in states) == ["reserved"] * 3 + ["used"] * 3 + ["voided"] * 3
    with town.act(write=False) as act:
        assert verify(act.session) == []


# --- the year turns ------------------------------------------------------------------------------


def test_the_year_turns_at_midnight_local_time(town: World) -> None:
    town.at("2026-12-31 23:59:59")
    assert give(town) == "01/SNV"
    assert give(town) == "02/SNV"
    town.at("2027-01-01 00:00:00")  # 31 December, 17:00 UTC
    assert give(town) == "01/SNV"
    with town.act(write=False) as act:
        years = act.session.execute(select(BookRow.year, BookRow.last).order_by(BookRow.year))
        assert [tuple(row) for row in years] == [(2026, 2), (2027, 1)]


def test_two_clerks_opening_the_years_first_book_at_once_share_it(town: World) -> None:
    town.at("2027-01-01 00:00:00")
    together = Barrier(2)

    def clerk(_: int) -> str:
        together.wait(timeout=10)
        return give(town)

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(clerk, range(2))) == ["01/SNV", "02/SNV"]
    with town.act(write=False) as act:
        assert act.session.scalar(select(func.count()).select_from(BookRow)) == 1


def test_a_new_years_book_writes_numbers_as_the_last_one_did(small_town: World) -> None:
    give(small_town)
    with small_town.act("uyen") as act:
        bookkeeping.change(act, book(small_town).id, Settings("{number}-{year}/{sign}", limit=9))
    small_town.at("2027-01-04 08:00")
    assert give(small_town) == "01-2027/SNV"
    assert book(small_town).limit is None


# --- reserved ------------------------------------------------------------------------------------


def test_numbers_kept_back_stay_visible_and_are_used_later(small_town: World) -> None:
    rows = reserve(small_town, 2, letter="TTr")
    assert [row.sign for row in rows] == ["01/TTr-SNV", "02/TTr-SNV"]
    assert give(small_town) == "03/SNV"
    small_town.at("2026-03-05 09:00")
    with small_town.act("lan") as act:
        waiting = numbering.reserved(act, small_town.units["snv"], Kind.OUTGOING)
        assert [row.number for row in waiting] == [1, 2]
        row = numbering.use_reserved(
            act, rows[1].id, "Công văn thật", small_town.units["snv"], Kind.OUTGOING, letter=""
        )
        assert (row.sign, row.purpose, row.at) == ("02/SNV", "Công văn thật", act.now)
    assert given(small_town) == [(1, "reserved"), (2, "used"), (3, "used")]


def test_a_reserved_number_is_used_once_whoever_is_first(town: World) -> None:
    (row,) = reserve(town)
    together = Barrier(4)

    def clerk(_: int) -> bool:
        together.wait(timeout=10)
        try:
            with town.act("lan") as act:
                numbering.use_reserved(act, row.id, "Thư", town.units["snv"], Kind.OUTGOING)
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(clerk, range(4))) == [False, False, False, True]


def test_a_reserved_number_serves_its_own_book_and_year_alone(small_town: World) -> None:
    (row,) = reserve(small_town)
    snv, ap = small_town.units["snv"], small_town.units["ap"]
    for unit, kind in ((ap, Kind.OUTGOING), (snv, Kind.RECEIPT)):
        with pytest.raises(NotFound), small_town.act("lan") as act:
            numbering.use_reserved(act, row.id, "Thư", unit, kind)
    small_town.at("2027-01-04 08:00")
    with pytest.raises(Misuse, match="2027"), small_town.act("lan") as act:
        numbering.use_reserved(act, row.id, "Thư", snv, Kind.OUTGOING)
    with pytest.raises(NotFound), small_town.act("lan") as act:
        numbering.use_reserved(act, 99_999, "Thư", snv, Kind.OUTGOING)


def test_a_clerk_counting_on_a_number_is_told_when_it_is_gone(small_town: World) -> None:
    give(small_town)
    with pytest.raises(Conflict, match="Số tiếp theo của sổ là 2"):
        reserve(small_town, number=1)
    with pytest.raises(Misuse, match="bỏ trống từ số 2"):
        reserve(small_town, number=5)
    assert [row.number for row in reserve(small_town, 2, number=2)] == [2, 3]
    assert [number for number, _ in given(small_town)] == [1, 2, 3]


@pytest.mark.parametrize(
    "said", [{"count": 0}, {"count": 51}, {"letter": "XYZ"}], ids=["none", "too-many", "letter"]
)
def test_what_makes_no_sense_is_not_reserved(small_town: World, said: dict[str, object]) -> None:
    with pytest.raises(Misuse):
        reserve(small_town, **said)
    assert given(small_town) == []


@pytest.mark.parametrize("purpose", ["", " \n ", "dài " * 100])
def test_a_number_is_kept_back_for_something(small_town: World, purpose: str) -> None:
    with pytest.raises(Misuse), small_town.act("khanh") as act:
        numbering.reserve(act, small_town.units["snv"], Kind.OUTGOING, purpose)


def test_papers_made_elsewhere_take_their_numbers_here_too(small_town: World) -> None:
    (row,) = reserve(small_town)
    with small_town.act("khanh") as act:
        numbering.use_outside(act, row.id, "Công văn đánh máy")
        taken = numbering.take(act, small_town.units["snv"], Kind.OUTGOING, "Giấy mời", "GM")
    assert taken.sign == "02/GM-SNV"
    assert given(small_town) == [(1, "used"), (2, "used")]
    with small_town.act(write=False) as act:
        lines = [line.act for line in small_town.system_lines(act)][-3:]
    assert lines == ["number:reserved", "number:used", "number:used"]


# --- voided --------------------------------------------------------------------------------------


def test_a_voided_number_stays_and_is_never_given_again(small_town: World) -> None:
    (row,) = reserve(small_town)
    with small_town.act("khanh") as act:
        numbering.void(act, row.id, "Lãnh đạo không ký.")
    assert give(small_town) == "02/SNV"
    assert given(small_town) == [(1, "voided"), (2, "used")]
    with pytest.raises(Conflict), small_town.act("khanh") as act:
        numbering.void(act, row.id, "Lần nữa.")
    with pytest.raises(Conflict), small_town.act("lan") as act:
        numbering.use_reserved(act, row.id, "Thư", small_town.units["snv"], Kind.OUTGOING)
    with small_town.act(write=False) as act:
        line = small_town.system_lines(act)[-1]
    assert (line.act, line.facts["reason"]) == ("number:voided", "Lãnh đạo không ký")


def test_a_number_is_not_voided_without_a_reason(small_town: World) -> None:
    (row,) = reserve(small_town)
    with pytest.raises(Misuse), small_town.act("khanh") as act:
        numbering.void(act, row.id, "  ")
    assert given(small_town) == [(1, "reserved")]


def test_the_number_of_a_document_in_force_is_voided_with_it_alone(small_town: World) -> None:
    with small_town.act("lan") as act:
        row = numbering.give(act, small_town.units["snv"], Kind.OUTGOING, "Công văn 1")
        document = DocumentRow(
            kind="cong-van",
            unit_id=small_town.units["snv"],
            title="Công văn trả lời",
            state=DocumentState.ISSUED,
            number_id=row.id,
            sign=row.sign,
            made_at=act.now,
            data={},
        )
        act.session.add(document)
    with pytest.raises(Misuse, match="Công văn trả lời"), small_town.act("khanh") as act:
        numbering.void(act, row.id, "Sai nội dung.")
    with small_town.act("khanh") as act:
        act.session.get_one(DocumentRow, document.id).state = DocumentState.VOIDED
        numbering.void_number(act, act.session.get_one(BookNumberRow, row.id), "Sai nội dung.")
    assert given(small_town) == [(1, "voided")]


def test_clerks_heads_and_leaders_keep_the_books_others_only_issue(small_town: World) -> None:
    for who in ("lan", "phuc", "giang", "uyen", "tam"):
        with pytest.raises(NotPermitted):
            reserve(small_town, who=who)
    (row,) = reserve(small_town, who="nga")
    for who in ("lan", "giang"):
        with pytest.raises(NotPermitted), small_town.act(who) as act:
            numbering.void(act, row.id, "Không dùng.")
    with pytest.raises(NotPermitted), small_town.act("giang") as act:
        numbering.reserved(act, small_town.units["snv"], Kind.OUTGOING)
    assert given(small_town) == [(1, "reserved")]
