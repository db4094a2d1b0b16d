"""`quytrinh backup` and `quytrinh restore`: the whole installation in one file, and back."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import click

from engine.adapters.archive import Manifest, Progress
from engine.domain.clock import local
from engine.domain.errors import Misuse
from engine.domain.messages import say
from engine.services import backing_up, restoring
from web.commands.answers import FINDINGS, answer, json_option
from web.commands.composed import Composed

#: What somebody types who means to put a backup in the place of what is there.
AGREED = "KHOI PHUC"

FILE = click.Path(dir_okay=True, path_type=Path)


@click.command()
@click.argument("file", type=FILE)
@click.option("--verify", is_flag=True, help="Chỉ kiểm tra một tệp sao lưu đã có.")
@click.option("--force", is_flag=True, help="Ghi đè tệp đã có.")
@json_option
@click.pass_context
def backup(context: click.Context, file: Path, verify: bool, force: bool, as_json: bool) -> None:
    """Sao lưu cơ sở dữ liệu, kho tệp và khóa ký vào một tệp; chạy được khi mọi người đang làm việc.

    Không có trong tệp: QUYTRINH_SECRET_KEY và các mật khẩu trong cấu hình, hãy giữ riêng. Tệp chứa
    dữ liệu cá nhân và khóa ký, chỉ người tạo đọc được: hãy cất như cất hồ sơ mật.

    Mã thoát 1: đã sao lưu (hoặc tệp còn nguyên), nhưng kho tệp vốn đã thiếu tệp.
    """
    composition: Composed = context.obj
    with _progress() as tell:
        if verify:
            manifest = backing_up.verify(file, tell)
            done = f"Tệp sao lưu còn nguyên: {_contents(manifest)}."
        else:
            made = backing_up.back_up(composition.application, file, tell, force)
            manifest = made.manifest
            done = f"Đã sao lưu vào {file} ({_megabytes(made.size)}): {_contents(manifest)}."
            done += "\nKhóa bí mật QUYTRINH_SECRET_KEY và mật khẩu trong cấu hình không nằm trong "
            done += "tệp này: hãy giữ riêng."
    if manifest.missing:
        done += f"\nKho tệp thiếu {len(manifest.missing)} tệp mà cơ sở dữ liệu nhắc đến:"
        done += "".join(f"\n  {digest}" for digest in manifest.missing[:20])
    answer(_document(file, manifest), done, as_json)
    if manifest.missing:
        context.exit(FINDINGS)


@click.command()
@click.argument("file", type=FILE)
@click.option("--force", is_flag=True, help="Thay dữ liệu đang có (được giữ riêng, không xóa).")
@click.option("--yes", is_flag=True, help="Không hỏi lại khi có --force.")
@json_option
@click.pass_obj
def restore(composition: Composed, file: Path, force: bool, yes: bool, as_json: bool) -> None:
    """Khôi phục từ một tệp sao lưu vào chỗ trống, nâng cơ sở dữ liệu cũ lên phiên bản này.

    Hãy dừng máy chủ web và bộ hẹn giờ trước. Mọi người phải đăng nhập lại sau khi khôi phục.
    """
    app = composition.application
    if force and not yes and restoring.occupied(app):
        _ask(as_json)
    with _progress() as tell:
        done = restoring.restore(app, file, tell, force)
    text = f"Đã khôi phục {_contents(done.manifest)}."
    if done.before != done.after:
        text += f"\nĐã nâng cơ sở dữ liệu từ phiên bản {done.before} lên {done.after}."
    if done.manifest.missing:
        text += f"\nKho tệp đã thiếu {len(done.manifest.missing)} tệp từ trước khi sao lưu."
    for kept in done.aside:
        text += f"\nDữ liệu trước đó được giữ ở: {kept}"
    text += "\nHãy chạy `quytrinh journal verify` rồi khởi động lại máy chủ web và bộ hẹn giờ."
    document = _document(file, done.manifest)
    document |= {"from": done.before, "to": done.after, "aside": list(done.aside)}
    answer(document, text, as_json)


def _ask(as_json: bool) -> None:
    if as_json:
        raise Misuse(say("Với --json, hãy thêm --yes để xác nhận việc thay dữ liệu đang có."))
    click.echo("Dữ liệu đang có ở đây sẽ được để riêng và thay bằng bản sao lưu.", err=True)
    typed = click.prompt(f"Gõ {AGREED} để tiếp tục", default="", show_default=False, err=True)
    if typed.strip().upper() != AGREED:
        raise Misuse(say("Chưa khôi phục: không được xác nhận."))


@contextmanager
def _progress() -> Iterator[Progress]:
    """A line for each tenth, on standard error, where somebody looks."""
    told = 0

    def tell(done: int, whole: int) -> None:
        nonlocal told
        tenth = done * 10 // max(whole, 1)
        if tenth > told and whole >= 10 * 2**20:
            told = tenth
            click.echo(f"  {tenth * 10}% ({_megabytes(done)})", err=True)

    yield tell


def _contents(manifest: Manifest) -> str:
    made = local(datetime.fromisoformat(manifest.made_at))
    return (
        f"{manifest.server}, phiên bản {manifest.revision}, {manifest.files} tệp, "
        f"{_megabytes(manifest.size)}, lúc {made:%d/%m/%Y %H:%M}"
    )


def _megabytes(size: int) -> str:
    return f"{size / 2**20:.1f} MB".replace(".", ",")


def _document(file: Path, manifest: Manifest) -> dict[str, object]:
    return {
        "file": str(file),
        "product": manifest.product,
        "database": manifest.database,
        "server": manifest.server,
        "revision": manifest.revision,
        "made_at": manifest.made_at,
        "files": manifest.files,
        "bytes": manifest.size,
        "missing": list(manifest.missing),
    }
