"""`quytrinh import`: running dossiers out of a sheet, tried first or brought in at once."""

from __future__ import annotations

from pathlib import Path

import click

from engine.domain.errors import StorageRefused
from engine.domain.messages import say
from engine.services import importing
from engine.services.importing import Plan, sheet
from web.commands.answers import FINDINGS, answer, json_option, table
from web.commands.composed import Composed

FILE = click.Path(dir_okay=False, path_type=Path)


@click.command("import")
@click.argument("file", type=FILE)
@click.option("--dry-run", is_flag=True, help="Chỉ thử: nói hết các chỗ sai, không nhập gì.")
@click.option("--template", is_flag=True, help="Ghi tệp mẫu vào FILE thay vì nhập.")
@json_option
@click.pass_context
def bring_in(
    context: click.Context, file: Path, dry_run: bool, template: bool, as_json: bool
) -> None:
    """Nhập hồ sơ đang giải quyết dở từ một tệp Excel: nhập hết, hoặc không nhập gì.

    Mã thoát 1: tệp có chỗ sai.
    """
    composition: Composed = context.obj
    app = composition.office
    if template:
        with app.act(None, write=False) as act:
            content = sheet.template(act)
        _write(file, content)
        answer({"template": str(file)}, f"Đã ghi tệp mẫu: {file}", as_json)
        return
    content = _read(file)
    rows, unread = sheet.read(content)
    with app.act(None) as act:
        plan = importing.check(act, rows, file.name) if rows else Plan()
    plan.problems = sorted([*unread, *plan.problems], key=lambda one: one.line)
    if not plan.problems and not dry_run:
        with app.act(None) as act:
            plan = importing.bring_in(act, rows, file.name, content)
    answer(_document(plan, dry_run), _text(plan, dry_run), as_json)
    if plan.problems:
        context.exit(FINDINGS)


def _text(plan: Plan, dry_run: bool) -> str:
    if plan.problems:
        rows = [(str(one.line), one.column, str(one.message)) for one in plan.problems]
        return table(("Dòng", "Cột", "Chỗ sai"), rows) + "\nChưa nhập hồ sơ nào."
    head = ("Dòng", "Mã cũ", "Mã mới", "Bước")
    rows_in = [(str(o.given.line), o.given.code, o.code, o.step) for o in plan.placed]
    said = "Nhập được" if dry_run else "Đã nhập"
    return table(head, rows_in) + f"\n{said} {len(plan.placed)} hồ sơ."


def _document(plan: Plan, dry_run: bool) -> dict[str, object]:
    return {
        "dry_run": dry_run,
        "problems": [
            {"line": one.line, "column": one.column, "message": str(one.message)}
            for one in plan.problems
        ],
        "cases": [
            {"line": one.given.line, "old": one.given.code, "code": one.code, "step": one.step}
            for one in plan.placed
        ],
    }


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise _refused(file, error) from error


def _write(file: Path, content: bytes) -> None:
    try:
        file.write_bytes(content)
    except OSError as error:
        raise _refused(file, error) from error


def _refused(file: Path, error: OSError) -> StorageRefused:
    why = error.strerror or str(error)
    return StorageRefused(say("Không đọc hoặc ghi được “%(path)s”: %(why)s.", path=file, why=why))
