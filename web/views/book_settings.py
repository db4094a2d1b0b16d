"""The books as administrators set them: how numbers are written, limits, closing, the beginning."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.domain import books
from engine.domain.access import Permission, require
from engine.domain.books import Kind
from engine.domain.errors import Conflict, Misuse, NotFound
from engine.domain.messages import Message, say
from engine.persistence.booklists import Shelved
from engine.services import bookkeeping
from engine.services.act import Act
from engine.services.bookkeeping import Settings
from web import scope
from web.presenting import sentence

bp = Blueprint("book_settings", __name__, url_prefix="/quan-tri/so-van-ban")

REFUSED = (Misuse, Conflict)


@dataclass(frozen=True)
class Setting:
    """How a book is set; one that nobody has used yet is as it will be opened."""

    kind: Kind
    name: str
    pattern: str
    example: str
    standing: Shelved | None


@bp.get("")
def show() -> ResponseReturnValue:
    """This year's books of a unit, and those of other years that may be closed."""
    with scope.act() as act:
        require(act.actor, Permission.BOOK_EDIT)
        units = sorted(scope.units().values(), key=lambda unit: unit.name)
        asked = request.args.get("don-vi", type=int)
        unit = next((one for one in units if one.id == asked), None)
        if asked is not None and unit is None:
            raise NotFound()
        return render_template(
            "books/settings.html",
            unit=unit,
            units=units,
            year=act.today.year,
            books=_settings(act, unit.id) if unit else [],
            former=bookkeeping.former(act, unit.id) if unit else [],
            names={kind: sentence(name) for kind, name in books.NAMES.items()},
        )


@bp.get("/<int:unit_id>/<kind>")
def edit(unit_id: int, kind: str) -> ResponseReturnValue:
    """How this year's book writes its numbers, its limit, where it begins."""
    with scope.act() as act:
        return _page(act, unit_id, kind)


@bp.post("/<int:unit_id>/<kind>")
def save(unit_id: int, kind: str) -> ResponseReturnValue:
    """Saves all three, or looks how a pattern would be written."""
    typed, which = request.form, _kind(kind)
    looks = typed.get("look") == "1"
    try:
        settings = Settings(
            pattern=typed.get("pattern", ""),
            limit=_whole(typed.get("limit", ""), _("Giới hạn")),
            on_paper=_whole(typed.get("on_paper", ""), _("Số cuối của sổ giấy")),
        )
        if not looks:
            with scope.act(write=True) as act:
                bookkeeping.prepare(act, unit_id, which, settings)
                flash(_("Đã lưu “%(book)s”.", book=sentence(books.NAMES[which])), "good")
                return redirect(url_for("book_settings.show", **{"don-vi": unit_id}))
        wrong = None
    except REFUSED as refused:
        wrong = refused.message
    with scope.act() as act:
        return _page(act, unit_id, kind, typed, wrong), 422 if wrong else 200


@bp.post("/<int:book_id>/khoa")
def close(book_id: int) -> ResponseReturnValue:
    """Closes a book."""
    with scope.act(write=True) as act:
        book = bookkeeping.close(act, book_id)
        flash(_("Đã khóa sổ: không lấy số được nữa."), "good")
        return redirect(url_for("book_settings.show", **{"don-vi": book.unit_id}))


@bp.post("/<int:book_id>/mo-lai")
def reopen(book_id: int) -> ResponseReturnValue:
    """Opens a closed book again, with a reason."""
    with scope.act(write=True) as act:
        book = bookkeeping.reopen(act, book_id, request.form.get("reason", ""))
        flash(_("Đã mở lại sổ."), "good")
        return redirect(url_for("book_settings.show", **{"don-vi": book.unit_id}))


def _page(
    act: Act,
    unit_id: int,
    kind: str,
    typed: Mapping[str, str] | None = None,
    wrong: Message | None = None,
) -> str:
    require(act.actor, Permission.BOOK_EDIT)
    if unit_id not in scope.units():
        raise NotFound()
    which = _kind(kind)
    setting = next(one for one in _settings(act, unit_id) if one.kind == which)
    book = setting.standing.book if setting.standing else None
    now = {
        "pattern": setting.pattern,
        "limit": "" if book is None or book.limit is None else str(book.limit),
        "on_paper": str(setting.standing.on_paper if setting.standing else ""),
    }
    values = now if typed is None else typed
    return render_template(
        "books/edit.html",
        setting=setting,
        unit=scope.units()[unit_id],
        year=act.today.year,
        book=book,
        begun=setting.standing is not None and setting.standing.first is not None,
        values=values,
        examples=_examples(act, unit_id, values.get("pattern", ""), book.last if book else 0),
        wrong=wrong,
        pattern_length=books.PATTERN_LENGTH,
    )


def _settings(act: Act, unit_id: int) -> list[Setting]:
    found = {Kind(one.book.kind): one for one in bookkeeping.settings_of(act, unit_id)}
    return [_setting(act, unit_id, kind, found.get(kind)) for kind in Kind]


def _setting(act: Act, unit_id: int, kind: Kind, standing: Shelved | None) -> Setting:
    pattern = standing.book.pattern if standing else bookkeeping.pattern_of(act, unit_id, kind)
    last = standing.book.last if standing else 0
    return Setting(
        kind=kind,
        name=sentence(books.NAMES[kind]),
        pattern=pattern,
        example=bookkeeping.example(act, unit_id, pattern, last + 1),
        standing=standing,
    )


def _examples(act: Act, unit_id: int, pattern: str, last: int) -> list[str]:
    """The next number by a pattern, of a công văn and of a tờ trình; none for a bad pattern."""
    try:
        found = [
            bookkeeping.example(act, unit_id, pattern, last + 1, letter) for letter in ("", "TTr")
        ]
    except Misuse:
        return []
    return list(dict.fromkeys(found))


def _kind(text: str) -> Kind:
    if text not in set(Kind):
        raise NotFound()
    return Kind(text)


def _whole(text: str, name: str) -> int | None:
    text = text.strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 6):
        raise Misuse(say("%(name)s phải là một số nguyên có nhiều nhất 6 chữ số.", name=name))
    return int(text)
