"""`quytrinh user`: adding accounts and setting passwords."""

from __future__ import annotations

import click

from engine.domain.states import MailWish
from engine.services import accounts, staff
from web.commands.answers import answer, json_option
from web.commands.composed import Composed


@click.group()
def user() -> None:
    """Tài khoản người dùng."""


def _password(given: str | None) -> str:
    """The given password, or the one typed twice at the prompt."""
    if given is not None:
        return given
    typed: str = click.prompt("Mật khẩu", hide_input=True, confirmation_prompt="Nhập lại mật khẩu")
    return typed


@user.command("add")
@click.argument("username")
@click.option("--name", "full_name", required=True, help="Họ và tên.")
@click.option("--password", help="Mật khẩu; để trống thì được hỏi.")
@click.option(
    "--random-password",
    is_flag=True,
    help="Cấp mật khẩu, in ra một lần; người dùng phải đổi khi đăng nhập.",
)
@click.option("--administrator", is_flag=True, help="Quản trị hệ thống.")
@click.option("--analyst", is_flag=True, help="Chuyên viên phân tích: được ban hành bản vẽ.")
@json_option
@click.pass_obj
def add(
    composition: Composed,
    username: str,
    full_name: str,
    password: str | None,
    random_password: bool,
    administrator: bool,
    analyst: bool,
    as_json: bool,
) -> None:
    """Thêm một tài khoản."""
    secret = staff.generated_password() if random_password else _password(password)
    with composition.office.act(None) as act:
        accounts.add_user(
            act,
            username,
            full_name,
            secret,
            administrator=administrator,
            analyst=analyst,
            generated=random_password,
        )
    document = {"username": username, "name": full_name}
    text = f"Đã thêm {username} ({full_name})."
    if random_password:
        document["password"] = secret
        text += f" Mật khẩu: {secret}"
    answer(document, text, as_json)


@user.command("password")
@click.argument("username")
@click.option("--password", help="Mật khẩu mới; để trống thì được hỏi.")
@json_option
@click.pass_obj
def password(composition: Composed, username: str, password: str | None, as_json: bool) -> None:
    """Đặt lại mật khẩu; mọi phiên đang mở của tài khoản bị kết thúc."""
    with composition.office.act(None) as act:
        accounts.set_password(act, username, _password(password))
    answer({"username": username}, f"Đã đặt lại mật khẩu của {username}.", as_json)


@user.command("mail")
@click.argument("username")
@click.option("--address", default="", help="Địa chỉ thư; để trống: không nhận thư.")
@click.option(
    "--wish",
    type=click.Choice([wish.value for wish in MailWish]),
    default=None,
    help="each: từng thông báo và bản tin sáng; digest: chỉ bản tin sáng; none: không nhận thư.",
)
@json_option
@click.pass_obj
def mail(
    composition: Composed, username: str, address: str, wish: str | None, as_json: bool
) -> None:
    """Đặt địa chỉ nhận thư của một tài khoản."""
    wanted = MailWish(wish) if wish else MailWish.EACH if address else MailWish.NONE
    with composition.office.act(None) as act:
        found = accounts.set_mail(act, username, address, wanted)
        said = f"{found.email or 'không có địa chỉ'}, {accounts.WISHES[wanted]}"
        document = {"username": username, "address": found.email, "wish": wanted.value}
    answer(document, f"Thư của {username}: {said}.", as_json)
