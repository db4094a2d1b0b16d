"""Escalation ladders: which ones hold for what, and the page on which administrators edit one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.domain.errors import BadRung, CalendarUnknown, Misuse, NotFound
from engine.domain.ladder import MOST_DAYS, MOST_RUNGS, Ladder, Rung, Subject, Tells
from engine.services import ladders
from engine.services.act import Act
from engine.services.ladders import Gap, Scope, Standing
from web import scope
from web.presenting import day, moment_text, sentence, weekday
from web.views.rungs import level

bp = Blueprint("ladders", __name__, url_prefix="/quan-tri/bac-nhac-han")

#: When a rung is reached, as a row says it; the number beside it counts per cent or days.
SHARE, BEFORE, AT, AFTER = "share", "before", "due", "after"

#: The largest number of each; 0: none is asked for.
LARGEST = {SHARE: 99, BEFORE: MOST_DAYS, AT: 0, AFTER: MOST_DAYS}

#: Rows that stand empty below those filled in.
SPARE = 2

#: So many units are named where a level has nobody.
UNITS = 4


@dataclass(frozen=True)
class Row:
    """A rung as it stands in the editor."""

    number: str = ""
    when: str = ""
    tells: str = ""
    apology: bool = False
    error: str = ""

    @property
    def blank(self) -> bool:
        return not (self.number or self.when or self.tells)

    @property
    def count(self) -> str:
        """The number, as people also write it: `75%`, `+3`."""
        return self.number.strip().lstrip("+-").removesuffix("%").strip()

    @property
    def place(self) -> str:
        """As `Ladder.of` reads it."""
        count = self.count
        return {SHARE: f"{count}%", BEFORE: f"-{count}", AT: "0", AFTER: f"+{count}"}[self.when]

    def fault(self) -> str:
        """What is wrong with the row by itself."""
        if self.when not in LARGEST:
            return _("Hãy chọn khi nào.")
        most = LARGEST[self.when]
        wrong = not self.count.isdecimal() or not 0 < int(self.count) <= most
        if most and wrong:
            return _("Hãy ghi một số từ 1 đến %(most)s.", most=most)
        if self.tells not in set(Tells):
            return _("Hãy chọn báo ai.")
        return ""


@dataclass(frozen=True)
class Line:
    """A ladder in the list."""

    what: str
    rungs: list[str]
    since: str
    edit: str


@dataclass(frozen=True)
class Past:
    """A ladder that held once, or holds now."""

    rungs: list[str]
    period: str
    by: str
    reason: str
    current: bool


@bp.get("")
def show() -> ResponseReturnValue:
    """The ladders in force, and the door to one of its own for a procedure or a role."""
    with scope.act() as act:
        found = ladders.in_force(act)
        roles = act.app.roles
        return render_template(
            "ladders/show.html",
            groups=[
                (subject, [_line(act, one) for one in found if one.scope.subject is subject])
                for subject in Subject
            ],
            procedures=ladders.procedures(act),
            roles=[
                (roles.authorities.get(kind, kind), names)
                for kind, names in _by_authority(act).items()
            ],
        )


@bp.get("/sua")
def edit() -> ResponseReturnValue:
    """The ladder that holds for something, to change; where it has none, the one it would keep."""
    with scope.act() as act:
        asked = _scope(request.args)
        _row, ladder = ladders.holding(act, asked)
        return _page(act, asked, [_written(rung) for rung in ladder.rungs])


@bp.post("/sua")
def save() -> ResponseReturnValue:
    """Saves the ladder, or shows what it would do; one more row needs no JavaScript."""
    asked, rows = _scope(request.form), _rows()
    reason, seen = request.form.get("ly_do", ""), request.form.get("dang_dung", type=int)
    if request.form.get("lam") == "them":
        with scope.act() as act:
            return _page(act, asked, rows, reason, spare=SPARE + 1)
    filled = [_marked(row, row.fault()) for row in rows if not row.blank]
    if any(row.error for row in filled):
        with scope.act() as act:
            return _page(act, asked, filled, reason, error=_("Có bậc chưa đúng.")), 422
    written = [(row.place, row.tells, row.apology) for row in filled]
    try:
        if request.form.get("lam") == "xem":
            with scope.act() as act:
                ladder = ladders.checked(act, asked, written)
                return _page(act, asked, filled, reason, seen_as=ladder)
        with scope.act(write=True) as act:
            ladders.save(act, asked, written, reason, seen)
            what = sentence(ladders.in_words(act, asked))
    except BadRung as error:
        filled[error.number - 1] = _marked(filled[error.number - 1], sentence(error.message))
        with scope.act() as act:
            return _page(act, asked, filled, reason, error=_("Có bậc chưa đúng.")), 422
    except Misuse as error:
        with scope.act() as act:
            return _page(act, asked, filled, reason, error=sentence(error.message)), 422
    flash(
        _("Đã lưu bậc nhắc hạn cho %(what)s. Việc mở từ bây giờ theo bậc này.", what=what), "good"
    )
    return redirect(url_for("ladders.show"))


@bp.post("/bo")
def remove() -> ResponseReturnValue:
    """Ends a ladder of its own: the more general one holds again."""
    asked = _scope(request.form)
    reason, seen = request.form.get("ly_do_bo", ""), request.form.get("dang_dung", type=int)
    try:
        with scope.act(write=True) as act:
            ladders.remove(act, asked, reason, seen)
            what = sentence(ladders.in_words(act, asked))
    except Misuse as error:
        with scope.act() as act:
            _row, ladder = ladders.holding(act, asked)
            rows = [_written(rung) for rung in ladder.rungs]
            return _page(act, asked, rows, removing=sentence(error.message)), 422
    flash(_("Đã bỏ bậc nhắc hạn riêng của %(what)s: từ nay theo bậc chung.", what=what), "good")
    return redirect(url_for("ladders.show"))


def _page(
    act: Act,
    asked: Scope,
    rows: Sequence[Row],
    reason: str = "",
    *,
    error: str = "",
    removing: str = "",
    seen_as: Ladder | None = None,
    spare: int = SPARE,
) -> str:
    row, ladder = ladders.holding(act, asked)
    room = max(0, min(spare, MOST_RUNGS - len(rows)))
    return render_template(
        "ladders/edit.html",
        asked=asked,
        what=sentence(ladders.in_words(act, asked)),
        holding=row,
        rows=[*rows, *(Row() for _number in range(room))],
        whens=_whens(),
        levels=[(tells, level(tells)) for tells in Tells],
        of_case=asked.subject is Subject.CASE,
        full=len(rows) + room >= MOST_RUNGS,
        reason=reason,
        reason_length=ladders.REASON_LENGTH,
        error=error,
        removing=removing,
        trying=seen_as is not None,
        example=_example(act, asked, seen_as or ladder),
        gaps=[_gap(gap) for gap in ladders.gaps(act, asked, seen_as or ladder)],
        history=[_past(one) for one in ladders.history(act, asked)],
    )


# --- reading what was sent ------------------------------------------------------------------------


def _scope(sent: Mapping[str, str]) -> Scope:
    """Raises NotFound for a subject that there is not."""
    subject = sent.get("doi_tuong", "")
    if subject not in set(Subject):
        raise NotFound()
    role = sent.get("chuc_danh") or None
    if subject == Subject.CASE:
        role = None
    return Scope(Subject(subject), sent.get("thu_tuc") or None, role)


def _rows() -> list[Row]:
    sent = request.form
    return [
        Row(
            number=sent.get(f"so-{number}", "").strip(),
            when=sent.get(f"khi-{number}", ""),
            tells=sent.get(f"ai-{number}", ""),
            apology=f"thu-{number}" in sent,
        )
        for number in range(MOST_RUNGS)
        if f"khi-{number}" in sent
    ]


# --- in words -------------------------------------------------------------------------------------


def _whens() -> list[tuple[str, str]]:
    return [
        (SHARE, _("phần trăm thời gian đã qua")),
        (BEFORE, _("ngày làm việc trước hạn")),
        (AT, _("đúng lúc đến hạn")),
        (AFTER, _("ngày làm việc sau hạn")),
    ]


def _written(rung: Rung) -> Row:
    when, number = AT, ""
    if rung.share is not None:
        when, number = SHARE, rung.place.removesuffix("%")
    elif rung.days:
        when, number = (AFTER if rung.days > 0 else BEFORE), str(abs(rung.days))
    return Row(number, when, str(rung.tells), rung.apology)


def _marked(row: Row, error: str) -> Row:
    return Row(row.number, row.when, row.tells, row.apology, error)


def _in_words(rung: Rung) -> str:
    said = _("%(when)s: báo %(whom)s", when=sentence(rung.words), whom=level(rung.tells))
    return _("%(said)s, mở dự thảo thư xin lỗi", said=said) if rung.apology else said


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _line(act: Act, one: Standing) -> Line:
    where = one.scope
    return Line(
        what=_capital(sentence(ladders.in_words(act, where))),
        rungs=[_capital(_in_words(rung)) for rung in one.ladder.rungs],
        since=_("Từ %(day)s, %(name)s", day=day(one.row.saved_at), name=one.row.saved_by)
        if one.row
        else _("Có sẵn"),
        edit=url_for(
            "ladders.edit",
            doi_tuong=where.subject,
            thu_tuc=where.procedure_key,
            chuc_danh=where.role,
        ),
    )


def _by_authority(act: Act) -> dict[str, list[tuple[str, str]]]:
    """Roles to choose from: those of authorities that have a unit here."""
    kinds = {unit.kind for unit in scope.units().values()}
    found: dict[str, list[tuple[str, str]]] = {}
    for role in act.app.roles.roles.values():
        if role.kind in kinds:
            found.setdefault(role.kind, []).append((role.id, role.name))
    return found


def _example(act: Act, asked: Scope, ladder: Ladder) -> tuple[str, list[tuple[str, str]]] | None:
    """How a step or a case that opens next Monday would be reminded of; None without a calendar."""
    try:
        found = ladders.example(act, asked, ladder)
    except CalendarUnknown:
        return None
    opens = f"{weekday(found.opened_at)} {moment_text(found.opened_at)}"
    due = f"{weekday(found.due_at)} {moment_text(found.due_at)}"
    if asked.subject is Subject.TASK:
        said = _(
            "Bước %(term)s mở %(opens)s có hạn %(due)s.", term=found.term, opens=opens, due=due
        )
    else:
        said = _(
            "Hồ sơ %(term)s tiếp nhận %(opens)s hẹn trả %(due)s.",
            term=found.term,
            opens=opens,
            due=due,
        )
    return said, [
        (_capital(f"{weekday(moment)} {moment_text(moment)}"), _in_words(rung))
        for moment, rung in zip(found.moments, ladder.rungs, strict=False)
    ]


def _gap(gap: Gap) -> str:
    known = scope.units()
    names = [known[unit_id].name for unit_id in gap.units if unit_id in known]
    units = ", ".join(names[:UNITS])
    if len(names) > UNITS:
        units = _("%(units)s và %(more)s đơn vị khác", units=units, more=len(names) - UNITS)
    if gap.instead is None:
        return _(
            "Có chức danh chưa có %(level)s, cấp trên cũng không: bậc này sẽ không báo được cho ai"
            " tại %(units)s.",
            level=level(gap.tells),
            units=units,
        )
    return _(
        "Có chức danh chưa có %(level)s: sẽ báo %(instead)s thay tại %(units)s.",
        level=level(gap.tells),
        instead=level(gap.instead),
        units=units,
    )


def _past(row: ladders.LadderRow) -> Past:
    until = day(row.ended_at) if row.ended_at else _("nay")
    return Past(
        rungs=[_capital(_in_words(rung)) for rung in Ladder.from_json(row.rungs).rungs],
        period=_("%(start)s đến %(end)s", start=day(row.saved_at), end=until),
        by=row.saved_by,
        reason=row.reason,
        current=row.ended_at is None,
    )
