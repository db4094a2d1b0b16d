"""The books of a unit: their numbers, kept back, used, voided; printed and as a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.domain import books
from engine.domain.access import Permission, allows
from engine.domain.books import Kind
from engine.domain.clock import local_day
from engine.domain.errors import Conflict, Misuse, NotFound
from engine.domain.messages import Message, say
from engine.domain.routing import Unit
from engine.domain.states import DocumentState, NumberState
from engine.persistence import booklists
from engine.persistence.booklists import Bearer, NumberLine, Shelved
from engine.services import book_prints, bookkeeping, numbering
from engine.services.act import Act
from web import exports, scope
from web.exports import Cell, Column, Table
from web.presenting import Remaining, sentence

bp = Blueprint("books", __name__, url_prefix="/so-van-ban")

REFUSED = (Misuse, Conflict)


@dataclass(frozen=True)
class Book:
    """A book's place on the shelf; nothing stands in one that nobody has used yet."""

    kind: Kind
    name: str
    address: str
    standing: Shelved | None


@dataclass(frozen=True)
class Number:
    """A number as its line shows it."""

    line: NumberLine
    tag: Remaining
    bearer: Bearer | None
    case_url: str


@bp.get("")
def show() -> ResponseReturnValue:
    """The books of one of my units in a year."""
    with scope.act() as act:
        choice = units_to_choose(act)
        if not choice:
            return render_template("books/none.html", administers=_administers(act))
        unit = chosen_unit(choice, request.args.get("don-vi", type=int))
        year = chosen_year(act)
        found = {Kind(one.book.kind): one for one in bookkeeping.shelf(act, unit.id, year)}
        this_year = year == act.today.year
        return render_template(
            "books/show.html",
            unit=unit,
            units=choice,
            year=year,
            years=_years(act, unit.id, year),
            books=[
                Book(kind, sentence(books.NAMES[kind]), _address(unit.id, year, kind), one)
                for kind in Kind
                if (one := found.get(kind)) is not None or this_year
            ],
            administers=_administers(act),
        )


@bp.get("/<int:unit_id>/<int:year>/<kind>")
def one(unit_id: int, year: int, kind: str) -> ResponseReturnValue:
    """One book, the newest number first."""
    which, state, query = _kind(kind), _state(), request.args.get("q", "").strip()[:200]
    after = request.args.get("sau")
    with scope.act() as act:
        standing = _standing(act, unit_id, year, which)
        found = booklists.numbers(
            act.session, standing.book.id if standing else 0, state, query, after
        )
        params = {"xem": state, "q": query or None}
        here = {"unit_id": unit_id, "year": year, "kind": which}
        return render_template(
            "books/one.html",
            name=sentence(books.NAMES[which]),
            unit=scope.units()[unit_id],
            year=year,
            kind=which,
            standing=standing,
            following=_following(act, standing),
            lines=_numbers(act, found.lines),
            state=state,
            query=query,
            tabs=_tabs(standing),
            keeps=_keeps(act, unit_id, year, standing),
            may_void=allows(act.actor, Permission.BOOK_KEEP, unit_id),
            administers=_administers(act) and year == act.today.year,
            next_url=url_for("books.one", **here, **params, sau=found.after) if found.after else "",
            first_url=url_for("books.one", **here, **params) if after else "",
        )


@bp.get("/<int:unit_id>/<int:year>/<kind>/giu-so")
def reserving(unit_id: int, year: int, kind: str) -> ResponseReturnValue:
    """The page that keeps numbers back or takes one."""
    with scope.act() as act:
        return _reserving_page(act, unit_id, year, _kind(kind), {})


