"""The books themselves: patterns, limits, beginnings, closing; read page by page."""

from __future__ import annotations

import pytest

from engine.domain.books import Kind, Pattern
from engine.domain.errors import Conflict, Misuse, NotFound, NotPermitted
from engine.domain.states import NumberState
from engine.services import bookkeeping, numbering
from engine.services.bookkeeping import Settings
from tests.factories import World
from tests.services.test_numbering import book, give, given, reserve

# --- the books themselves ------------------------------------------------------------------------


def test_a_closed_book_gives_nothing_until_it_is_reopened(small_town: World) -> None:
    (row,) = reserve(small_town)
    book_id = book(small_town).id
    with small_town.act("uyen") as act:
        bookkeeping.close(act, book_id)
    with pytest.raises(Misuse, match="đã khóa"):
        give(small_town)
    with pytest.raises(Misuse, match="đã khóa"):
        reserve(small_town)
    with pytest.raises(Misuse, match="đã khóa"), small_town.act("lan") as act:
        numbering.use_reserved(act, row.id, "Thư", small_town.units["snv"], Kind.OUTGOING)
    with pytest.raises(Conflict), small_town.act("uyen") as act:
        bookkeeping.close(act, book_id)
    with small_town.act("khanh") as act:
        numbering.void(act, row.id, "Sổ đã khóa, không dùng.")  # what is left over may be settled
    with pytest.raises(Misuse), small_town.act("uyen") as act:
        bookkeeping.reopen(act, book_id, "")
    with small_town.act("uyen") as act:
        bookkeeping.reopen(act, book_id, "Khóa nhầm.")
    assert give(small_town) == "02/SNV"
    with pytest.raises(Conflict), small_town.act("uyen") as act:
        bookkeeping.reopen(act, book_id, "Lần nữa.")


def test_a_full_book_says_so_and_gives_nothing(small_town: World) -> None:
    with small_town.act("uyen") as act:
        bookkeeping.prepare(
            act, small_town.units["snv"], Kind.OUTGOING, Settings("{number}/{sign}", limit=3)
        )
    reserve(small_town, 2)
    with pytest.raises(Misuse, match="chỉ còn 1 số"):
        reserve(small_town, 2)
    give(small_town)
    with pytest.raises(Misuse, match="đã hết số"):
        give(small_town)
    assert [number for number, _ in given(small_town)] == [1, 2, 3]


def test_an_office_that_begins_in_the_middle_of_the_year_goes_on_from_its_paper_book(
    small_town: World,
) -> None:
    settings = Settings("{number}/{kind}{sign}", on_paper=245)
    with small_town.act("uyen") as act:
        row = bookkeeping.prepare(act, small_town.units["snv"], Kind.OUTGOING, settings)
        shown = bookkeeping.example(act, row.unit_id, row.pattern, row.last + 1, "TTr")
        assert shown == "246/TTr-SNV"
    assert give(small_town) == "246/SNV"
    with small_town.act("lan", write=False) as act:
        assert bookkeeping.look(act, row.id).on_paper == 245
    with pytest.raises(Misuse, match="Sổ đã cấp số 246"), small_town.act("uyen") as act:
        bookkeeping.change(act, row.id, Settings("{number}/{sign}", on_paper=300))
    with small_town.act("uyen") as act:  # said again as it is, nothing is asked for
        bookkeeping.change(act, row.id, Settings("{number}/{sign}", on_paper=246))


def test_a_limit_is_never_below_what_was_given(small_town: World) -> None:
    for _ in range(3):
        give(small_town)
    for limit in (2, 0, -1, 1_000_000):
        with pytest.raises(Misuse), small_town.act("uyen") as act:
            bookkeeping.change(act, book(small_town).id, Settings("{number}/{sign}", limit))
    with small_town.act("uyen") as act:
        bookkeeping.change(act, book(small_town).id, Settings("{number}/{sign}", limit=3))


