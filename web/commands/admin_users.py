"""`quytrinh admin user`: accounts, their passwords, locks and sessions; `quytrinh user` with it."""

from __future__ import annotations

import click

from engine.domain.clock import local
from engine.services import staff
from engine.services.staff import Filter
from web.commands import users
from web.commands.answers import answer, json_option, table
from web.commands.composed import Composed


@click.group()
def user() -> None:
    """Người dùng."""


for command in (users.add, users.mail):  # the same commands as of `quytrinh user`
    user.add_command(command)


@user.command("list")
@click.option("--find", default="", help="Họ tên, tên đăng nhập hoặc thư.")
@click.option(
    "--only",
    type=click.Choice([one.value for one in Filter]),
    default=Filter.ALL.value,
    help="Lọc.",
)
@click.option("--page", default=1, help="Trang.")
@json_option
@click.pass_obj
def list_(composition: Composed, find: str, only: str, page: int, as_json: bool) -> None:
    """Liệt kê tài khoản."""
    with composition.office.act(None, write=False) as act:
        found = staff.listed(act, find, Filter(only), page)
    document = {
        "total": found.total,
        "page": found.page,
        "pages": found.pages,
        "users": [
            {
                "username": line.username,
                "name": line.full_name,
                "administrator": line.administrator,
                "analyst": line.analyst,
                "locked": line.locked,
                "must_change": line.must_change,
                "posts": [
                    {"id": post.id, "role": post.role, "unit": post.unit}
                    for post in found.posts.get(line.id, ())
                ],
            }
            for line in found.lines
        ],
    }
    rows = [
        (
            line.username,
            line.full_name,
            "đã khóa" if line.locked else "quản trị" if line.administrator else "",
            "; ".join(f"{post.role} – {post.unit}" for post in found.posts.get(line.id, ())),
        )
        for line in found.lines
    ]
    head = f"{found.total} tài khoản, trang {found.page}/{found.pages}."
    body = table(("Tên đăng nhập", "Họ và tên", "", "Chức danh"), rows)
    answer(document, f"{head}\n{body}", as_json)


@user.command("edit")
@click.argument("username")
@click.option("--name", help="Họ và tên.")
@click.option("--administrator/--no-administrator", default=None, help="Quản trị hệ thống.")
@click.option("--analyst/--no-analyst", default=None, help="Chuyên viên phân tích.")
@json_option
@click.pass_obj
def edit(
    composition: Composed,
    username: str,
    name: str | None,
    administrator: bool | None,
    analyst: bool | None,
    as_json: bool,
) -> None:
    """Sửa họ tên, quyền của một tài khoản: chỉ những gì được nêu."""
    with composition.office.act(None) as act:
        row = staff.named(act, username)
        changed = staff.change(
            act,
            row.id,
            row.full_name if name is None else name,
            administrator=row.administrator if administrator is None else administrator,
            analyst=row.analyst if analyst is None else analyst,
        )
    text = f"Đã sửa {username}." if changed else "Không có gì thay đổi."
    answer({"username": username, "changed": changed}, text, as_json)


@user.command("lock")
@click.argument("username")
@json_option
@click.pass_obj
def lock(composition: Composed, username: str, as_json: bool) -> None:
    """Khóa tài khoản và kết thúc mọi phiên."""
    with composition.office.act(None) as act:
        held = staff.lock(act, staff.named(act, username).id)
    text = f"Đã khóa {username}." + (f" {held} việc đang giữ đã về hàng chờ." if held else "")
    answer({"username": username, "locked": True, "held": held}, text, as_json)


@user.command("unlock")
@click.argument("username")
@json_option
@click.pass_obj
def unlock(composition: Composed, username: str, as_json: bool) -> None:
    """Mở khóa tài khoản."""
    with composition.office.act(None) as act:
        staff.unlock(act, staff.named(act, username).id)
    answer({"username": username, "locked": False}, f"Đã mở khóa {username}.", as_json)


@user.command("reset-password")
@click.argument("username")
@json_option
@click.pass_obj
def reset_password(composition: Composed, username: str, as_json: bool) -> None:
    """Cấp mật khẩu mới, in ra một lần; người dùng phải đổi khi đăng nhập."""
    with composition.office.act(None) as act:
        password = staff.reset_password(act, staff.named(act, username).id)
    text = f"Mật khẩu mới của {username} (chỉ hiện lần này): {password}"
    answer({"username": username, "password": password}, text, as_json)


@user.command("sessions")
@click.argument("username")
@click.option("--end", is_flag=True, help="Kết thúc mọi phiên.")
@json_option
@click.pass_obj
def sessions(composition: Composed, username: str, end: bool, as_json: bool) -> None:
    """Kể những phiên đang mở của một tài khoản, hoặc kết thúc chúng."""
    with composition.office.act(None, write=end) as act:
        row = staff.named(act, username)
        found = staff.sessions(act, row.id)
        ended = staff.revoke(act, row.id) if end else 0
    document = {
        "username": username,
        "ended": ended,
        "sessions": [
            {
                "browser": one.user_agent,
                "since": local(one.created_at).isoformat(),
                "seen": local(one.seen_at).isoformat(),
            }
            for one in found
        ],
    }
    rows = [
        (
            one.user_agent[:60],
            f"{local(one.created_at):%d/%m/%Y %H:%M}",
            f"{local(one.seen_at):%d/%m/%Y %H:%M}",
        )
        for one in found
    ]
    text = table(("Trình duyệt", "Đăng nhập lúc", "Dùng lần cuối"), rows)
    if end:
        text = f"Đã kết thúc {ended} phiên của {username}."
    answer(document, text, as_json)
