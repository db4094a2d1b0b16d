"""Numbers of books: given without gaps or doubles, reserved, used, voided, by whoever may."""

from __future__ import annotations

from engine.domain import books
from engine.domain.access import Permission, require
from engine.domain.books import HIGHEST, Kind, Pattern
from engine.domain.errors import Conflict, Misuse, NotFound
from engine.domain.folding import fold
from engine.domain.journal import Act as Journalled
from engine.domain.messages import Message, say
from engine.domain.states import NumberState
from engine.persistence import books as shelves
from engine.persistence.tables import BookNumberRow, BookRow, UnitRow
from engine.services import journalling
from engine.services.act import Act
from engine.services.evidence import checked_reason

PURPOSE_LENGTH = 300
SEARCH_LENGTH = 400

#: More numbers are not kept back in one go: whoever mistypes the count cannot take them out again.
MOST_AT_ONCE = 50


# --- giving --------------------------------------------------------------------------------------


def give(act: Act, unit_id: int, kind: Kind, purpose: str, letter: str = "") -> BookNumberRow:
    """The next number of the unit's book of this local year, used for `purpose`.

    The book's row stays locked until the act ends: who asks meanwhile waits and gets the number
    after it, and an act that fails leaves no gap. `letter` is the short name of the kind of letter
    (“TTr”). The caller has asked for permission. Raises Misuse for a closed or full book.
    """
    book = open_book(act, unit_id, kind)
    refuse_unless_open(act, book)
    return _next(act, book, NumberState.USED, purpose, letter)


def take(act: Act, unit_id: int, kind: Kind, purpose: str, letter: str = "") -> BookNumberRow:
    """The next number for a paper that is made outside of the program.

    Raises NotPermitted, Misuse (no purpose, unknown letter, closed or full book).
    """
    require(act.actor, Permission.BOOK_KEEP, unit_id)
    said, letter = _purpose(purpose), _letter(letter)
    row = give(act, unit_id, kind, said, letter)
    journalling.note(act, Journalled.NUMBER_USED, sign=row.sign, purpose=said, number=row.id)
    return row


def open_book(act: Act, unit_id: int, kind: Kind) -> BookRow:
    """The unit's book of the act's local year, locked; opened now when it is the year's first."""
    return shelves.lock_book(act.session, unit_id, kind, act.today.year, books.PATTERNS[kind])


def written(act: Act, book: BookRow, number: int, letter: str = "") -> str:
    """A number in full, as the book writes it."""
    unit = act.session.get_one(UnitRow, book.unit_id)
    sign = unit.sign or unit.code.upper()
    return Pattern(book.pattern).filled(number, book.year, sign, letter)


def refuse_unless_open(act: Act, book: BookRow, wanted: int = 1) -> None:
    """Raises Misuse for a book that is closed, or that has not as many numbers left."""
    facts = named(act, book)
    if book.closed_at is not None:
        raise Misuse(
            say(
                "%(book)s năm %(year)s của %(unit)s đã khóa nên không lấy số được nữa. Hãy báo "
                "quản trị mở lại sổ nếu cần.",
                **facts,
            )
        )
    limit = HIGHEST if book.limit is None else book.limit
    if book.last >= limit:
        raise Misuse(
            say(
                "%(book)s năm %(year)s của %(unit)s đã hết số (đến số %(limit)s). Hãy báo quản trị "
                "tăng giới hạn của sổ.",
                limit=limit,
                **facts,
            )
        )
    if book.last + wanted > limit:
        raise Misuse(
            say(
                "%(book)s năm %(year)s của %(unit)s chỉ còn %(left)s số (đến số %(limit)s).",
                left=limit - book.last,
                limit=limit,
                **facts,
            )
        )


def named(act: Act, book: BookRow) -> dict[str, object]:
    """What sentences say of a book: its name, its unit, its year."""
    unit = act.session.get_one(UnitRow, book.unit_id)
    return {"book": books.NAMES[Kind(book.kind)], "unit": unit.name, "year": book.year}


# --- reserving -----------------------------------------------------------------------------------


