"""“Vì sao ngày này?”: how the date of a step or of a case was counted."""

from __future__ import annotations

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from engine.domain.errors import NotFound
from engine.domain.explanations import Explanation
from engine.services import viewing
from web import scope

bp = Blueprint("deadlines", __name__)


@bp.get("/viec/<int:task_id>/vi-sao")
def step(task_id: int) -> ResponseReturnValue:
    """How the deadline of a step was counted."""
    with scope.act() as act:
        page = viewing.task_page(act, task_id)
        if page.task.due_explanation is None:
            raise NotFound()
        return _page(
            Explanation.from_json(page.task.due_explanation),
            _("Hạn của bước “%(step)s”", step=page.task.name),
            page.case.code,
            url_for("tasks.show", task_id=task_id),
        )


@bp.get("/ho-so/<int:case_id>/vi-sao")
def legal(case_id: int) -> ResponseReturnValue:
    """How the legal term of a case was counted."""
    with scope.act() as act:
        page = viewing.case_page(act, case_id)
        if page.case.due_explanation is None:
            raise NotFound()
        return _page(
            Explanation.from_json(page.case.due_explanation),
            _("Ngày hẹn trả kết quả (dự kiến)")
            if page.case.due_expected
            else _("Ngày hẹn trả kết quả"),
            page.case.code,
            url_for("cases.show", case_id=case_id),
        )


@bp.get("/ho-so/<int:case_id>/giay-hen/<int:number>/vi-sao")
def receipt(case_id: int, number: int) -> ResponseReturnValue:
    """How the date promised by one receipt was counted."""
    with scope.act() as act:
        page = viewing.case_page(act, case_id)
        issued = next((r for r in page.receipts if r.number == number), None)
        if issued is None:
            raise NotFound()
        return _page(
            Explanation.from_json(issued.explanation),
            _("Ngày hẹn trên giấy hẹn lần %(number)s", number=number),
            page.case.code,
            url_for("cases.show", case_id=case_id),
        )


@bp.get("/ho-so/<int:case_id>/cho/<int:timer_id>/vi-sao")
def timer(case_id: int, timer_id: int) -> ResponseReturnValue:
    """How the end of a wait was counted."""
    with scope.act() as act:
        page = viewing.case_page(act, case_id)
        waiting = next((t for t in page.timers if t.id == timer_id), None)
        if waiting is None or waiting.explanation is None:
            raise NotFound()
        return _page(
            Explanation.from_json(waiting.explanation),
            waiting.name or waiting.element,
            page.case.code,
            url_for("cases.show", case_id=case_id),
        )


def _page(explanation: Explanation, title: str, code: str, back: str) -> str:
    days = sorted(
        [(c.day, c, None) for c in explanation.counted]
        + [(s.day, None, s) for s in explanation.skipped],
        key=lambda entry: entry[0],
    )
    return render_template(
        "deadlines/show.html", explanation=explanation, title=title, code=code, back=back, days=days
    )
