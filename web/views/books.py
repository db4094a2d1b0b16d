"""The books of a unit: their numbers, kept back, used, voided; printed and as a spreadsheet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.domain import books
from engine.domain.access import Permission, allows
from engine.domain.books import Kind
from engine.domain.clock import local_day
from engine.domain.errors import Conflict, Misuse, NotFound
from engine.domain.messages import say
from engine.domain.routing import Unit
from engine.domain.states import NumberState
from engine.persistence import booklists
from engine.persistence.booklists import Bearer, NumberLine, Shelved
from engine.services import book_prints, bookkeeping
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
    case_url: str  # "" for who may not see the dossier
    document_url: str  # of the document, or of the list it goes with


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
                Book(kind, sentence(books.NAMES[kind]), address(unit.id, year, kind), one)
                for kind in Kind
                if (one := found.get(kind)) is not None or this_year
            ],
            administers=_administers(act),
        )


@bp.get("/<int:unit_id>/<int:year>/<kind>")
def one(unit_id: int, year: int, kind: str) -> ResponseReturnValue:
    """One book, the newest number first."""
    which, state, query = kind_of(kind), _state(), request.args.get("q", "").strip()[:200]
    after = request.args.get("sau")
    with scope.act() as act:
        standing = standing_of(act, unit_id, year, which)
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
            following=following(act, standing),
            lines=numbers(act, found.lines),
            state=state,
            query=query,
            tabs=_tabs(standing),
            keeps=keeps(act, unit_id, year, standing),
            may_void=allows(act.actor, Permission.BOOK_KEEP, unit_id),
            administers=_administers(act) and year == act.today.year,
            next_url=url_for("books.one", **here, **params, sau=found.after) if found.after else "",
            first_url=url_for("books.one", **here, **params) if after else "",
        )


@bp.get("/<int:unit_id>/<int:year>/<kind>/in.pdf")
def printed(unit_id: int, year: int, kind: str) -> Response:
    """The whole book on paper, shown by the browser."""
    with scope.act() as act:
        standing = _existing(act, unit_id, year, kind_of(kind))
        return pdf(book_prints.numbers_sheet(act, standing.book.id))


@bp.get("/<int:unit_id>/<int:year>/<kind>/tai-ve.xlsx")
def export(unit_id: int, year: int, kind: str) -> Response:
    """The numbers as chosen, in a spreadsheet."""
    which, state, query = kind_of(kind), _state(), request.args.get("q", "").strip()[:200]
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


def numbers(act: Act, lines: tuple[NumberLine, ...]) -> list[Number]:
    units = act.actor.units | act.actor.supervised
    found = booklists.bearers(act.session, [line.number_id for line in lines], units)
    return [_number(act, line, found.get(line.number_id)) for line in lines]


def _number(act: Act, line: NumberLine, bearer: Bearer | None) -> Number:
    case_url = document_url = ""
    if bearer is not None and bearer.case_id is not None and bearer.case_seen:
        case_url = url_for("cases.show", case_id=bearer.case_id)
        document_url = url_for("documents.show", document_id=bearer.document_id)
    elif bearer is not None and bearer.list_id and bearer.unit_id in act.actor.units:
        document_url = url_for("dossier_lists.one", list_id=bearer.list_id)
    return Number(line, tag_of(line.state), bearer, case_url, document_url)


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


def kind_of(text: str) -> Kind:
    if text not in set(Kind):
        raise NotFound()
    return Kind(text)


def _state() -> NumberState | None:
    asked = request.args.get("xem")
    return NumberState(asked) if asked in set(NumberState) else None


def standing_of(act: Act, unit_id: int, year: int, kind: Kind) -> Shelved | None:
    """The book with what stands in it; None for one that nobody has used yet."""
    if unit_id not in scope.units():
        raise NotFound()
    shelf = bookkeeping.shelf(act, unit_id, year)
    return next((one for one in shelf if one.book.kind == kind), None)


def _existing(act: Act, unit_id: int, year: int, kind: Kind) -> Shelved:
    standing = standing_of(act, unit_id, year, kind)
    if standing is None:
        raise NotFound(say("Sổ này chưa có số nào."))
    return standing


def following(act: Act, standing: Shelved | None) -> int | None:
    """The next number; None where none is given any more."""
    if standing is None:
        return 1
    book = standing.book
    full = book.limit is not None and book.last >= book.limit
    return None if book.closed_at or full or book.year != act.today.year else book.last + 1


def keeps(act: Act, unit_id: int, year: int, standing: Shelved | None) -> bool:
    """Whether the actor may take numbers of this book now."""
    closed = standing is not None and standing.book.closed_at is not None
    may = allows(act.actor, Permission.BOOK_KEEP, unit_id)
    return may and year == act.today.year and not closed


def _administers(act: Act) -> bool:
    return allows(act.actor, Permission.BOOK_EDIT)


def _years(act: Act, unit_id: int, shown: int) -> list[int]:
    found = {*booklists.years(act.session, unit_id), act.today.year, shown}
    return sorted(found, reverse=True)


def address(unit_id: int, year: int, kind: Kind) -> str:
    return url_for("books.one", unit_id=unit_id, year=year, kind=kind)
