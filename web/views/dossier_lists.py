"""Lists of dossiers under one letter: all of mine, one list, and handing it on as a whole."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext
from markupsafe import Markup

from engine.domain.errors import DossiersBlocked, FormInvalid, Misuse, UnitChoiceNeeded
from engine.domain.states import ListState
from engine.persistence import dossier_lists
from engine.persistence.calendars import load_calendar
from engine.persistence.dossier_lists import ListLine
from engine.persistence.worklists import InboxLine
from engine.services.act import Act
from engine.services.listing import carrying, gathering, issuing, letters, viewing
from engine.services.listing.carrying import LeftOut
from engine.services.listing.viewing import ListPage
from engine.services.viewing import CasePage, TaskPage
from web import scope
from web.presenting import Remaining, remaining
from web.views import sheets

bp = Blueprint("dossier_lists", __name__, url_prefix="/danh-sach")

_NUMBER = re.compile(r"[0-9]{1,9}")


@bp.get("/")
def show() -> ResponseReturnValue:
    """The lists that wait for me, those under way, the issued ones; and where to begin one."""
    query = request.args.get("q", "").strip()[:200]
    with scope.act() as act:
        found = viewing.overview(act, query)
        calendar = load_calendar(act.session, act.app.settings.shifts)
        return render_template(
            "lists/all.html",
            waiting=[(line, remaining(line.due_at, act.now, calendar)) for line in found.waiting],
            under_way=found.under_way,
            issued=found.issued,
            places=gathering.places(act),
            states=_states(),
            query=query,
        )


@bp.get("/<int:list_id>")
def one(list_id: int) -> ResponseReturnValue:
    """One list: its rows, its letter, and what is to be done with it."""
    with scope.act() as act:
        return _page(act, viewing.list_page(act, list_id))


@bp.post("/<int:list_id>/chuyen")
def advance(list_id: int) -> ResponseReturnValue:
    """Completes the step for every dossier on the list, or numbers and issues it."""
    with scope.act() as act:
        seen = viewing.list_page(act, list_id)
    submission = sheets.posted(seen.form)
    element = request.form.get("buoc", "")[:100]
    left_out = LeftOut(frozenset(numbers("bo")), request.form.get("ly_do_bo", "")[:500])
    units = sheets.chosen_units()
    try:
        with scope.act(write=True) as act:
            if seen.numbers:
                row = issuing.issue(
                    act, list_id, element, submission, left_out=left_out, units=units
                )
            else:
                row = carrying.advance(
                    act,
                    list_id,
                    element,
                    submission,
                    left_out=left_out,
                    confirmed=bool(request.form.get("da_soat")),
                    units=units,
                )
            flash(_told(act, list_id, row.state), "good")
            return redirect(url_for("dossier_lists.one", list_id=list_id))
    except FormInvalid as refused:
        return _again(list_id, submission, refused=refused), 422
    except UnitChoiceNeeded as needed:
        return _again(list_id, submission, needed=needed), 422
    except DossiersBlocked as stuck:
        return _again(list_id, submission, stuck=stuck), 409
    except Misuse as wrong:
        return _again(list_id, submission, wrong=wrong), 422


@bp.post("/<int:list_id>/bo")
def drop(list_id: int) -> ResponseReturnValue:
    """Takes an open list apart."""
    try:
        with scope.act(write=True) as act:
            gathering.drop(act, list_id, request.form.get("ly_do", "")[:500])
            flash(_("Đã bỏ danh sách. Các hồ sơ được giải quyết riêng từ bước đang đứng."), "good")
        return redirect(url_for("dossier_lists.show"))
    except Misuse as wrong:
        return refused_page(list_id, wrong)


def refused_page(list_id: int, wrong: Misuse) -> ResponseReturnValue:
    """The list again, with what was wrong on top."""
    with scope.act() as act:
        return _page(act, viewing.list_page(act, list_id), wrong=wrong), 422


def numbers(name: str) -> list[int]:
    """The ids that a form sends under one name."""
    return [int(text) for text in request.form.getlist(name) if _NUMBER.fullmatch(text)]


def _told(act: Act, list_id: int, state: str) -> str:
    """What came of handing the list on."""
    lines = dossier_lists.members(act.session, list_id)
    count = ngettext("%(num)d hồ sơ", "%(num)d hồ sơ", len(lines))
    if state == ListState.ISSUED:
        paper = next((d for d in dossier_lists.documents_of(act.session, list_id) if d.sign), None)
        sign = paper.sign if paper else ""
        return _(
            "Đã ban hành công văn số %(sign)s kèm danh sách %(count)s.", sign=sign, count=count
        )
    if state == ListState.OPEN:
        return _("Đã trả lại danh sách %(count)s.", count=count)
    if state == ListState.DROPPED:
        return _("Danh sách đã kết thúc vì các hồ sơ không còn đi cùng nhau.")
    return _("Đã chuyển cả danh sách %(count)s sang bước tiếp theo.", count=count)


def _again(
    list_id: int,
    submission: Mapping[str, Any],
    refused: FormInvalid | None = None,
    needed: UnitChoiceNeeded | None = None,
    stuck: DossiersBlocked | None = None,
    wrong: Misuse | None = None,
) -> str:
    kept = sheets.keep(submission)
    with scope.act() as act:
        page = viewing.list_page(act, list_id)
        return _page(act, page, kept, refused, needed, stuck, wrong)


def _page(
    act: Act,
    page: ListPage,
    kept: sheets.Kept | None = None,
    refused: FormInvalid | None = None,
    needed: UnitChoiceNeeded | None = None,
    stuck: DossiersBlocked | None = None,
    wrong: Misuse | None = None,
) -> str:
    calendar = load_calendar(act.session, act.app.settings.shifts, page.row.unit_id)
    dues = [line.task.due_at for line in page.lines if line.task and line.task.due_at]
    hidden = page.kind.fields
    if page.node and page.node.list_number:
        hidden = hidden | frozenset(page.node.list_number.split())
    items = sheets.shown(page.form, kept.values if kept else {}, page.known, refused)
    return render_template(
        "lists/one.html",
        page=page,
        row=page.row,
        state=_states()[page.row.state],
        open=page.row.state == ListState.OPEN,
        alive=page.row.state in dossier_lists.ALIVE,
        standing=remaining(min(dues), act.now, calendar) if dues else None,
        items=_without(items, hidden),
        kept=kept.proof if kept else "",
        choice=sheets.choice(act, needed),
        stuck=stuck.blocked if stuck else (),
        wrong=wrong.message if wrong else None,
        confirmed=bool(request.form.get("da_soat")),
        guessed=sum(bool(line.suggested) for line in page.lines),
        lacking=sum(bool(line.missing) for line in page.lines),
        letter_parts=letters.PARTS,
        reason=request.form.get("ly_do_bo", ""),
        finish=_finish(page),
        kinds=(letters.LETTER, page.kind.kind),
    )


def _finish(page: ListPage) -> str:
    if page.numbers:
        return _("Lấy số và ban hành")
    return _("Trình cả danh sách") if page.row.state == ListState.OPEN else _("Chuyển cả danh sách")


def _without(items: list[dict[str, Any]], names: frozenset[str]) -> list[dict[str, Any]]:
    """A form's items without the fields that the rows of the list fill in."""
    kept = []
    for item in items:
        if item.get("name") in names:
            continue
        if item["kind"] == "group":
            inside = _without(item["items"], names)
            if not inside:
                continue
            item = {**item, "items": inside}
        kept.append(item)
    return kept