@pytest.mark.parametrize(
    "pattern",
    [
        "{sign}",
        "{number}/{unit}",
        "{number}/{number}",
        "{number}{",
        "số}{number}",
        "{number}/" + "X" * 52,
        "",
    ],
)
def test_a_pattern_that_makes_no_sense_changes_nothing(small_town: World, pattern: str) -> None:
    give(small_town)
    with pytest.raises(Misuse), small_town.act("uyen") as act:
        bookkeeping.change(act, book(small_town).id, Settings(pattern))
    assert book(small_town).pattern == "{number}/{kind}{sign}"


def test_numbers_given_keep_their_wording_when_the_pattern_changes(small_town: World) -> None:
    give(small_town)
    with small_town.act("uyen") as act:
        bookkeeping.change(act, book(small_town).id, Settings("{number}.{year}/{sign}"))
    assert give(small_town) == "02.2026/SNV"
    with small_town.act("lan", write=False) as act:
        page = bookkeeping.numbers(act, book(small_town).id, None, "", None)
    assert [line.sign for line in page.lines] == ["02.2026/SNV", "01/SNV"]


def test_the_longest_number_fits_where_it_is_kept() -> None:
    longest = Pattern("{number}.{year}/{kind}" + "X" * 24 + "{sign}")
    assert len(longest.filled(999_999, 2026, "X" * 30, "X" * 10)) <= 80
    assert Pattern("{number}/{kind}{sign}").filled(7, 2026, "", "TTr") == "07/TTr"


def test_only_administrators_change_books(small_town: World) -> None:
    give(small_town)
    book_id, snv = book(small_town).id, small_town.units["snv"]
    for who in ("khanh", "nga", "phuc", "vinh"):
        for change in (
            lambda act: bookkeeping.change(act, book_id, Settings("{number}")),
            lambda act: bookkeeping.prepare(act, snv, Kind.STOP, Settings("{number}")),
            lambda act: bookkeeping.close(act, book_id),
            lambda act: bookkeeping.reopen(act, book_id, "Vì."),
        ):
            with pytest.raises(NotPermitted), small_town.act(who) as act:
                change(act)


# --- reading -------------------------------------------------------------------------------------


def test_a_book_is_read_page_by_page_and_searched_without_diacritics(town: World) -> None:
    purposes = ["Tờ trình cấp đổi Bằng", "Công văn hỏi giám định", "Giấy mời họp Hội đồng"]
    with town.act("lan") as act:
        for number in range(60):
            numbering.give(act, town.units["snv"], Kind.OUTGOING, purposes[number % 3])
    reserve(town)
    book_id = book(town).id
    with town.act("lan", write=False) as act:
        first = bookkeeping.numbers(act, book_id, None, "", None)
        second = bookkeeping.numbers(act, book_id, None, "", first.after)
        found = bookkeeping.numbers(act, book_id, None, "hoi GIAM dinh", None)
        by_number = bookkeeping.numbers(act, book_id, None, "17", None)
        by_sign = bookkeeping.numbers(act, book_id, None, "17/snv", None)
        kept = bookkeeping.numbers(act, book_id, NumberState.RESERVED, "", None)
        standing = bookkeeping.look(act, book_id)
        whole = [line.number for line in bookkeeping.whole(act, book_id, 100)]
    assert [line.number for line in first.lines] == list(range(61, 11, -1))
    assert [line.number for line in second.lines] == list(range(11, 0, -1))
    assert second.after is None
    assert {line.purpose for line in found.lines} == {"Công văn hỏi giám định"}
    assert len(found.lines) == 20
    assert [line.number for line in by_number.lines] == [17]
    assert [line.number for line in by_sign.lines] == [17]
    assert [line.number for line in kept.lines] == [61]
    assert (standing.reserved, standing.voided, standing.first) == (1, 0, 1)
    assert whole == list(range(1, 62))


def test_books_of_other_units_are_not_shown(small_town: World) -> None:
    give(small_town)
    book_id = book(small_town).id
    for who in ("hoa", "uyen", "tam"):
        with pytest.raises(NotPermitted), small_town.act(who, write=False) as act:
            bookkeeping.look(act, book_id)
    with small_town.act("phuc", write=False) as act:  # supervises the province
        assert bookkeeping.look(act, book_id).book.last == 1
    with pytest.raises(NotFound), small_town.act("lan", write=False) as act:
        bookkeeping.look(act, 999)
