"""`quytrinh deadline`: a date computed on the working calendar, with every day accounted for."""

from __future__ import annotations

from datetime import datetime

import click

from engine.domain.clock import ZONE, local
from engine.domain.deadlines import Deadline, legal_deadline, step_deadline
from engine.domain.durations import parse_duration
from engine.services import proving
from web.commands.answers import answer, json_option
from web.commands.composed import Composed

#: Offices count within these; beyond them it is a slip of typing.
EARLIEST_YEAR, LATEST_YEAR = 1900, 2200


def parse_moment(text: str) -> datetime:
    """An ISO moment; without a zone it is Vietnamese time. Raises click.BadParameter."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise click.BadParameter(
            f"“{text}” không phải thời điểm ISO, ví dụ 2026-02-13T15:00+07:00."
        ) from error
    if not EARLIEST_YEAR <= moment.year <= LATEST_YEAR:
        raise click.BadParameter(f"Năm phải từ {EARLIEST_YEAR} đến {LATEST_YEAR}.")
    return moment if moment.tzinfo else moment.replace(tzinfo=ZONE)


class Moment(click.ParamType):
    """An ISO moment on the command line."""

    name = "ISO"

    def convert(
        self,
        value: object,
        param: click.Parameter | None,  # noqa: ARG002  click's signature
        ctx: click.Context | None,  # noqa: ARG002
    ) -> datetime:
        return value if isinstance(value, datetime) else parse_moment(str(value))


@click.command()
@click.argument("duration")
@click.option("--from", "start", type=Moment(), required=True, help="Thời điểm bắt đầu (ISO).")
@click.option("--legal", is_flag=True, help="Tính như thời hạn giải quyết theo luật.")
@json_option
@click.pass_obj
def deadline(
    composition: Composed, duration: str, start: datetime, legal: bool, as_json: bool
) -> None:
    """Tính hạn của DURATION, ví dụ "2,5 ngày làm việc", và kể từng ngày được tính, bị bỏ qua."""
    calendar = proving.calendar_at_hand(composition.application)
    count = legal_deadline if legal else step_deadline
    found = count(parse_duration(duration), start, calendar)
    answer(_document(found), _text(found), as_json)


def _document(found: Deadline) -> dict[str, object]:
    explanation = found.explanation
    return {
        "due": local(found.due_at).isoformat(),
        "term": explanation.term,
        "rule": explanation.rule,
        "article": explanation.article,
        "counted": [
            {
                "day": counted.day.isoformat(),
                "hours": None if counted.hours is None else float(counted.hours),
            }
            for counted in explanation.counted
        ],
        "skipped": [
            {"day": skipped.day.isoformat(), "reason": str(skipped.reason)}
            for skipped in explanation.skipped
        ],
        "notes": [str(note) for note in explanation.notes],
    }


def _text(found: Deadline) -> str:
    explanation = found.explanation
    lines = [
        f"Hạn: {local(found.due_at):%d/%m/%Y %H:%M}",
        f"Thời hạn: {explanation.term}, từ {local(explanation.start):%d/%m/%Y %H:%M}",
        f"Cách tính: {explanation.article}",
        "Ngày được tính:",
    ]
    for counted in explanation.counted:
        hours = "" if counted.hours is None else f"  {float(counted.hours):g} giờ".replace(".", ",")
        lines.append(f"  {counted.day:%d/%m/%Y}{hours}")
    if explanation.skipped:
        lines.append("Ngày không tính:")
        lines += [f"  {one.day:%d/%m/%Y}  {one.reason}" for one in explanation.skipped]
    lines += [f"Lưu ý: {note}" for note in explanation.notes]
    return "\n".join(lines)
