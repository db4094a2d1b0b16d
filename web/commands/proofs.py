"""`quytrinh rehearse` and `budget`: the time a procedure takes, proved before it is deployed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import click

from engine.domain.clock import local, local_day
from engine.domain.durations import number_text
from engine.domain.roles import RoleRegister
from engine.persistence.versions import VersionTexts
from engine.ports import Form
from engine.services import budgeting, proving, rehearsing
from engine.services.act import Application
from engine.services.amounts import Amount
from engine.services.budgeting import Budget, PathBudget, StatedTerm
from engine.services.rehearsal import Rehearsal
from web.commands.answers import FINDINGS, answer, json_option, table
from web.commands.composed import Composed
from web.commands.dates import Moment


def _pairs(
    _context: click.Context, option: click.Parameter, values: Sequence[str]
) -> dict[str, str]:
    """`name=value` options as a mapping. Raises click.BadParameter."""
    found = {}
    for value in values:
        name, separator, text = value.partition("=")
        if not separator or not name.strip():
            raise click.BadParameter(f"“{value}” phải có dạng TÊN=GIÁ_TRỊ.", param=option)
        found[name.strip()] = text.strip()
    return found


def _forms(app: Application, texts: VersionTexts) -> Callable[[str], Form | None]:
    compiled = {name: app.ports.forms.compile(text) for name, text in texts.forms.items()}
    return compiled.get


@click.command()
@click.argument("procedure", metavar="KEY|FILE")
@click.option("--from", "start", type=Moment(), required=True, help="Lúc nộp hồ sơ (ISO).")
@click.option("--set", "given", multiple=True, callback=_pairs, help="Câu trả lời: tên=giá trị.")
@click.option(
    "--wait", "waits", multiple=True, callback=_pairs, help="Thời gian chờ: BƯỚC=10 ngày."
)
@json_option
@click.pass_context
def rehearse(
    context: click.Context,
    procedure: str,
    start: datetime,
    given: Mapping[str, str],
    waits: Mapping[str, str],
    as_json: bool,
) -> None:
    """Diễn tập một hồ sơ trên lịch thật: từng bước mở, đến hạn, xong lúc nào; tổng theo cơ quan.

    Mã thoát 1 khi hồ sơ kết thúc sau thời hạn giải quyết.
    """
    composition: Composed = context.obj
    app = composition.application
    subject = proving.subject_of(app, procedure, local_day(start))
    texts = subject.texts
    found = rehearsing.rehearse(
        texts.drawing,
        texts.called,
        texts.decisions,
        _forms(app, texts),
        start,
        proving.calendar_at_hand(app),
        app.roles,
        given,
        waits,
    )
    document = {**found.to_json(), "version": subject.number}
    answer(document, _rehearsal_text(found, subject.number), as_json)
    if found.term is not None and not found.term.within:
        context.exit(FINDINGS)


def _moment(moment: datetime | None) -> str:
    return f"{local(moment):%d/%m/%Y %H:%M}" if moment else "—"


def _rehearsal_text(found: Rehearsal, number: int | None) -> str:
    rows = []
    for step in found.steps:
        marks = [
            word
            for applies, word in (
                (step.late, "đã quá hạn"),
                (step.paused, "tạm dừng"),
                (step.withdrawn, "rút lại"),
                (step.beside and not step.withdrawn, "làm thêm"),
            )
            if applies
        ]
        finished = _moment(step.finished) + (f"  ({', '.join(marks)})" if marks else "")
        rows.append(
            (
                step.element,
                step.name,
                step.role_name,
                _moment(step.opened),
                _moment(step.due),
                finished,
            )
        )
    lines = [
        f"{found.name} ({found.key}{f', bản {number}' if number else ''})",
        f"Nộp {_moment(found.start)}, tiếp nhận {_moment(found.accepted)}.",
        "",
        table(("Bước", "Việc", "Chức danh", "Mở", "Hạn", "Xong"), rows),
        "",
        *_sums(found.authorities, found.roles),
        f"Tổng: {found.total}",
        f"Kết thúc {_moment(found.end)}: {found.outcome_name or found.outcome}",
    ]
    if found.ready != found.end:
        lines.append(f"Kết quả có thể trả từ {_moment(found.ready)}.")
    if found.term is not None:
        verdict = "trong hạn" if found.term.within else "QUÁ HẠN"
        due = _moment(found.term.deadline.due_at)
        lines.append(f"Thời hạn giải quyết {found.term.text}: {due}, {verdict}.")
    lines += [f"Tạm dừng {_moment(p.starts_at)} – {_moment(p.ends_at)}" for p in found.pauses]
    if found.term is not None:
        lines += [f"Lưu ý: {note}" for note in found.term.deadline.explanation.notes]
    lines += [f"Lưu ý: {note}" for note in found.notes]
    if found.defaults:
        lines.append("Câu trả lời mặc định đã dùng (đổi bằng --set):")
        lines += [f"  {one.element}: {one.name} = {one.value}" for one in found.defaults]
    return "\n".join(lines)


@click.command()
@click.argument("procedure", metavar="KEY|FILE")
@json_option
@click.pass_context
def budget(context: click.Context, procedure: str, as_json: bool) -> None:
    """Cộng thời gian của mọi đường đi không lặp, theo cơ quan, bên cạnh thời hạn đã nêu.

    Mã thoát 1 khi có đường đi vượt thời hạn nêu cho nó.
    """
    composition: Composed = context.obj
    app = composition.application
    texts = proving.subject_of(app, procedure).texts
    hours = proving.calendar_at_hand(app).hours_per_day
    found = budgeting.budget(texts.drawing, app.roles, hours, texts.called, _forms(app, texts))
    answer(found.to_json(), _budget_text(found), as_json)
    if any(_exceeds(path) for path in found.paths):
        context.exit(FINDINGS)


def _exceeds(path: PathBudget) -> bool:
    return any(
        term.applies is True and term.difference is not None and term.difference < 0
        for term in (*path.terms, *(t for terms in path.authority_terms.values() for t in terms))
    )


def _budget_text(found: Budget) -> str:
    lines = [f"{found.name} ({found.key}): {len(found.paths)} đường đi"]
    for number, path in enumerate(found.paths, 1):
        lines += [
            "",
            f"{number}. {path.outcome} {path.outcome_name}: {path.total}",
            f"   {' → '.join(step.element for step in path.steps)}",
            *(f"   Rẽ: {name}" for _, name in path.ways if name),
            *(f"   {line}" for line in _sums(path.authorities, found.roles)),
            *(f"   Thời hạn nêu: {line}" for line in _stated(path.terms)),
        ]
        for authority, terms in path.authority_terms.items():
            name = found.roles.authorities.get(authority, authority)
            lines += [f"   Thời hạn nêu cho {name}: {line}" for line in _stated(terms)]
    if not found.complete:
        lines.append("Còn nhiều đường đi hơn; chỉ kể những đường đầu tiên.")
    lines += ["", *(f"Lưu ý: {note}" for note in found.notes)] if found.notes else []
    return "\n".join(lines)


def _stated(terms: Sequence[StatedTerm]) -> list[str]:
    """The terms that apply, or may apply, with what is left over."""
    lines = []
    for term in terms:
        if term.applies is False:
            continue
        left = ""
        if term.difference is not None:
            words = "còn thừa" if term.difference >= 0 else "VƯỢT"
            left = (
                f", {words} {number_text(abs(term.difference))}" if term.difference else ", vừa đủ"
            )
        when = "" if term.applies else f" (khi {term.condition or 'các trường hợp khác'})"
        lines.append(f"{term.term}{when}{left}")
    return lines


def _sums(sums: Mapping[str, Amount], roles: RoleRegister) -> list[str]:
    return [f"{roles.authorities.get(key, key)}: {amount}" for key, amount in sums.items()]
