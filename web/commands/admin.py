"""`quytrinh admin`: units, users, posts, substitutes, office hours and the staff workbook."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import click

from engine.domain.errors import Misuse
from engine.domain.messages import say
from engine.services import office_hours
from engine.services.staffing import importing
from engine.services.staffing.plans import Fate, Plan
from engine.services.staffing.template import template
from web.commands.admin_people import post, substitute
from web.commands.admin_units import unit
from web.commands.admin_users import user
from web.commands.answers import FINDINGS, answer, json_option, table
from web.commands.composed import Composed

#: Rows of a plan that are told one by one; of more it tells the sum.
SHOWN = 40


@click.group()
def admin() -> None:
    """Quản trị: đơn vị, người dùng, chức danh, người thay, giờ làm việc, nhập từ Excel."""


@admin.command("template")
@click.argument("file", type=click.Path(dir_okay=False, writable=True, path_type=Path))
@click.option("--filled", is_flag=True, help="Ghi sẵn đơn vị, người dùng, chức danh hiện có.")
@json_option
@click.pass_obj
def template_(composition: Composed, file: Path, filled: bool, as_json: bool) -> None:
    """Ghi tệp Excel mẫu để điền đơn vị, người dùng, chức danh."""
    with composition.office.act(None, write=False) as act:
        content = template(act, filled=filled)
    try:
        file.write_bytes(content)
    except OSError as error:
        raise Misuse(
            say("Không ghi được tệp “%(name)s”: %(why)s.", name=str(file),
                why=error.strerror or str(error))
        ) from error  # fmt: skip
    answer({"file": str(file), "bytes": len(content)}, f"Đã ghi {file}.", as_json)


@admin.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Chỉ cho xem sẽ nhập gì, không ghi gì.")
@click.option(
    "--passwords",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Ghi mật khẩu được cấp vào tệp CSV này thay vì in ra.",
)
@json_option
@click.pass_obj
def import_(
    composition: Composed, file: Path, dry_run: bool, passwords: Path | None, as_json: bool
) -> int:
    """Nhập đơn vị, người dùng, chức danh từ tệp Excel: tất cả, hoặc không gì cả."""
    content = file.read_bytes()
    with composition.office.act(None, write=False) as act:
        made = importing.plan(act, file.name, content)
    if made.errors or dry_run or not made.changing:
        answer(_plan_document(made), _plan_text(made, dry_run=dry_run), as_json)
        return FINDINGS if made.errors else 0
    # Opened first: once people have passwords, nobody must lose them to a full disk.
    target = None if passwords is None else _private(passwords)
    with composition.office.act(None) as act:
        done = importing.perform(act, file.name, content, made.digest)
        if target is not None:
            with os.fdopen(target, "w", encoding="utf-8-sig", newline="") as out:
                writer = csv.writer(out, delimiter=";")
                writer.writerow(("Tên đăng nhập", "Họ và tên", "Mật khẩu"))
                writer.writerows((one.username, one.full_name, one.password)
                                 for one in done.passwords)  # fmt: skip
    document = {**_plan_document(made), "performed": True}
    text = _plan_text(made) + "\nĐã nhập."
    if passwords is not None:
        document["passwords_file"] = str(passwords)
        text += f" Mật khẩu được cấp nằm trong {passwords}: hãy trao rồi xóa tệp."
    elif done.passwords:
        document["passwords"] = {one.username: one.password for one in done.passwords}
        rows = [(one.username, one.full_name, one.password) for one in done.passwords]
        text += "\n" + table(("Tên đăng nhập", "Họ và tên", "Mật khẩu (chỉ hiện lần này)"), rows)
    answer(document, text, as_json)
    return 0


def _private(path: Path) -> int:
    """A new file that nobody else may read. Raises Misuse."""
    try:
        return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise Misuse(say("Đã có tệp “%(name)s”.", name=str(path))) from None
    except OSError as error:
        raise Misuse(
            say("Không ghi được tệp “%(name)s”: %(why)s.", name=str(path),
                why=error.strerror or str(error))
        ) from error  # fmt: skip


def _counts(made: Plan) -> dict[str, dict[str, int]]:
    parts = {"units": made.units, "users": made.users, "posts": made.posts}
    return {
        name: {fate.value: made.count(entries, fate) for fate in Fate}
        for name, entries in parts.items()
    }


def _plan_document(made: Plan) -> dict[str, object]:
    return {
        "file": made.filename,
        "performed": False,
        "problems": [
            {
                "sheet": one.sheet,
                "row": one.row,
                "column": one.column,
                "message": str(one.message),
                "warning": one.warning,
            }
            for one in made.problems
        ],
        **_counts(made),
    }


def _plan_text(made: Plan, *, dry_run: bool = False) -> str:
    lines = []
    for one in made.problems:
        word = "cảnh báo" if one.warning else "lỗi"
        lines.append(f"{one.place}: {word}: {one.message}")
    if made.errors:
        lines.append(f"Tệp còn {len(made.errors)} chỗ phải sửa. Chưa nhập gì.")
        return "\n".join(lines)
    names = {"units": "Đơn vị", "users": "Người dùng", "posts": "Chức danh"}
    rows = [
        (names[name], *(str(fates[fate.value]) for fate in Fate))
        for name, fates in _counts(made).items()
    ]
    lines.append(table(("", "Thêm", "Sửa", "Giữ nguyên"), rows))
    moving = [one for one in made.entries if one.fate is not Fate.SAME]
    for one in moving[:SHOWN]:
        lines.append(f"  {'+' if one.fate is Fate.ADDED else '~'} {one.what}")
        lines += [f"      {c.what}: {c.before or '–'} → {c.after}" for c in one.changes]
    if len(moving) > SHOWN:
        lines.append(f"  … và {len(moving) - SHOWN} dòng nữa")
    if not moving:
        lines.append("Mọi điều trong tệp đã có sẵn: không có gì để nhập.")
    elif dry_run:
        lines.append("Chưa nhập gì. Bỏ --dry-run để nhập.")
    return "\n".join(lines)


# --- office hours --------------------------------------------------------------------------------


@admin.group()
def shifts() -> None:
    """Giờ làm việc."""


@shifts.command("show")
@json_option
@click.pass_obj
def shifts_show(composition: Composed, as_json: bool) -> None:
    """Cho biết giờ làm việc đang áp dụng."""
    with composition.office.act(None, write=False) as act:
        found = office_hours.standing(act)
    said = office_hours.in_words(found.shifts)
    document = {
        "shifts": [[f"{s.starts:%H:%M}", f"{s.ends:%H:%M}"] for s in found.shifts],
        "hours": float(found.hours),
        "saved_at": found.row.saved_at.isoformat() if found.row else None,
    }
    source = "quản trị đặt" if found.row else "theo cấu hình QUYTRINH_SHIFTS"
    answer(document, f"{said} ({source}).", as_json)


@shifts.command("set")
@click.argument("shift", nargs=-1, required=True)
@click.option("--reason", required=True, help="Lý do, văn bản.")
@click.option("--confirm", is_flag=True, help="Đổi thật; không có thì chỉ xem trước.")
@json_option
@click.pass_obj
def shifts_set(
    composition: Composed, shift: tuple[str, ...], reason: str, confirm: bool, as_json: bool
) -> None:
    """Đặt các ca SHIFT, ví dụ 07:30-11:30 13:00-17:00; hạn đang chạy giữ nguyên."""
    pairs = [(one.partition("-")[0], one.partition("-")[2]) for one in shift]
    wanted = office_hours.read(pairs)
    with composition.office.act(None, write=confirm) as act:
        staying = office_hours.staying(act)
        if confirm:
            row = office_hours.standing(act).row
            office_hours.save(act, wanted, reason, row.id if row else None)
    said = office_hours.in_words(wanted)
    text = f"{said}. {staying} hạn đang chạy giữ nguyên."
    text += " Đã lưu." if confirm else " Chưa lưu: thêm --confirm."
    answer({"shifts": said, "staying": staying, "saved": confirm}, text, as_json)


for command in (unit, user, post, substitute):
    admin.add_command(command)
