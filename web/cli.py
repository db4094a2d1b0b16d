"""The command line `quytrinh`, and the composition root of server, worker and commands."""

from __future__ import annotations

import sys
from functools import cached_property

import click

from engine.adapters.file_store import FolderFileStore
from engine.adapters.passwords import Argon2Passwords
from engine.bootstrap import build
from engine.domain.errors import QuyTrinhError
from engine.ports import Ports
from engine.services.act import Application
from engine.settings import Settings
from forms.compiling import JsonFormCompiler
from web.commands import dates, drawings, proofs, running, users
from web.commands.answers import FINDINGS, MISUSE


class Composition:
    """Makes settings and application when a command first asks: `--help` needs neither."""

    @cached_property
    def settings(self) -> Settings:
        return Settings.of_this_process()

    @cached_property
    def application(self) -> Application:
        return compose(self.settings)


def compose(settings: Settings) -> Application:
    """The application over the database and folders of `settings`, forms and adapters handed in."""
    ports = Ports(
        forms=JsonFormCompiler(),
        files=FolderFileStore(settings.files_dir, settings.max_upload),
        passwords=Argon2Passwords(),
    )
    return build(settings, ports)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.pass_context
def quytrinh(context: click.Context) -> None:
    """Quy Trình: thủ tục hành chính vẽ bằng BPMN, chạy theo lịch làm việc Việt Nam.

    Mã thoát: 0 tốt, 1 có điều phát hiện, 2 dùng sai.
    """
    if context.obj is None:
        context.obj = Composition()


for command in (
    drawings.lint,
    drawings.deploy,
    proofs.rehearse,
    proofs.budget,
    dates.deadline,
    running.serve,
    running.worker,
    running.start,
    running.db,
    users.user,
):
    quytrinh.add_command(command)


def main() -> None:
    """The console script: product errors become one sentence and an exit code."""
    try:
        quytrinh.main(standalone_mode=False)
    except click.exceptions.Exit as leaving:
        sys.exit(leaving.exit_code)
    except click.Abort:
        sys.exit(130)
    except click.ClickException as misuse:
        misuse.show()
        sys.exit(MISUSE)
    except QuyTrinhError as error:
        click.echo(str(error), err=True)
        sys.exit(FINDINGS if hasattr(error, "findings") else MISUSE)


if __name__ == "__main__":
    main()
