"""The numbers of a book, one by one: kept back, taken, used for a paper made elsewhere, voided."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.domain import books
from engine.domain.access import Permission, allows
from engine.domain.books import Kind
from engine.domain.errors import Conflict, Misuse, NotFound
from engine.domain.messages import Message, say
from engine.domain.states import DocumentState, NumberState
from engine.services import bookkeeping, numbering
from engine.services.act import Act
from web import scope
from web.presenting import sentence
from web.views.books import address, following, keeps, kind_of, numbers, standing_of

bp = Blueprint("numbers", __name__, url_prefix="/so-van-ban")

REFUSED = (Misuse, Conflict)


@bp.get("/<int:unit_id>/<int:year>/<kind>/giu-so")
def reserving(unit_id: int, year: int, kind: str) -> ResponseReturnValue:
    """The page that keeps numbers back or takes one."""
    with scope.act() as act:
        return _reserving_page(act, unit_id, year, kind_of(kind), {})


@bp.post("/<int:unit_id>/<int:year>/<kind>/giu-so")
def reserve(unit_id: int, year: int, kind: str) -> ResponseReturnValue:
    """Keeps numbers back for papers still to come, or takes one for a paper made elsewhere."""
    which, typed = kind_of(kind), request.form
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
            return redirect(address(unit_id, year, which))
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
            return redirect(url_for("numbers.number", number_id=number_id))
    except REFUSED as refused:
        wrong = refused.message
    with scope.act() as act:
        return _number_page(act, number_id, wrong, purpose=purpose), 422


@bp.post("/so/<int:number_id>/huy")
def void(number_id: int) -> ResponseReturnValue:
    """Voids a number with a reason."""
    reason = request.form.get("reason", "")
    try:
        with scope.act(write=True) as act:
            row = numbering.void(act, number_id, reason)
            flash(_("Đã hủy số %(sign)s. Số này không được cấp lại.", sign=row.sign), "good")
            return redirect(url_for("numbers.number", number_id=number_id))
    except REFUSED as refused:
        wrong = refused.message
    with scope.act() as act:
        return _number_page(act, number_id, wrong, reason=reason), 422


# --- pages ---------------------------------------------------------------------------------------


def _reserving_page(
    act: Act,
    unit_id: int,
    year: int,
    kind: Kind,
    typed: Mapping[str, str],
    wrong: Message | None = None,
) -> str:
    standing = standing_of(act, unit_id, year, kind)
    if not keeps(act, unit_id, year, standing):
        raise NotFound()
    pattern = standing.book.pattern if standing else books.PATTERNS[kind]
    return render_template(
        "books/reserve.html",
        name=sentence(books.NAMES[kind]),
        unit=scope.units()[unit_id],
        year=year,
        kind=kind,
        following=following(act, standing),
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
    wrong: Message | None = None,
    purpose: str | None = None,
    reason: str = "",
) -> str:
    line, standing = bookkeeping.number(act, number_id)
    book = standing.book
    shown = numbers(act, (line,))[0]
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
        reason=reason,
        wrong=wrong,
        purpose_length=numbering.PURPOSE_LENGTH,
    )


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
