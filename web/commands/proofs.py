"""`quytrinh rehearse`: one dossier's time on the real calendar, proved before it is deployed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import click

from engine.bpmn.budgets.amounts import Amount, Longest
from engine.domain.clock import local, local_day
from engine.domain.roles import RoleRegister
from engine.persistence.versions import VersionTexts
from engine.ports import Form
from engine.services import proving, rehearsing
from engine.services.act import Application
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


def forms_of(app: Application, texts: VersionTexts) -> Callable[[str], Form | None]:
    """The compiled forms of a version by name."""
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
    calendar = proving.calendar_around(app, local_day(start))
    found = rehearsing.rehearse(
        texts.drawing,
        texts.called,
        texts.decisions,
        forms_of(app, texts),
        start,
        calendar,
        app.roles,
        given,
        waits,
    )
    years = range(local_day(found.start).year, local_day(found.end).year + 1)
    unchecked = [year for year in years if not calendar.is_signed_off(year)]
    document = {**found.to_json(), "version": subject.number, "unchecked_years": unchecked}
    text = _rehearsal_text(found, subject.number)
    if unchecked:
        listed = ", ".join(map(str, unchecked))
        text += f"\nLịch năm {listed} chưa duyệt: ngày nghỉ theo luật, chưa kể các ngày hoán đổi."
    answer(document, text, as_json)
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
                (step.aside, "song song, không cộng"),
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
        *sums_of(found.authorities, found.roles),
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
        chosen = [one for one in found.defaults if not _written(one.value)]
        lines += [f"  {one.element}: {one.name} = {one.value}" for one in chosen]
        if len(chosen) < len(found.defaults):
            rest = len(found.defaults) - len(chosen)
            lines.append(f"  và {rest} chỗ ghi bằng chữ, bằng số (xem đủ bằng --json)")
    return "\n".join(lines)


def _written(value: object) -> bool:
    """Whether a default stands for what somebody would write: no way is chosen by it."""
    return isinstance(value, str) and re.search("[A-Za-z]", value) is None


def sums_of(sums: Mapping[str, Amount] | Mapping[str, Longest], roles: RoleRegister) -> list[str]:
    """Each authority's time in words."""
    return [f"{roles.authorities.get(key, key)}: {amount}" for key, amount in sums.items()]