@bp.post("/<int:unit_id>/<int:year>/<kind>/giu-so")
def reserve(unit_id: int, year: int, kind: str) -> ResponseReturnValue:
    """Keeps numbers back for papers still to come, or takes one for a paper made elsewhere."""
    which, typed = _kind(kind), request.form
    try:
        with scope.act(write=True) as act:
            _refuse_other_year(act, year)
            purpose, letter = typed.get("purpose", ""), typed.get("letter", "")
            if typed.get("now") == "1":
                row = numbering.take(act, unit_id, which, purpose, letter)
                flash(_("Đã lấy số %(sign)s.", sign=row.sign), "good")
            else:
                rows = numbering.reserve(
                    act,
                    unit_id,
                    which,
                    purpose,
                    _whole(typed.get("count", "1"), _("Số lượng")) or 1,
                    _whole(typed.get("number", ""), _("Số bắt đầu")),
                    letter,
                )
                signs = ", ".join(row.sign for row in rows)
                flash(_("Đã giữ trước: %(signs)s.", signs=signs), "good")
            return redirect(_address(unit_id, year, which))
    except REFUSED as refused:
        wrong = refused
    with scope.act() as act:
        status = 409 if isinstance(wrong, Conflict) else 422
        return _reserving_page(act, unit_id, year, which, typed, wrong.message), status


@bp.get("/so/<int:number_id>")
def number(number_id: int) -> ResponseReturnValue:
    """One number with what may be done to it."""
    with scope.act() as act:
        return _number_page(act, number_id)


@bp.post("/so/<int:number_id>/dung")
def use(number_id: int) -> ResponseReturnValue:
    """A reserved number was used for a paper made outside of the program."""
    purpose = request.form.get("purpose", "")
    try:
        with scope.act(write=True) as act:
            row = numbering.use_outside(act, number_id, purpose)
            flash(_("Đã ghi số %(sign)s là đã dùng.", sign=row.sign), "good")
            return redirect(url_for("books.number", number_id=number_id))
    except REFUSED as refused:
        wrong = refused.message
    with scope.act() as act:
        return _number_page(act, number_id, purpose=purpose, use_wrong=wrong), 422


@bp.post("/so/<int:number_id>/huy")
def void(number_id: int) -> ResponseReturnValue:
    """Voids a number with a reason."""
    reason = request.form.get("reason", "")
    try:
        with scope.act(write=True) as act:
            row = numbering.void(act, number_id, reason)
            flash(_("Đã hủy số %(sign)s. Số này không được cấp lại.", sign=row.sign), "good")
            return redirect(url_for("books.number", number_id=number_id))
    except REFUSED as refused:
        wrong = refused.message
    with scope.act() as act:
        return _number_page(act, number_id, reason=reason, void_wrong=wrong), 422


@bp.get("/<int:unit_id>/<int:year>/<kind>/in.pdf")
def printed(unit_id: int, year: int, kind: str) -> Response:
    """The whole book on paper, shown by the browser."""
    with scope.act() as act:
        standing = _existing(act, unit_id, year, _kind(kind))
        return pdf(book_prints.numbers_sheet(act, standing.book.id))


@bp.get("/<int:unit_id>/<int:year>/<kind>/tai-ve.xlsx")
def export(unit_id: int, year: int, kind: str) -> Response:
    """The numbers as chosen, in a spreadsheet."""
    which, state, query = _kind(kind), _state(), request.args.get("q", "").strip()[:200]
    with scope.act() as act:
        standing = _existing(act, unit_id, year, which)
        rows = bookkeeping.whole(act, standing.book.id, exports.MOST_ROWS, state, query)
        more = standing.book.last > exports.MOST_ROWS
        name = sentence(books.NAMES[which])
        table = Table(name, _columns(), _rows(act, rows), exports.note_of(more))
        return exports.xlsx_file(f"{which}-{year}-{local_day(act.now):%Y-%m-%d}", [table])


# --- what other rooms use too --------------------------------------------------------------------


def units_to_choose(act: Act) -> list[Unit]:
    """The units whose books the actor may see: their own first, each group by name."""
    known = scope.units()
    own = act.actor.units
    seen = [known[unit] for unit in own | act.actor.supervised if unit in known]
    return sorted(seen, key=lambda unit: (unit.id not in own, unit.name))


