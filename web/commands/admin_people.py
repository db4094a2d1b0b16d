"""`quytrinh admin post` and `substitute`: who holds what, from when to when, and who stands in."""

from __future__ import annotations

from datetime import date

import click

from engine.domain.calendar_changes import day_of
from engine.domain.errors import Misuse
from engine.domain.messages import say
from engine.domain.working_calendar import ONE_DAY
from engine.persistence import staff as stored
from engine.services import organising, posts, staff, units
from engine.services.organising import period_text
from engine.services.posts import Ended
from web.commands.answers import answer, json_option, table
from web.commands.composed import Composed

from_option = click.option("--from", "starts", help="Từ ngày, ví dụ 05/03/2026 (mặc định hôm nay).")
to_option = click.option("--to", "last", help="Đến hết ngày; để trống: cho đến khi thôi.")


@click.group()
def post() -> None:
    """Chức danh được giao."""


@post.command("list")
@click.option("--unit", help="Mã đơn vị.")
@click.option("--user", help="Tên đăng nhập.")
@click.option("--all", "everything", is_flag=True, help="Kể cả những lần đã thôi.")
@json_option
@click.pass_obj
def list_(
    composition: Composed, unit: str | None, user: str | None, everything: bool, as_json: bool
) -> None:
    """Liệt kê chức danh đang giao hoặc sắp giao."""
    with composition.office.act(None, write=False) as act:
        found = stored.posts(
            act.session,
            unit_id=units.with_code(act, unit).id if unit else None,
            user_ids=[staff.named(act, user).id] if user else None,
            lasting_on=None if everything else act.today,
        )
        named = [(line, organising.role_name(act, line.role)) for line in found]
    document = [
        {
            "id": line.id,
            "user": line.username,
            "role": line.role,
            "unit": line.unit,
            "from": line.starts.isoformat(),
            "until": line.ends.isoformat() if line.ends else None,
            "head": line.head,
            "leader": line.leader,
        }
        for line, _ in named
    ]
    rows = [
        (str(line.id), line.user, name, line.unit, str(period_text(line.starts, line.ends)))
        for line, name in named
    ]
    answer(document, table(("Số", "Người", "Chức danh", "Đơn vị", "Thời gian"), rows), as_json)


@post.command("give")
@click.argument("username")
@click.argument("role")
@click.argument("unit")
@from_option
@to_option
@click.option("--head", is_flag=True, help="Phụ trách chức danh này.")
@click.option("--leader", is_flag=True, help="Đứng đầu đơn vị.")
@json_option
@click.pass_obj
def give(
    composition: Composed,
    username: str,
    role: str,
    unit: str,
    starts: str | None,
    last: str | None,
    head: bool,
    leader: bool,
    as_json: bool,
) -> None:
    """Giao cho USERNAME chức danh ROLE (mã hoặc tên) ở đơn vị mang mã UNIT."""
    with composition.office.act(None) as act:
        known = act.app.roles.find(role)
        row = organising.appoint(
            act,
            staff.named(act, username),
            known.id if known else role,
            units.with_code(act, unit),
            _day(starts, act.today),
            ends=_end(last),
            head=head,
            leader=leader,
        )
        period = str(period_text(row.starts, row.ends))
        document = {"id": row.id, "user": username, "role": row.role, "unit": unit}
    answer(document, f"Đã giao (số {document['id']}) {period}.", as_json)


@post.command("end")
@click.argument("post_id", type=int)
@click.option("--on", help="Thôi giữ từ ngày (mặc định hôm nay).")
@click.option("--to-user", help="Giao cho người này từ cùng ngày, với việc đang giữ.")
@json_option
@click.pass_obj
def end(
    composition: Composed, post_id: int, on: str | None, to_user: str | None, as_json: bool
) -> None:
    """Thôi giao chức danh số POST_ID (xem `post list`)."""
    with composition.office.act(None) as act:
        day, given_id = _day(on, act.today), None
        if to_user:
            given, ended = posts.hand_on(act, post_id, staff.named(act, to_user).id, day)
            given_id = given.id
        else:
            ended = posts.end(act, post_id, day)
    text = f"Đã thôi giao từ {day:%d/%m/%Y}."
    if to_user:
        text += f" {to_user} giữ từ ngày đó (số {given_id})."
    document = {"id": post_id, "given": given_id, **_ended(ended)}
    answer(document, text + _desk(ended), as_json)


@click.group()
def substitute() -> None:
    """Người thay."""


@substitute.command("set")
@click.argument("post_id", type=int)
@click.argument("username")
@from_option
@to_option
@json_option
@click.pass_obj
def set_(
    composition: Composed,
    post_id: int,
    username: str,
    starts: str | None,
    last: str | None,
    as_json: bool,
) -> None:
    """Cử USERNAME thay người giữ chức danh số POST_ID."""
    with composition.office.act(None) as act:
        row = organising.substitute(
            act,
            posts.one(act, post_id),
            staff.named(act, username),
            _day(starts, act.today),
            _end(last),
        )
        period, substitute_id = str(period_text(row.starts, row.ends)), row.id
    document = {"id": substitute_id, "post": post_id, "user": username}
    answer(document, f"Đã cử {username} thay {period} (số {substitute_id}).", as_json)


@substitute.command("end")
@click.argument("substitute_id", type=int)
@click.option("--on", help="Thôi thay từ ngày (mặc định hôm nay).")
@json_option
@click.pass_obj
def end_substitute(
    composition: Composed, substitute_id: int, on: str | None, as_json: bool
) -> None:
    """Thôi cử người thay số SUBSTITUTE_ID."""
    with composition.office.act(None) as act:
        day = _day(on, act.today)
        ended = posts.end_substitute(act, substitute_id, day)
    text = f"Thôi thay từ {day:%d/%m/%Y}.{_desk(ended)}"
    answer({"id": substitute_id, **_ended(ended)}, text, as_json)


def _day(text: str | None, otherwise: date) -> date:
    if text is None:
        return otherwise
    found = day_of(text)
    if found is None:
        raise Misuse(say("“%(text)s” không phải là ngày, ví dụ 05/03/2026.", text=text))
    return found


def _end(last: str | None) -> date | None:
    return None if last is None else _day(last, date.max) + ONE_DAY


def _ended(ended: Ended) -> dict[str, int]:
    return {"returned": ended.returned, "handed": ended.handed}


def _desk(ended: Ended) -> str:
    said = f" {ended.handed} việc giao cho người mới." if ended.handed else ""
    return said + (f" {ended.returned} việc trở về hàng chờ." if ended.returned else "")
