"""`quytrinh serve`, `worker`, `start` and `db upgrade`: what keeps the product running."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryFile

import click

from engine import bootstrap
from engine import worker as working
from engine.adapters import logs
from engine.domain.errors import StorageRefused
from engine.domain.messages import say
from engine.persistence import migrating
from engine.services import calendars, demo, readiness, shipping, step_times
from engine.services.act import Application
from engine.services.demo import certificates
from web.commands import companion, serving
from web.commands.answers import answer, json_option
from web.commands.composed import Composed

#: Written with the versions that a start deploys.
SHIPPED_REASON = "Bản vẽ đi kèm chương trình, nạp khi khởi động"


@click.group()
def db() -> None:
    """Cơ sở dữ liệu."""


@db.command("upgrade")
@json_option
@click.pass_obj
def upgrade(composition: Composed, as_json: bool) -> None:
    """Nâng cơ sở dữ liệu lên phiên bản mới nhất và nạp các năm lịch đi kèm."""
    before, after, years = _prepare(composition.application)
    text = f"Cơ sở dữ liệu ở phiên bản {after}."
    if years:
        text += f" Đã nạp lịch làm việc năm {', '.join(map(str, years))}."
    answer({"from": before, "to": after, "calendar_years": list(years)}, text, as_json)


@click.command()
@click.option("--host", default=None, help="Địa chỉ lắng nghe (mặc định theo cấu hình).")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=None, help="Cổng (mặc định theo cấu hình)."
)
@json_option
@click.pass_obj
def serve(composition: Composed, host: str | None, port: int | None, as_json: bool) -> None:
    """Phục vụ giao diện web cho đến khi nhận TERM hoặc INT."""
    settings = composition.settings
    serving.serve(composition.office, host or settings.host, port or settings.port, as_json=as_json)


@click.command()
@click.option("--beside", is_flag=True, hidden=True, help="Dừng khi tiến trình cha không còn.")
@json_option
@click.pass_obj
def worker(composition: Composed, beside: bool, as_json: bool) -> None:
    """Chạy bộ hẹn giờ: kích hoạt các bộ đếm đến hạn, cho đến khi nhận TERM hoặc INT."""
    office = composition.office
    logs.configure(composition.settings.log)
    if beside:
        companion.leave_with_parent()
    working.run(office)
    if not beside:
        answer({"stopped": True}, "Bộ hẹn giờ đã dừng.", as_json)


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=None, help="Cổng (mặc định 8000).")
@click.option("--demo/--no-demo", "with_demo", default=True, help="Nạp dữ liệu mẫu.")
@json_option
@click.pass_obj
def start(composition: Composed, port: int | None, with_demo: bool, as_json: bool) -> None:
    """Làm tất cả cho máy mới: nâng cơ sở dữ liệu, ban hành bản vẽ, nạp mẫu, phục vụ và hẹn giờ."""
    settings, app = composition.settings, composition.application
    with_demo = with_demo and settings.demo

    def tell(text: str) -> None:
        click.echo(text, err=as_json)

    tell(f"Cơ sở dữ liệu: {app.database.url.render_as_string(hide_password=True)}")
    _, _, years = _prepare(app)
    if years:
        tell(f"Lịch làm việc: đã nạp {', '.join(map(str, years))}")
    with app.act(None) as act:
        shipped = shipping.deploy_missing(act, shipped_drawings(), SHIPPED_REASON)
        new = sum(one.new for one in shipped)
        tell(f"Quy trình: đã ban hành {new} bản vẽ, {len(shipped) - new} quy trình đã có từ trước")
    if with_demo:
        made = demo.load(app)
        while step_times.roll_up_round(app):
            pass  # the board has figures from the first look on
        tell(f"Dữ liệu mẫu: {f'đã tạo {made} hồ sơ' if made else 'đã có'}")
        if given := certificates.give(app):
            tell(f"Chứng thư số dùng thử: đã cấp {given}")
    accounts = demo.accounts() if with_demo else ()
    with companion.worker_beside():
        serving.serve(composition.office, settings.host, port or settings.port, accounts, as_json)


def _prepare(app: Application) -> tuple[str | None, str, tuple[int, ...]]:
    """Folder, tables and calendar: (revision before, revision after, years seeded).

    Raises Unavailable; Misuse before anything is written, when production meets a demo.
    """
    make_folder(app.settings.data_dir)
    if readiness.has_database(app):
        readiness.refuse_demo_in_production(app)
    before, after = migrating.upgrade(app.database)
    with app.act(None) as act:
        return before, after, calendars.seed(act)


def make_folder(path: Path) -> None:
    """The folder of data, for its owner alone when it is made here. Raises StorageRefused."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
        TemporaryFile(dir=path).close()
    except OSError as error:
        why = say("đó là một tệp") if path.is_file() else error.strerror or str(error)
        raise StorageRefused(
            say(
                "Không dùng được thư mục dữ liệu “%(path)s” (QUYTRINH_DATA_DIR): %(why)s.",
                path=path,
                why=why,
            )
        ) from error


def shipped_drawings() -> list[tuple[str, bytes]]:
    """Every drawing and decision table that `bpmn/` holds, by path."""
    house = bootstrap.BPMN_DIR
    files = sorted(path for kind in ("*.bpmn", "*.dmn") for path in house.rglob(kind))
    return [(str(path.relative_to(house.parent)), path.read_bytes()) for path in files]
