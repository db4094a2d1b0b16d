"""Paper originals: what we hold, what is on its way, each hand-over confirmed by both sides."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from engine.domain.errors import Conflict, Misuse, NotFound, NotPermitted
from engine.domain.states import CaseState, HandOverState, OriginalState
from engine.domain.working_calendar import WorkingCalendar
from engine.persistence import originals as shelves
from engine.persistence.calendars import load_calendar
from engine.ports import UploadedFile
from engine.services import custody, minutes, originals, viewing
from engine.services.act import Act
from engine.services.custody import Standing
from engine.services.originals import Receiver
from engine.services.viewing import CasePage, TaskPage
from web import scope
from web.presenting import Remaining, sentence
from web.views import picking

bp = Blueprint("originals", __name__, url_prefix="/ban-goc")

#: Handed over and not confirmed for longer than so many working days is shown as late.
PATIENCE = 3

LEFT_OUT = (Misuse, Conflict, NotFound, NotPermitted)

Acting = Callable[[Act], object]


@bp.get("")
def show() -> ResponseReturnValue:
    """The originals of my units: coming, going, to be returned, held."""
    query = request.args.get("q", "").strip()[:100]
    after = request.args.get("sau")
    with scope.act() as act:
        units = act.actor.units
        calendar = load_calendar(act.session, act.app.settings.shifts)
        held = shelves.held(act.session, units, query, after)
        first = not (query or after)
        return render_template(
            "originals/show.html",
            query=query,
            coming=_late(shelves.coming(act.session, units), act.now, calendar) if first else [],
            going=_late(shelves.going(act.session, units), act.now, calendar) if first else [],
            to_return=shelves.to_return(act.session, units) if first else [],
            held=held.lines,
            receivers=_receivers(act),
            next_url=url_for("originals.show", q=query or None, sau=held.after)
            if held.after
            else "",
            first_url=url_for("originals.show", q=query or None) if after else "",
            posted=bool(units),
        )


@bp.post("/xac-nhan")
def confirm_many() -> ResponseReturnValue:
    """Confirms what was chosen, each in an act of its own."""
    chosen = request.form.getlist("ban_giao")
    done = _each(chosen, lambda act, number: originals.confirm(act, number))
    if done:
        flash(
            ngettext("Đã nhận %(num)d bản gốc.", "Đã nhận %(num)d bản gốc.", done),
            "good",
        )
    return redirect(url_for("originals.show"))


@bp.post("/ban-giao")
def hand_many() -> ResponseReturnValue:
    """Hands what was chosen over to one receiver, in one act: one paper for all."""
    asked = (picking.id_of(one) for one in request.form.getlist("ban_goc"))
    chosen = [one for one in asked if one is not None]
    text = request.form.get("ghi_chu", "")
    if not chosen:
        flash(_("Chưa chọn bản gốc nào."), "warn")
        return redirect(url_for("originals.show"))
    try:
        with scope.act(write=True) as act:
            moves = [originals.hand(act, one, _receiver(), text) for one in sorted(set(chosen))]
            flash(
                ngettext(
                    "Đã bàn giao %(num)d bản gốc.", "Đã bàn giao %(num)d bản gốc.", len(moves)
                ),
                "good",
            )
            return redirect(url_for("originals.one", original_id=moves[-1].original_id))
    except (Misuse, Conflict) as refused:
        flash(sentence(refused.message), "bad")
    return redirect(url_for("originals.show"))


@bp.get("/moi")
def noting() -> ResponseReturnValue:
    """Asks what original came with a dossier; the application's certificate is suggested."""
    case_id = request.args.get("ho_so", "")
    with scope.act() as act:
        return _note_page(act, picking.id_of(case_id) or 0)


@bp.post("/moi")
def note() -> ResponseReturnValue:
    """Writes an original down."""
    asked = request.form.get("ho_so", "")
    case_id = picking.id_of(asked) or 0
    said = {name: request.form.get(name, "") for name in ("ten", "so", "tinh_trang")}
    try:
        with scope.act(write=True) as act:
            row = originals.note(act, case_id, said["ten"], said["so"], said["tinh_trang"])
            flash(_("Đã ghi nhận bản gốc."), "good")
            return redirect(url_for("originals.one", original_id=row.id))
    except Misuse as refused:
        wrong = sentence(refused.message)
    with scope.act() as act:
        return _note_page(act, case_id, said, wrong), 422