def reserve(
    act: Act,
    unit_id: int,
    kind: Kind,
    purpose: str,
    count: int = 1,
    number: int | None = None,
    letter: str = "",
) -> list[BookNumberRow]:
    """Keeps the next `count` numbers of this year's book back for papers still to come.

    `number` is the first that the clerk counts on: when it is not the next one, nothing is
    reserved. Raises NotPermitted, Misuse (no purpose, too many, closed or full book, a number that
    would leave a gap), Conflict (that number was given meanwhile).
    """
    require(act.actor, Permission.BOOK_KEEP, unit_id)
    said, letter = _purpose(purpose), _letter(letter)
    if not 1 <= count <= MOST_AT_ONCE:
        raise Misuse(say("Mỗi lần giữ trước từ 1 đến %(most)s số.", most=MOST_AT_ONCE))
    book = open_book(act, unit_id, kind)
    refuse_unless_open(act, book, count)
    _refuse_unless_next(book, number)
    rows = [_next(act, book, NumberState.RESERVED, said, letter) for _ in range(count)]
    signs = rows[0].sign if count == 1 else f"{rows[0].sign} – {rows[-1].sign}"
    journalling.note(act, Journalled.NUMBER_RESERVED, sign=signs, purpose=said, number=rows[0].id)
    return rows


def reserved(act: Act, unit_id: int, kind: Kind) -> list[BookNumberRow]:
    """The numbers of this year's book that wait for their paper, for whoever issues one."""
    require(act.actor, Permission.BOOK_USE, unit_id)
    return shelves.reserved(act.session, unit_id, kind, act.today.year)


def use_reserved(
    act: Act,
    number_id: int,
    purpose: str,
    unit_id: int,
    kind: Kind,
    letter: str | None = None,
) -> BookNumberRow:
    """A reserved number, now used for `purpose`; written anew when its kind of letter is known.

    The caller has asked for permission. Raises NotFound (none of this unit's book), Conflict
    (used or voided meanwhile), Misuse (closed book, or a book of another year).
    """
    row, book = _locked(act, number_id)
    if (book.unit_id, book.kind) != (unit_id, kind):
        raise NotFound(say("Số này không thuộc sổ của đơn vị."))
    if row.state != NumberState.RESERVED:
        raise Conflict(_no_longer(row))
    facts = named(act, book)
    if book.closed_at is not None:
        raise Misuse(
            say(
                "%(book)s năm %(year)s của %(unit)s đã khóa nên không dùng số giữ trước được nữa.",
                **facts,
            )
        )
    if book.year != act.today.year:
        raise Misuse(
            say(
                "Số %(sign)s giữ trước trong sổ năm %(year)s. Văn bản ban hành năm %(now)s phải "
                "lấy số của năm %(now)s; hãy hủy số giữ trước này.",
                sign=row.sign,
                year=book.year,
                now=act.today.year,
            )
        )
    row.state, row.at, row.by_id = NumberState.USED, act.now, act.actor.user_id
    if letter is not None:
        row.sign = written(act, book, row.number, letter)
    _say(row, purpose)
    act.session.flush()  # who asks in the same act finds it used
    return row


def use_outside(act: Act, number_id: int, purpose: str) -> BookNumberRow:
    """Notes that a reserved number was used for a paper made outside of the program.

    Raises NotFound, NotPermitted, and what `use_reserved` does.
    """
    book = _book_of(act, number_id)
    require(act.actor, Permission.BOOK_KEEP, book.unit_id)
    said = _purpose(purpose)
    row = use_reserved(act, number_id, said, book.unit_id, Kind(book.kind))
    journalling.note(act, Journalled.NUMBER_USED, sign=row.sign, purpose=said, number=row.id)
    return row


# --- voiding -------------------------------------------------------------------------------------