def chosen_unit(choice: list[Unit], asked: int | None) -> Unit:
    """The unit asked for, or the first one. Raises NotFound for one that may not be seen."""
    if asked is None:
        return choice[0]
    found = next((unit for unit in choice if unit.id == asked), None)
    if found is None:
        raise NotFound()
    return found


def chosen_year(act: Act) -> int:
    asked = request.args.get("nam", type=int)
    return asked if asked is not None and 1900 <= asked <= 9000 else act.today.year


def pdf(sheet: book_prints.Sheet) -> Response:
    """A PDF that the browser shows and can save under its name."""
    response = Response(sheet.pdf, mimetype="application/pdf")
    response.headers.set("Content-Disposition", "inline", filename=sheet.name)
    return response


# --- pages ---------------------------------------------------------------------------------------


def _reserving_page(
    act: Act,
    unit_id: int,
    year: int,
    kind: Kind,
    typed: Mapping[str, str],
    wrong: Message | None = None,
) -> str:
    standing = _standing(act, unit_id, year, kind)
    if not _keeps(act, unit_id, year, standing):
        raise NotFound()
    pattern = standing.book.pattern if standing else books.PATTERNS[kind]
    return render_template(
        "books/reserve.html",
        name=sentence(books.NAMES[kind]),
        unit=scope.units()[unit_id],
        year=year,
        kind=kind,
        following=_following(act, standing),
        letters={key: sentence(name) for key, name in books.LETTERS.items()}
        if "{kind}" in pattern
        else {},
        typed=typed,
        wrong=wrong,
        most=numbering.MOST_AT_ONCE,
        purpose_length=numbering.PURPOSE_LENGTH,
    )


def _number_page(
    act: Act,
    number_id: int,
    purpose: str | None = None,
    use_wrong: Message | None = None,
    reason: str = "",
    void_wrong: Message | None = None,
) -> str:
    line, standing = bookkeeping.number(act, number_id)
    book = standing.book
    shown = _numbers(act, (line,))[0]
    keeps = allows(act.actor, Permission.BOOK_KEEP, book.unit_id)
    borne = shown.bearer is not None and shown.bearer.state == DocumentState.ISSUED
    return render_template(
        "books/number.html",
        number=shown,
        name=sentence(books.NAMES[Kind(book.kind)]),
        unit=scope.units()[book.unit_id],
        book=book,
        borne=borne,
        may_use=keeps
        and line.state == NumberState.RESERVED
        and book.closed_at is None
        and book.year == act.today.year,
        may_void=keeps and line.state != NumberState.VOIDED and not borne,
        purpose=line.purpose if purpose is None else purpose,
        use_wrong=use_wrong,
        reason=reason,
        void_wrong=void_wrong,
        purpose_length=numbering.PURPOSE_LENGTH,
    )


def _numbers(act: Act, lines: tuple[NumberLine, ...]) -> list[Number]:
    units = act.actor.units | act.actor.supervised
    found = booklists.bearers(act.session, [line.number_id for line in lines], units)
    return [_number(line, found.get(line.number_id)) for line in lines]


def _number(line: NumberLine, bearer: Bearer | None) -> Number:
    seen = bearer is not None and bearer.case_id is not None and bearer.case_seen
    return Number(
        line=line,
        tag=tag_of(line.state),
        bearer=bearer,
        case_url=url_for("cases.show", case_id=bearer.case_id) if seen and bearer else "",
    )


def tag_of(state: str) -> Remaining:
    """A number's state as a tag."""
    return {
        NumberState.USED: Remaining(_("Đã dùng"), "done", "check-circle-fill"),
        NumberState.RESERVED: Remaining(_("Giữ trước"), "soon", "hourglass-split"),
        NumberState.VOIDED: Remaining(_("Đã hủy"), "none", "x-lg"),
    }[NumberState(state)]


