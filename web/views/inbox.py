"""The inbox: open work of my posts, due soonest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.domain.access import SUPERVISOR, Actor
from engine.persistence import work, worklists
from engine.persistence.calendars import load_calendar
from engine.persistence.cases import receipts
from engine.persistence.tables import ReceiptRow
from engine.persistence.worklists import Counts, InboxLine, Page, Scope
from engine.services import viewing
from engine.services.act import Act
from engine.services.documents import viewing as papers
from engine.services.viewing import TaskPage
from web import scope
from web.presenting import day, moment_text, soon, weekday
from web.views.documents import wished
from web.views.dossier_lists import WaitingList, alone, inbox_lists
from web.views.lists import lines

bp = Blueprint("inbox", __name__)

PAGE_LENGTH = 50

#: So many pages are passed over when lists fill them: as long as a list may be, and more.
MOST_PAGES = 20


@dataclass(frozen=True)
class Tab:
    scope: str
    label: str
    open: str
    overdue: int


@dataclass(frozen=True)
class Finished:
    """What came of the step just completed."""

    title: str
    lines: list[str]
    case_id: int
    receipt: int | None = None  # the receipt to print now
    papers: Sequence[tuple[str, str]] = ()  # other forms to print now: name, address


@bp.get("/")
def home() -> ResponseReturnValue:
    """The front door leads to what this person is here for."""
    with scope.act() as act:
        return redirect(url_for(_front_page(act.actor)))


@bp.get("/viec")
def show() -> ResponseReturnValue:
    """One scope of the inbox; without a choice, my own work or else that of my role."""
    query = request.args.get("q", "").strip()[:200]
    after = request.args.get("sau")
    with scope.act() as act:
        calendar = load_calendar(act.session, act.app.settings.shifts)
        counts = worklists.counts(act.session, act.actor, act.now, soon(act.now, calendar))
        chosen = request.args.get("xem") or _first(counts)
        lists = [] if query else inbox_lists(act)
        found = _page(act, chosen, query, after, lists)
        kept: dict[str, Any] = {"xem": chosen, "q": query or None}
        offered = chosen == Scope.ROLE
        urgent = () if query or after else worklists.urgent(act.session, act.actor, chosen)
        urgent = alone(urgent, lists)
        first = {line.task_id for line in urgent}
        others = tuple(line for line in found.lines if line.task_id not in first)
        return render_template(
            "inbox/show.html",
            scope=chosen,
            query=query,
            tabs=_tabs(counts),
            lists=[] if after else lists,
            may_gather=any(post.role != SUPERVISOR for post in act.actor.posts),
            urgent=lines(act, urgent, offered) if urgent else [],
            lines=lines(act, others, offered),
            several_posts=len({post.role for post in act.actor.posts}) > 1,
            waiting_elsewhere=counts[Scope.ROLE].open.number,
            next_url=url_for("inbox.show", **kept, sau=found.after) if found.after else "",
            first_url=url_for("inbox.show", **kept) if after else "",
            finished=_finished(act, request.args.get("xong", type=int)),
        )


def _page(
    act: Act, chosen: str, query: str, after: str | None, lists: Sequence[WaitingList]
) -> Page[InboxLine]:
    """A page of the inbox without what goes with a list; read on where a list fills it all."""
    found = worklists.inbox(act.session, act.actor, chosen, query, after, PAGE_LENGTH)
    for _more in range(MOST_PAGES):
        kept = alone(found.lines, lists)
        if kept or found.after is None:
            break
        found = worklists.inbox(act.session, act.actor, chosen, query, found.after, PAGE_LENGTH)
    return Page(alone(found.lines, lists), found.after)


def _front_page(actor: Actor) -> str:
    """Officers have an inbox; others would only find it empty."""
    if any(post.role != SUPERVISOR for post in actor.posts):
        return "inbox.show"
    if actor.supervised:
        return "board.show"
    if actor.analyst:
        return "procedures.show"
    return "calendar.show" if actor.administrator else "inbox.show"


def _first(counts: dict[Scope, Counts]) -> str:
    """My own work, unless what presses lies unclaimed in my role's queue."""
    mine, role = counts[Scope.MINE], counts[Scope.ROLE]
    presses = role.overdue.number and not mine.overdue.number
    return (Scope.MINE if mine.open.number and not presses else Scope.ROLE).value


def _tabs(counts: dict[Scope, Counts]) -> list[Tab]:
    labels = {
        Scope.MINE: _("Tôi đang giữ"),
        Scope.ROLE: _("Của chức danh tôi"),
        Scope.UNIT: _("Của đơn vị tôi"),
    }
    return [
        Tab(
            one.value,
            label,
            f"{counts[one].open.number}{'+' if counts[one].open.more else ''}",
            counts[one].overdue.number,
        )
        for one, label in labels.items()
    ]


def _finished(act: Act, task_id: int | None) -> Finished | None:
    """Said after a completion: what was done, where the dossier is now, who is next."""
    if task_id is None or not 0 < task_id < 2**31:
        return None
    page = viewing.task_page(act, task_id)
    if page.task.closed_by_id != act.actor.user_id:
        return None
    title = _(
        "Đã hoàn thành “%(step)s” của hồ sơ %(code)s.", step=page.task.name, code=page.case.code
    )
    if page.case.finished_at:
        said = [_("Hồ sơ đã kết thúc.")]
        return Finished(title, said, page.case.id, papers=_to_print(act, page))
    roles = act.app.roles.roles
    units = scope.units()
    said = []
    for waiting in work.open_tasks_of(act.session, page.case.id).values():
        task = waiting.row
        who = roles[task.role].name if task.role in roles else task.role
        unit = units[task.unit_id].name if task.unit_id in units else ""
        next_step = _(
            "Tiếp theo: “%(step)s” – %(who)s, %(unit)s.", step=task.name, who=who, unit=unit
        )
        due = _("Hạn %(moment)s.", moment=moment_text(task.due_at)) if task.due_at else ""
        said.append(f"{next_step} {due}".strip())
    if not said:
        said.append(_("Hồ sơ đang chờ đến thời điểm tiếp theo của quy trình."))
    issued = _accepted_now(act, page)
    if issued:
        due = f"{weekday(issued.due_at)}, {day(issued.due_at)}"
        said.insert(0, _("Hẹn trả kết quả: %(due)s.", due=due))
    number = issued.number if issued else None
    return Finished(title, said, page.case.id, number, _to_print(act, page))


def _to_print(act: Act, page: TaskPage) -> list[tuple[str, str]]:
    """The forms that the finished step asks for, other than the receipt: name and address."""
    if not page.node.documents:
        return []
    shelf = papers.shelf(act, page.case, papers.tasks_of(act, page.case.id))
    asked = [
        wished(page.case, wish)
        for wish in shelf.wishes
        if wish.task is not None
        and wish.task.id == page.task.id
        and wish.kind.needed
        and not wish.kind.written
    ]
    return [(str(one["name"]), str(one["look"])) for one in asked]


def _accepted_now(act: Act, page: TaskPage) -> ReceiptRow | None:
    """The receipt of a dossier that this step has accepted."""
    if not page.node.acceptance or page.case.accepted_at != page.task.closed_at:
        return None
    issued = receipts(act.session, page.case.id)
    return issued[0] if issued else None
