"""`quytrinh lint` and `deploy`: drawings checked, and made versions."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import click

from engine.bpmn.findings import Severity
from engine.bpmn.layout import laid_out
from engine.domain.errors import DrawingRefused
from engine.services import deploying, judging
from web.commands import sarif
from web.commands.answers import FINDINGS, answer, findings_of, json_option, tell_findings
from web.commands.composed import Composed

FILES = click.argument(
    "files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path)
)


def contents(files: Sequence[Path]) -> list[tuple[str, bytes]]:
    """The files' names as given and their bytes."""
    return [(str(path), path.read_bytes()) for path in files]


@click.command()
@FILES
@json_option
@click.option("--sarif", "as_sarif", is_flag=True, help="Trả lời bằng SARIF 2.1.0.")
@click.pass_context
def lint(context: click.Context, files: tuple[Path, ...], as_json: bool, as_sarif: bool) -> None:
    """Kiểm tra bản vẽ, bảng quyết định, biểu mẫu: nêu mọi lỗi cùng lúc, không thay đổi gì."""
    if as_json and as_sarif:
        raise click.UsageError("chọn --json hoặc --sarif, không chọn cả hai.")
    app = context.obj.application
    findings = deploying.lint(app, contents(files))
    if as_sarif:
        site, release = context.obj.settings.site, version("quytrinh")
        answer(sarif.document(findings, site, release, app.severities), "", as_json=True)
    else:
        tell_findings(findings, f"{len(files)} tệp: không có lỗi.", as_json)
    if findings:
        context.exit(FINDINGS)


@click.command()
@FILES
@click.option("--reason", default="", help="Lý do chấp nhận các cảnh báo.")
@json_option
@click.pass_context
def deploy(context: click.Context, files: tuple[Path, ...], reason: str, as_json: bool) -> None:
    """Ban hành bản vẽ: tất cả các tệp, hoặc không tệp nào."""
    composition: Composed = context.obj
    try:
        with composition.office.act(None, write=False) as act:
            judged = judging.judge(act, contents(files))
        with composition.office.act(None) as act:
            done = deploying.put_in_force(act, judged, reason)
            document = {
                "deployed": [
                    {"key": one.key, "version": one.number, "new": one.new} for one in done
                ]
            }
            text = "\n".join(
                f"{one.key}: phiên bản {one.number} "
                + ("đã ban hành" if one.new else "giữ nguyên, không có gì thay đổi")
                for one in done
            )
    except DrawingRefused as refused:
        findings = findings_of(refused)
        tell_findings(findings, str(refused), as_json)
        if not as_json and all(one.severity is Severity.WARNING for one in findings):
            click.echo('Muốn ban hành dù có cảnh báo: thêm --reason "…".', err=True)
        context.exit(FINDINGS)
    answer(document, text, as_json)


@click.command()
@FILES
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Ghi vào tệp này thay vì tệp đã cho (chỉ với một tệp).",
)
@click.option("--check", is_flag=True, help="Không ghi gì; mã thoát 1 khi bố cục sẽ khác.")
@json_option
@click.pass_context
def layout(
    context: click.Context, files: tuple[Path, ...], output: Path | None, check: bool, as_json: bool
) -> None:
    """Vẽ lại bố cục: làn thành dải, từ trái sang phải, không đường nào đè lên hình.

    Chỉ phần sơ đồ của tệp thay đổi; chạy lần nữa không đổi gì thêm.
    """
    if output is not None and len(files) > 1:
        raise click.UsageError("--output chỉ dùng với một tệp.")
    drawn = [(path, content, laid_out(content, str(path))) for path, content in _read(files)]
    changed = [path for path, before, after in drawn if before != after]
    if not check:
        for path, before, after in drawn:
            if output is not None or before != after:
                (output or path).write_bytes(after)
    done = "sẽ khác" if check else "đã vẽ lại"
    text = "\n".join(f"{path}: {done if path in changed else 'giữ nguyên'}" for path in files)
    answer({"changed": [str(path) for path in changed]}, text, as_json)
    if check and changed:
        context.exit(FINDINGS)


def _read(files: Sequence[Path]) -> list[tuple[Path, bytes]]:
    return [(path, path.read_bytes()) for path in files]
