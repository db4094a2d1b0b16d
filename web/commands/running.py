"""`quytrinh serve`, `worker`, `start` and `db upgrade`: what keeps the product running."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

import click
from waitress.server import create_server

from engine import bootstrap
from engine import worker as working
from engine.persistence import migrating
from engine.services import calendars, demo, deploying
from engine.services.act import Application
from web.app import create_app
from web.commands.answers import answer, json_option
from web.commands.composed import Composed

#: Why a shipped drawing may replace one of the same period: the program brought it along.
SHIPPED_REASON = "Bản vẽ đi kèm chương trình, nạp khi khởi động"
WORKER_STOP_SECONDS = 20  # an act in hand is finished first


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
@click.option("--port", type=int, default=None, help="Cổng (mặc định theo cấu hình).")
@click.pass_obj
def serve(composition: Composed, host: str | None, port: int | None) -> None:
    """Phục vụ giao diện web cho đến khi nhận TERM hoặc INT."""
    settings = composition.settings
    _serve(composition.office, host or settings.host, port or settings.port)


@click.command()
@click.pass_obj
def worker(composition: Composed) -> None:
    """Chạy bộ hẹn giờ: kích hoạt các bộ đếm đến hạn, cho đến khi nhận TERM hoặc INT."""
    working.run(composition.office)


@click.command()
@click.option("--port", type=int, default=None, help="Cổng (mặc định 8000).")
@click.option("--demo/--no-demo", "with_demo", default=True, help="Nạp dữ liệu mẫu.")
@click.pass_obj
def start(composition: Composed, port: int | None, with_demo: bool) -> None:
    """Làm tất cả cho máy mới: nâng cơ sở dữ liệu, ban hành bản vẽ, nạp mẫu, phục vụ và hẹn giờ."""
    settings, app = composition.settings, composition.application
    port = port or settings.port
    with_demo = with_demo and settings.demo
    click.echo(f"Cơ sở dữ liệu: {app.database.url.render_as_string(hide_password=True)}")
    _, _, years = _prepare(app)
    if years:
        click.echo(f"Lịch làm việc: đã nạp {', '.join(map(str, years))}")
    with app.act(None) as act:
        for deployed in deploying.deploy(act, shipped_drawings(), SHIPPED_REASON):
            state = "đã ban hành" if deployed.new else "đã có"
            click.echo(f"Quy trình {deployed.key}: phiên bản {deployed.number} {state}")
    if with_demo:
        made = demo.load(app)
        click.echo(f"Dữ liệu mẫu: {f'đã tạo {made} hồ sơ' if made else 'đã có'}")
    with _worker_beside():
        _serve(composition.office, settings.host, port, demo.accounts() if with_demo else ())


def _prepare(app: Application) -> tuple[str | None, str, tuple[int, ...]]:
    """Folder, tables and calendar: (revision before, revision after, years seeded)."""
    app.settings.data_dir.mkdir(parents=True, exist_ok=True)
    before, after = migrating.upgrade(app.database)
    with app.act(None) as act:
        return before, after, calendars.seed(act)


def shipped_drawings() -> list[tuple[str, bytes]]:
    """Every drawing and decision table that `bpmn/` holds, by path."""
    house = bootstrap.BPMN_DIR
    files = sorted(path for kind in ("*.bpmn", "*.dmn") for path in house.rglob(kind))
    return [(str(path.relative_to(house.parent)), path.read_bytes()) for path in files]


def _serve(
    app: Application, host: str, port: int, accounts: tuple[demo.DemoAccount, ...] = ()
) -> None:
    server = create_server(create_app(app), host=host, port=port, threads=app.settings.threads)
    signal.signal(signal.SIGTERM, _leave)
    click.echo(f"\nMở http://{host}:{port}/ trong trình duyệt. Dừng: Ctrl+C.")
    if accounts:
        click.echo("Tài khoản dùng thử:")
        width = max(len(account.username) for account in accounts)
        secret = max(len(account.password) for account in accounts)
        for account in accounts:
            click.echo(
                f"  {account.username:<{width}}  {account.password:<{secret}}  "
                f"{account.name}, {account.title}"
            )
    sys.stdout.flush()
    server.run()
    server.close()
    click.echo("Đã dừng.")


def _leave(_signum: int, _frame: FrameType | None) -> None:
    """TERM ends the server as Ctrl+C does: requests in hand are answered first."""
    raise SystemExit(0)


@contextmanager
def _worker_beside() -> Iterator[None]:
    """A worker process of its own beside the server; it stops when the server stops."""
    process = subprocess.Popen(
        [sys.executable, "-m", "web.cli", "worker"], cwd=Path(bootstrap.HOUSE)
    )
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(WORKER_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