@bp.get("/<int:original_id>")
def one(original_id: int) -> ResponseReturnValue:
    """One original: where it is, how it came there, what I may do."""
    with scope.act() as act:
        return _page(act, original_id)


@bp.post("/<int:original_id>/ban-giao")
def hand(original_id: int) -> ResponseReturnValue:
    text = request.form.get("ghi_chu", "")
    return _do(
        original_id,
        lambda act: originals.hand(act, original_id, _receiver(), text),
        _("Đã bàn giao. Chờ bên nhận xác nhận."),
    )


@bp.post("/<int:original_id>/nhan-lai")
def take_in(original_id: int) -> ResponseReturnValue:
    text, paper = request.form.get("ghi_chu", ""), _paper()
    return _do(
        original_id,
        lambda act: originals.take_in(act, original_id, text, paper),
        _("Đã ghi nhận bản gốc về đơn vị."),
    )


@bp.post("/<int:original_id>/tra")
def give_back(original_id: int) -> ResponseReturnValue:
    receiver, paper = request.form.get("nguoi_nhan", ""), _paper()
    return _do(
        original_id,
        lambda act: originals.give_back(act, original_id, receiver, paper),
        _("Đã trả bản gốc, có ký nhận."),
    )


@bp.post("/<int:original_id>/luu-tru")
def archive(original_id: int) -> ResponseReturnValue:
    return _do(
        original_id, lambda act: originals.archive(act, original_id), _("Đã đưa vào lưu trữ.")
    )


@bp.post("/<int:original_id>/ban-giao/<int:move_id>/xac-nhan")
def confirm(original_id: int, move_id: int) -> ResponseReturnValue:
    paper = _paper()
    return _do(
        original_id, lambda act: originals.confirm(act, move_id, paper), _("Đã xác nhận bàn giao.")
    )


@bp.post("/<int:original_id>/ban-giao/<int:move_id>/khong-nhan")
def refuse(original_id: int, move_id: int) -> ResponseReturnValue:
    reason = request.form.get("reason", "")
    return _do(
        original_id,
        lambda act: originals.refuse(act, move_id, reason),
        _("Đã ghi: không nhận được bản gốc. Bên giao sẽ thấy lý do."),
    )


@bp.post("/<int:original_id>/ban-giao/<int:move_id>/thu-lai")
def cancel(original_id: int, move_id: int) -> ResponseReturnValue:
    reason = request.form.get("reason", "")
    return _do(
        original_id, lambda act: originals.cancel(act, move_id, reason), _("Đã thu lại bàn giao.")
    )


@bp.get("/ban-giao/<int:move_id>/bien-ban")
def paper(move_id: int) -> ResponseReturnValue:
    """The minutes of a hand-over, for both sides to sign."""
    with scope.act() as act:
        response = Response(minutes.minutes(act, move_id), mimetype="application/octet-stream")
        name = f"bien-ban-ban-giao-{move_id}.pdf"
        response.headers.set("Content-Disposition", "attachment", filename=name)
        response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
        return response


# --- panels -------------------------------------------------------------------------------------


def case_panel(act: Act, page: CasePage) -> Markup:
    """Where the case's originals are, and that one has not been returned yet."""
    found = custody.of_case(act, page.case)
    may_note = custody.may_note(act, page.case)
    if not found and not may_note:
        return Markup("")
    name, number = custody.suggested(page.case)
    shown = render_template(
        "originals/panel.html",
        case=page.case,
        found=[(one, tag_of(one)) for one in found],
        may_note=may_note,
        came=bool(name),
        number=number,
    )
    return Markup(shown)  # noqa: S704  a template of ours


def task_panel(act: Act, page: TaskPage) -> Markup:
    """At a step of the dossier: an original to note, or to confirm that it came along."""
    if page.case.state == CaseState.FINISHED or not page.may_complete:
        return Markup("")
    found = custody.of_case(act, page.case)
    coming = [one for one in found if one.may_confirm]
    name, number = custody.suggested(page.case)
    wanted = bool(name) and not found and page.task.unit_id == page.case.unit_id
    if not coming and not (wanted and custody.may_note(act, page.case)):
        return Markup("")
    shown = render_template(
        "originals/task_panel.html", case=page.case, coming=coming, number=number
    )
    return Markup(shown)  # noqa: S704  a template of ours


