"""The books themselves: how they write numbers, where they begin and end, closed and reopened."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.domain.access import Permission, require
from engine.domain.books import HIGHEST, PATTERNS, Kind, Pattern
from engine.domain.errors import Conflict, Misuse, NotFound
from engine.domain.journal import Act as Journalled
from engine.domain.messages import say
from engine.domain.states import NumberState
from engine.persistence import booklists
from engine.persistence import books as shelves
from engine.persistence.booklists import NumberLine, Shelved
from engine.persistence.paging import Page
from engine.persistence.tables import BookNumberRow, BookRow, UnitRow
from engine.services import journalling, numbering
from engine.services.act import Act
from engine.services.evidence import checked_reason


@dataclass(frozen=True)
class Settings:
    """What an administrator sets of a book."""

    pattern: str  # see domain.books.Pattern
    limit: int | None = None  # no number above; None: no limit
    on_paper: int | None = None  # the paper book has come to this number; None: leave it


def change(act: Act, book_id: int, settings: Settings) -> BookRow:
    """Changes how a book writes its numbers, its limit, and after which number it begins.

    Numbers given keep their wording. Raises NotPermitted, NotFound, Misuse (a pattern or a limit
    that makes no sense, a beginning for a book that has given numbers).
    """
    require(act.actor, Permission.BOOK_EDIT)
    return _changed(act, _locked(act, book_id), settings)


def prepare(act: Act, unit_id: int, kind: Kind, settings: Settings) -> BookRow:
    """The same for this year's book of a unit, which is opened when nobody has used it yet."""
    require(act.actor, Permission.BOOK_EDIT)
    if act.session.get(UnitRow, unit_id) is None:
        raise NotFound()
    return _changed(act, numbering.open_book(act, unit_id, kind), settings)


def close(act: Act, book_id: int) -> BookRow:
    """Closes a book: no number is given any more. Raises NotPermitted, NotFound, Conflict."""
    require(act.actor, Permission.BOOK_EDIT)
    book = _locked(act, book_id)
    if book.closed_at is not None:
        raise Conflict(say("Sổ này đã khóa rồi."))
    book.closed_at = act.now
    journalling.note(act, Journalled.BOOK_CLOSED, **_words(act, book), last=book.last)
    return book


def reopen(act: Act, book_id: int, reason: str) -> BookRow:
    """Opens a closed book again, with a reason. Raises NotPermitted, NotFound, Conflict, Misuse."""
    require(act.actor, Permission.BOOK_EDIT)
    said = checked_reason(reason)
    book = _locked(act, book_id)
    if book.closed_at is None:
        raise Conflict(say("Sổ này đang mở."))
    book.closed_at = None
    journalling.note(act, Journalled.BOOK_REOPENED, **_words(act, book), reason=said.rstrip("."))
    return book


def example(act: Act, unit_id: int, pattern: str, number: int, letter: str = "") -> str:
    """A number of this year in full, as a pattern writes it. Raises Misuse for a bad pattern."""
    unit = act.session.get_one(UnitRow, unit_id)
    sign = unit.sign or unit.code.upper()
    return Pattern(tidied(pattern)).filled(number, act.today.year, sign, letter)


def tidied(pattern: str) -> str:
    """A pattern as it was meant: no number has blanks in it."""
    return "".join(pattern.split())


def pattern_of(act: Act, unit_id: int, kind: Kind) -> str:
    """How a unit's book will write its numbers once it is opened."""
    return shelves.pattern_before(act.session, unit_id, kind, act.today.year) or PATTERNS[kind]


def settings_of(act: Act, unit_id: int) -> list[Shelved]:
    """This year's books of a unit, for administrators. Raises NotPermitted."""
    require(act.actor, Permission.BOOK_EDIT)
    return booklists.books_of(act.session, [unit_id], act.today.year)


def former(act: Act, unit_id: int) -> list[Shelved]:
    """The books of a unit of other years, for administrators. Raises NotPermitted."""
    require(act.actor, Permission.BOOK_EDIT)
    every = booklists.books_of(act.session, [unit_id])
    return [one for one in every if one.book.year != act.today.year]


# --- reading -------------------------------------------------------------------------------------


def look(act: Act, book_id: int) -> Shelved:
    """A book with what stands in it. Raises NotFound unless the actor may see its unit's books."""
    found = booklists.shelved(act.session, book_id)
    if found is None:
        raise NotFound()
    require(act.actor, Permission.BOOK_VIEW, found.book.unit_id)
    return found


def numbers(
    act: Act, book_id: int, state: NumberState | None, query: str, after: str | None
) -> Page[NumberLine]:
    """A page of its numbers, the newest first."""
    look(act, book_id)
    return booklists.numbers(act.session, book_id, state, query, after)


def number(act: Act, number_id: int) -> tuple[NumberLine, Shelved]:
    """One number and its book. Raises NotFound, NotPermitted."""
    row = act.session.get(BookNumberRow, number_id)
    if row is None:
        raise NotFound()
    standing = look(act, row.book_id)
    found = booklists.numbers(act.session, row.book_id, None, str(row.number), None, 1)
    return found.lines[0], standing


def whole(
    act: Act, book_id: int, most: int, state: NumberState | None = None, query: str = ""
) -> Iterator[NumberLine]:
    """Its numbers in their order, to be printed."""
    look(act, book_id)
    return booklists.all_numbers(act.session, book_id, most, state, query)


def shelf(act: Act, unit_id: int, year: int) -> list[Shelved]:
    """The books of a unit in a year. Raises NotPermitted."""
    require(act.actor, Permission.BOOK_VIEW, unit_id)
    return booklists.books_of(act.session, [unit_id], year)


# --- within --------------------------------------------------------------------------------------


def _locked(act: Act, book_id: int) -> BookRow:
    book = shelves.lock_this_book(act.session, book_id)
    if book is None:
        raise NotFound()
    return book


def _changed(act: Act, book: BookRow, settings: Settings) -> BookRow:
    pattern = Pattern(tidied(settings.pattern)).text
    last = book.last if settings.on_paper is None else settings.on_paper
    if last != book.last:
        _refuse_beginning(act, book, last)
    if settings.limit is not None and not last <= settings.limit <= HIGHEST:
        raise Misuse(
            say(
                "Giới hạn của sổ phải từ số cuối đã cấp (%(last)s) đến %(highest)s.",
                last=last,
                highest=HIGHEST,
            )
        )
    before = {"pattern": book.pattern, "limit": book.limit, "last": book.last}
    after = {"pattern": pattern, "limit": settings.limit, "last": last}
    if before == after:
        return book
    book.pattern, book.limit, book.last = pattern, settings.limit, last
    journalling.note(act, Journalled.BOOK_CHANGED, **_words(act, book), before=before, after=after)
    return book


def _refuse_beginning(act: Act, book: BookRow, last: int) -> None:
    """A book that has given numbers begins where it began; none begins beyond what it may hold."""
    standing = booklists.shelved(act.session, book.id)
    if standing is not None and standing.first is not None:
        raise Misuse(
            say(
                "Sổ đã cấp số %(first)s trong hệ thống nên không đổi số bắt đầu được nữa.",
                first=standing.first,
            )
        )
    if not 0 <= last < HIGHEST:
        raise Misuse(say("Số cuối của sổ giấy phải từ 0 đến %(most)s.", most=HIGHEST - 1))


def _words(act: Act, book: BookRow) -> dict[str, object]:
    return {name: str(value) for name, value in numbering.named(act, book).items()}
