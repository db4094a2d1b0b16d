"""Numbers of books: given without gaps or doubles, however many clerks ask at once."""

from __future__ import annotations

from engine.domain import books
from engine.domain.books import Kind, Pattern
from engine.domain.errors import Misuse
from engine.domain.messages import say
from engine.domain.states import NumberState
from engine.persistence import books as shelves
from engine.persistence.tables import BookNumberRow, BookRow, UnitRow
from engine.services.act import Act

PURPOSE_LENGTH = 300


def give(act: Act, unit_id: int, kind: Kind, purpose: str, letter: str = "") -> BookNumberRow:
    """The next number of the unit's book of this local year, used for `purpose`.

    The book's row stays locked until the act ends: who asks meanwhile waits and gets the number
    after it, and an act that fails leaves no gap. `letter` is the short name of the kind of letter
    (“TTr”). The caller has asked for permission. Raises Misuse for a closed or full book.
    """
    book = open_book(act, unit_id, kind)
    refuse_unless_open(act, book)
    book.last += 1
    number = BookNumberRow(
        book_id=book.id,
        number=book.last,
        state=NumberState.USED,
        sign=written(act, book, book.last, letter),
        purpose=purpose[:PURPOSE_LENGTH],
        at=act.now,
        by_id=act.actor.user_id,
    )
    act.session.add(number)
    act.session.flush()  # gives the id that documents refer to
    return number


def open_book(act: Act, unit_id: int, kind: Kind) -> BookRow:
    """The unit's book of the act's local year, locked; opened now when it is the year's first."""
    return shelves.lock_book(act.session, unit_id, kind, act.today.year, books.PATTERNS[kind])


def written(act: Act, book: BookRow, number: int, letter: str = "") -> str:
    """A number in full, as the book writes it."""
    unit = act.session.get_one(UnitRow, book.unit_id)
    sign = unit.sign or unit.code.upper()
    return Pattern(book.pattern).filled(number, book.year, sign, letter)


def refuse_unless_open(act: Act, book: BookRow) -> None:
    """Raises Misuse for a book that is closed, or that has given its last number."""
    unit = act.session.get_one(UnitRow, book.unit_id)
    facts = {"book": books.NAMES[Kind(book.kind)], "unit": unit.name, "year": book.year}
    if book.closed_at is not None:
        raise Misuse(say("%(book)s năm %(year)s của %(unit)s đã khóa.", **facts))
    if book.limit is not None and book.last >= book.limit:
        raise Misuse(
            say(
                "%(book)s năm %(year)s của %(unit)s đã hết số (đến số %(limit)s).",
                limit=book.limit,
                **facts,
            )
        )
