"""`quytrinh keep` and `kept`: drawings that are only looked at."""

from __future__ import annotations

from pathlib import Path

import click

from engine.domain.errors import DrawingRefused
from engine.persistence.tables import ExhibitRow
from engine.services import exhibits
from web.commands.answers import (
    FINDINGS,
    answer,
    findings_of,
    json_option,
    table,
    tell_findings,
)
from web.commands.composed import Composed


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--title", required=True, help="Tên để người xem biết đó là bản vẽ gì.")
@click.option("--note", default="", help="Ghi chú.")
@json_option
@click.pass_context
def keep(context: click.Context, file: Path, title: str, note: str, as_json: bool) -> None:
    """Giữ một bản vẽ chỉ để xem: không có hồ sơ nào chạy theo bản vẽ này."""
    composition: Composed = context.obj
    try:
        with composition.office.act(None) as act:
            row = exhibits.put_up(act, file.name, file.read_bytes(), title, note)
            document, text = _to_json(row), f"Đã giữ “{row.title}” để xem (số {row.id})."
    except DrawingRefused as refused:
        tell_findings(findings_of(refused), str(refused), as_json)
        context.exit(FINDINGS)
    answer(document, text, as_json)


@click.command()
@json_option
@click.pass_obj
def kept(composition: Composed, as_json: bool) -> None:
    """Các bản vẽ chỉ để xem, mới nhất trước."""
    with composition.office.act(None, write=False) as act:
        rows = exhibits.listed(act)
        document = [_to_json(row) for row in rows]
        head = ("Số", "Tên", "Tệp", "Người giữ", "Lỗi", "Cảnh báo")
        lines = [
            (str(row.id), row.title, row.filename, row.kept_by, str(row.errors), str(row.warnings))
            for row in rows
        ]
    answer(document, table(head, lines) if lines else "Chưa có bản vẽ nào.", as_json)


def _to_json(row: ExhibitRow) -> dict[str, object]:
    return {
        "id": row.id,
        "title": row.title,
        "note": row.note,
        "file": row.filename,
        "sha256": row.sha256,
        "size": row.size,
        "errors": row.errors,
        "warnings": row.warnings,
        "kept_at": row.kept_at.isoformat(),
        "kept_by": row.kept_by,
    }