def void(act: Act, number_id: int, reason: str) -> BookNumberRow:
    """Voids a number that no paper in force bears: visible for ever, never given again.

    Also in a closed book, where reserved numbers may be left over. Raises NotFound, NotPermitted,
    Misuse (no reason; its document is in force and is to be voided itself), Conflict.
    """
    book = _book_of(act, number_id)
    require(act.actor, Permission.BOOK_KEEP, book.unit_id)
    row, _ = _locked(act, number_id)
    bearing = shelves.document_in_force(act.session, number_id)
    if bearing is not None:
        raise Misuse(
            say(
                "Số %(sign)s đã dùng cho “%(title)s” đang có hiệu lực. Hãy hủy văn bản đó; số được "
                "hủy cùng với văn bản.",
                sign=row.sign,
                title=bearing.title,
            )
        )
    return _void(act, row, reason)


def void_number(act: Act, number: BookNumberRow, reason: str) -> BookNumberRow:
    """Voids a number together with its document. The caller has asked for permission.

    Raises Misuse (no reason), Conflict (voided already).
    """
    row, _ = _locked(act, number.id)
    return _void(act, row, reason)


def _void(act: Act, row: BookNumberRow, reason: str) -> BookNumberRow:
    said = checked_reason(reason)
    if row.state == NumberState.VOIDED:
        raise Conflict(_no_longer(row))
    row.state, row.reason = NumberState.VOIDED, said
    row.voided_at, row.voided_by_id = act.now, act.actor.user_id
    act.session.flush()  # who asks in the same act finds it voided
    journalling.note(
        act, Journalled.NUMBER_VOIDED, sign=row.sign, reason=said.rstrip("."), number=row.id
    )
    return row


# --- the row itself ------------------------------------------------------------------------------


def _next(act: Act, book: BookRow, state: NumberState, purpose: str, letter: str) -> BookNumberRow:
    """The number after the last one. Holds the book's lock."""
    book.last += 1
    row = BookNumberRow(
        book_id=book.id,
        number=book.last,
        state=state,
        sign=written(act, book, book.last, letter),
        at=act.now,
        by_id=act.actor.user_id,
    )
    _say(row, purpose)
    act.session.add(row)
    act.session.flush()  # gives the id that documents refer to
    return row


def _say(row: BookNumberRow, purpose: str) -> None:
    row.purpose = " ".join(purpose.split())[:PURPOSE_LENGTH]
    row.search = fold(f"{row.sign} {row.purpose}")[:SEARCH_LENGTH]


def _locked(act: Act, number_id: int) -> tuple[BookNumberRow, BookRow]:
    found = shelves.lock_number(act.session, number_id)
    if found is None:
        raise NotFound()
    return found


def _book_of(act: Act, number_id: int) -> BookRow:
    """The book of a number, for the permission that is asked before anything is locked."""
    row = act.session.get(BookNumberRow, number_id)
    if row is None:
        raise NotFound()
    return act.session.get_one(BookRow, row.book_id)


def _no_longer(row: BookNumberRow) -> Message:
    if row.state == NumberState.VOIDED:
        return say("Số %(sign)s đã bị hủy.", sign=row.sign)
    return say("Số %(sign)s vừa được dùng cho “%(purpose)s”.", sign=row.sign, purpose=row.purpose)


def _refuse_unless_next(book: BookRow, number: int | None) -> None:
    following = book.last + 1
    if number is None or number == following:
        return
    if number < following:
        raise Conflict(
            say(
                "Số %(number)s đã được lấy trước đó. Số tiếp theo của sổ là %(next)s.",
                number=number,
                next=following,
            )
        )
    raise Misuse(
        say(
            "Không giữ số %(number)s được vì sẽ bỏ trống từ số %(next)s. Số phải liên tục; hãy giữ "
            "trước từ số %(next)s đến số %(number)s.",
            number=number,
            next=following,
        )
    )


def _purpose(text: str) -> str:
    said = " ".join(text.split())
    if not said:
        raise Misuse(say("Hãy ghi trích yếu, hoặc số này giữ cho việc gì."))
    if len(said) > PURPOSE_LENGTH:
        raise Misuse(
            say("Trích yếu dài quá %(limit)s ký tự. Hãy viết ngắn lại.", limit=PURPOSE_LENGTH)
        )
    return said


def _letter(letter: str) -> str:
    if letter not in books.LETTERS:
        raise Misuse(say("Không có loại văn bản “%(letter)s”.", letter=letter))
    return letter