def _tabs(standing: Shelved | None) -> list[tuple[NumberState | None, str, int]]:
    return [
        (None, _("Tất cả"), 0),
        (NumberState.USED, _("Đã dùng"), 0),
        (NumberState.RESERVED, _("Giữ trước"), standing.reserved if standing else 0),
        (NumberState.VOIDED, _("Đã hủy"), standing.voided if standing else 0),
    ]


def _columns() -> list[Column]:
    return [
        Column(_("Số"), 8),
        Column(_("Số, ký hiệu"), 20),
        Column(_("Trích yếu"), 60),
        Column(_("Tình trạng"), 14),
        Column(_("Lấy số lúc"), 17),
        Column(_("Người lấy số"), 26),
        Column(_("Mã hồ sơ"), 18),
        Column(_("Hủy lúc"), 17),
        Column(_("Lý do hủy"), 40),
    ]


def _rows(act: Act, found: Iterator[NumberLine]) -> Iterator[list[Cell]]:
    lines = list(found)
    for first in range(0, len(lines), book_prints.BATCH):
        some = lines[first : first + book_prints.BATCH]
        bearing = booklists.bearers(act.session, [line.number_id for line in some], ())
        for line in some:
            bearer = bearing.get(line.number_id)
            yield [
                line.number,
                line.sign,
                bearer.title if bearer else line.purpose,
                tag_of(line.state).text,
                line.at,
                line.by,
                bearer.code if bearer else "",
                line.voided_at,
                line.reason,
            ]


# --- small things --------------------------------------------------------------------------------


def _kind(text: str) -> Kind:
    if text not in set(Kind):
        raise NotFound()
    return Kind(text)


def _state() -> NumberState | None:
    asked = request.args.get("xem")
    return NumberState(asked) if asked in set(NumberState) else None


def _standing(act: Act, unit_id: int, year: int, kind: Kind) -> Shelved | None:
    """The book with what stands in it; None for one that nobody has used yet."""
    if unit_id not in scope.units():
        raise NotFound()
    shelf = bookkeeping.shelf(act, unit_id, year)
    return next((one for one in shelf if one.book.kind == kind), None)


def _existing(act: Act, unit_id: int, year: int, kind: Kind) -> Shelved:
    standing = _standing(act, unit_id, year, kind)
    if standing is None:
        raise NotFound(say("Sổ này chưa có số nào."))
    return standing


def _following(act: Act, standing: Shelved | None) -> int | None:
    """The next number; None where none is given any more."""
    if standing is None:
        return 1
    book = standing.book
    full = book.limit is not None and book.last >= book.limit
    return None if book.closed_at or full or book.year != act.today.year else book.last + 1


def _keeps(act: Act, unit_id: int, year: int, standing: Shelved | None) -> bool:
    """Whether the actor may take numbers of this book now."""
    closed = standing is not None and standing.book.closed_at is not None
    may = allows(act.actor, Permission.BOOK_KEEP, unit_id)
    return may and year == act.today.year and not closed


def _administers(act: Act) -> bool:
    return allows(act.actor, Permission.BOOK_EDIT)


def _years(act: Act, unit_id: int, shown: int) -> list[int]:
    found = {*booklists.years(act.session, unit_id), act.today.year, shown}
    return sorted(found, reverse=True)


def _refuse_other_year(act: Act, year: int) -> None:
    if year != act.today.year:
        raise Misuse(
            say(
                "Bây giờ là năm %(now)s: số lấy bây giờ thuộc sổ năm %(now)s, không phải năm "
                "%(year)s.",
                now=act.today.year,
                year=year,
            )
        )


def _whole(text: str, name: str) -> int | None:
    text = text.strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 6):
        raise Misuse(say("%(name)s phải là một số nguyên.", name=name))
    return int(text)


def _address(unit_id: int, year: int, kind: Kind) -> str:
    return url_for("books.one", unit_id=unit_id, year=year, kind=kind)