def tag_of(one: Standing) -> Remaining:
    """Where an original stands, as a tag."""
    if one.ended:
        return Remaining(_("Chưa trả"), "soon", "exclamation-triangle-fill")
    if one.row.state == OriginalState.HELD and one.row.holder_unit_id is None:
        return Remaining(_("Ở bên ngoài"), "none", "box-arrow-right")
    return {
        OriginalState.HELD: Remaining(_("Đang giữ"), "in-time", "check-circle-fill"),
        OriginalState.MOVING: Remaining(_("Đang bàn giao"), "soon", "hourglass-split"),
        OriginalState.RETURNED: Remaining(_("Đã trả"), "done", "check-lg"),
        OriginalState.ARCHIVED: Remaining(_("Lưu trữ"), "done", "check-lg"),
    }[OriginalState(one.row.state)]


# --- pages --------------------------------------------------------------------------------------


def _page(act: Act, original_id: int, wrong: str = "") -> str:
    found = custody.standing(act, original_id)
    case, may_open = custody.case_of(act, found.row)
    return render_template(
        "originals/one.html",
        found=found,
        row=found.row,
        case=case,
        may_open=may_open,
        standing=tag_of(found),
        words=_words(),
        receivers=_receivers(act, found.row.holder_unit_id),
        wrong=wrong,
    )


def _words() -> dict[str, str]:
    """What became of a hand-over."""
    return {
        HandOverState.HANDED: _("Chờ xác nhận"),
        HandOverState.CONFIRMED: _("Đã xác nhận"),
        HandOverState.REFUSED: _("Không nhận"),
        HandOverState.CANCELLED: _("Đã thu lại"),
    }


def _note_page(act: Act, case_id: int, said: dict[str, str] | None = None, wrong: str = "") -> str:
    page = viewing.case_page(act, case_id)
    name, number = custody.suggested(page.case)
    if not custody.may_note(act, page.case):
        raise NotPermitted()
    return render_template(
        "originals/note.html",
        case=page.case,
        said=said or {"ten": name, "so": number, "tinh_trang": ""},
        wrong=wrong,
    )


def _do(original_id: int, acting: Acting, said: str) -> ResponseReturnValue:
    try:
        with scope.act(write=True) as act:
            acting(act)
            flash(said, "good")
            return redirect(url_for("originals.one", original_id=original_id))
    except (Misuse, Conflict) as refused:
        wrong, status = sentence(refused.message), 409 if isinstance(refused, Conflict) else 422
    with scope.act() as act:
        return _page(act, original_id, wrong), status


def _each(chosen: list[str], acting: Callable[[Act, int], object]) -> int:
    """Does it to each that was chosen; how many it could be done to. Says why of the others."""
    done = 0
    asked = (picking.id_of(one) for one in dict.fromkeys(chosen))
    numbers = [one for one in asked if one is not None]
    if not numbers:
        flash(_("Chưa chọn bản gốc nào."), "warn")
    for number in numbers:
        try:
            with scope.act(write=True) as act:
                acting(act, number)
                done += 1
        except LEFT_OUT as error:
            flash(sentence(error.message), "bad")
    return done


def _receivers(act: Act, holder: int | None = None) -> list[tuple[int, str]]:
    """Units with people who can confirm, by name, other than the one that holds it."""
    staffed = shelves.staffed(act.session) - {holder}
    known = [(one.id, one.name) for one in scope.units().values() if one.id in staffed]
    return sorted(known, key=lambda unit: unit[1])


def _receiver() -> Receiver:
    unit, name = request.form.get("don_vi", ""), request.form.get("noi_khac", "")
    unit_id = picking.id_of(unit)
    return Receiver(unit_id) if unit_id is not None else Receiver(None, name)


def _paper() -> UploadedFile | None:
    sent = request.files.get("tep")
    if sent is None or not sent.filename:
        return None
    return UploadedFile(sent.filename, sent.read())


def _late(
    lines: list[shelves.MoveLine], now: datetime, calendar: WorkingCalendar
) -> list[tuple[shelves.MoveLine, int, bool]]:
    """Each with the working days it has been under way, and whether that is too long."""
    found = []
    for line in lines:
        hours = calendar.working_hours_between(line.handed_at, now)
        days = hours / calendar.hours_per_day
        found.append((line, int(days), days > PATIENCE))
    return found
