"""`quytrinh incident`: what failed and waits for an administrator, tried again or given up."""

from __future__ import annotations

import click

from engine.domain.clock import local
from engine.persistence.incidents import Line
from engine.services import handling
from web.commands.answers import FINDINGS, answer, json_option, table
from web.commands.composed import Composed


@click.group()
def incident() -> None:
    """Sự cố: bước hẹn giờ, thư, bản vẽ, nhắc hạn và lịch không tự chạy được."""


@incident.command("list")
@click.option("--closed", is_flag=True, help="Xem sự cố đã đóng.")
@click.option("--after", default=None, help="Xem trang sau, theo dấu mà trang trước cho.")
@json_option
@click.pass_obj
def listed(composition: Composed, closed: bool, after: str | None, as_json: bool) -> None:
    """Liệt kê sự cố, mới nhất trước."""
    with composition.office.act(None, write=False) as act:
        found = handling.listed(act, closed=closed, after=after)
    document = {"incidents": [_document(line) for line in found.lines], "after": found.after}
    head = ("Số", "Loại", "Sự cố", "Hồ sơ", "Từ", "Lần", "Nguyên nhân")
    rows = [
        (
            str(line.row.id),
            line.row.kind,
            line.row.name,
            line.code or "",
            f"{local(line.row.first_at):%d/%m/%Y %H:%M}",
            str(line.row.times),
            line.row.cause,
        )
        for line in found.lines
    ]
    text = table(head, rows) if rows else "Không có sự cố nào."
    if found.after:
        text += f"\nCòn nữa: --after {found.after}"
    answer(document, text, as_json)


@incident.command("retry")
@click.argument("number", type=click.IntRange(1, 2**31 - 1))
@json_option
@click.pass_context
def retry(context: click.Context, number: int, as_json: bool) -> None:
    """Thử lại một sự cố ngay. Mã thoát 1: vẫn lỗi."""
    composition: Composed = context.obj
    office = composition.office
    with office.act(None) as act:
        handling.retry(act, number)
    went_well = handling.try_now(office, None, number)
    words = {
        True: "Đã chạy lại được.",
        False: "Đã thử lại nhưng vẫn lỗi.",
        None: "Đã cho thử lại; bộ hẹn giờ sẽ làm.",
    }
    answer({"incident": number, "went_well": went_well}, words[went_well], as_json)
    if went_well is False:
        context.exit(FINDINGS)


@incident.command("give-up")
@click.argument("number", type=click.IntRange(1, 2**31 - 1))
@click.option("--reason", required=True, help="Lý do thôi xử lý, được ghi vào nhật ký.")
@json_option
@click.pass_obj
def give_up(composition: Composed, number: int, reason: str, as_json: bool) -> None:
    """Thôi xử lý một sự cố: máy không thử nữa, hồ sơ chờ ở đó cho đến khi có người chuyển đi."""
    with composition.office.act(None) as act:
        handling.give_up(act, number, " ".join(reason.split()))
    answer({"incident": number}, f"Đã thôi xử lý sự cố số {number}.", as_json)


def _document(line: Line) -> dict[str, object]:
    row = line.row
    return {
        "id": row.id,
        "kind": row.kind,
        "name": row.name,
        "case": line.code,
        "cause": row.cause,
        "detail": row.detail,
        "first_at": row.first_at.isoformat(),
        "last_at": row.last_at.isoformat(),
        "times": row.times,
        "closed_at": row.closed_at.isoformat() if row.closed_at else None,
        "outcome": row.outcome,
        "closed_by": row.closed_by,
        "reason": row.reason,
    }