def _states() -> dict[str, Remaining]:
    return {
        ListState.OPEN: Remaining(_("Đang lập"), "none", "pencil-square"),
        ListState.MOVING: Remaining(_("Đang trình ký"), "soon", "hourglass-split"),
        ListState.ISSUED: Remaining(_("Đã ban hành"), "done", "check-circle-fill"),
        ListState.DROPPED: Remaining(_("Đã bỏ"), "none", "x-lg"),
    }


# --- on other pages -------------------------------------------------------------------------------


@dataclass(frozen=True)
class WaitingList:
    """A list that waits for the officer, as the inbox shows it."""

    line: ListLine
    state: Remaining
    standing: Remaining


def inbox_lists(act: Act) -> list[WaitingList]:
    """The lists that wait for the officer: one line instead of one for each dossier."""
    found = viewing.waiting(act)
    if not found:
        return []
    calendar = load_calendar(act.session, act.app.settings.shifts)
    states = _states()
    return [
        WaitingList(line, states[line.state], remaining(line.due_at, act.now, calendar))
        for line in found
    ]


def alone(lines: tuple[InboxLine, ...], lists: Sequence[WaitingList]) -> tuple[InboxLine, ...]:
    """The tasks that do not go with one of these lists."""
    gathered = {(one.line.id, one.line.element) for one in lists}
    return tuple(line for line in lines if (line.list_id, line.element) not in gathered)


def case_panel(act: Act, page: CasePage) -> Markup:
    """The lists a dossier is on or was issued with, with their reference."""
    found = dossier_lists.of_case(act.session, page.case.id)
    return _panel(act, found) if found else Markup()


def task_panel(act: Act, page: TaskPage) -> Markup:
    """The list a task goes with; or where a list could be begun."""
    found = dossier_lists.of_case(act.session, page.case.id)
    gathers = (
        page.case.list_id is None
        and page.may_complete
        and viewing.kind_drawn_at(page.node) is not None
    )
    if not found and not gathers:
        return Markup()
    place = f"{page.task.process}/{page.task.element}" if gathers else ""
    return _panel(act, found, place, together=page.may_complete)


def _panel(act: Act, found: list[ListLine], place: str = "", *, together: bool = False) -> Markup:
    units = act.actor.units | act.actor.supervised
    names = {one.name for one in scope.units().values() if one.id in units}
    return Markup(  # noqa: S704 (rendered with escaping)
        render_template(
            "lists/panel.html",
            lists=found,
            states=_states(),
            mine=names,
            place=place,
            together=together,
            alive=dossier_lists.ALIVE,
        )
    )
