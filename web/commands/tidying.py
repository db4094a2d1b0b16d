"""`quytrinh tidy`: takes away what the retention rules no longer keep."""

from __future__ import annotations

import click

from engine.domain.retention import RULES
from engine.services import tidying
from web.commands.answers import answer, json_option, table
from web.commands.composed import Composed


@click.command()
@click.option("--dry-run", is_flag=True, help="Chỉ đếm, không xóa.")
@json_option
@click.pass_obj
def tidy(composition: Composed, dry_run: bool, as_json: bool) -> None:
    """Xóa dữ liệu hết thời hạn lưu (thư, thông báo, lượt xem…); hồ sơ và văn bản luôn được giữ."""
    app = composition.office
    with app.act(None, write=False) as act:
        found = tidying.standing(act)
    counted = {line.kept: line.over for line in found.lines}
    if not dry_run:
        counted = tidying.tidy(app)[0]
    head = ("Dữ liệu", "Giữ (ngày)", "Hết hạn" if dry_run else "Đã xóa")
    rows = [(str(RULES[x.kept].name), str(x.days), str(counted[x.kept])) for x in found.lines]
    document = {str(kept): number for kept, number in counted.items()}
    answer({"dry_run": dry_run, "rows": document}, table(head, rows), as_json)
