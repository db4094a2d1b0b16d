"""The command line `quytrinh`, and the composition root of server, worker and commands."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import click

from engine.adapters.clamav import ClamAV
from engine.adapters.file_store import FolderFileStore
from engine.adapters.incoming import IncomingFolder
from engine.adapters.kept_mail import KeptMailer
from engine.adapters.passwords import Argon2Passwords
from engine.adapters.pictures import ChildPictures
from engine.adapters.signing import Signatures, Signing
from engine.adapters.smtp import SmtpMailer
from engine.adapters.typst_printer import TypstPrinter
from engine.adapters.word_writer import WordWriter
from engine.bootstrap import build
from engine.domain.errors import DrawingRefused, QuyTrinhError, Unavailable
from engine.ports import Mailer, Ports
from engine.services import readiness
from engine.services.act import Application
from engine.settings import Settings
from forms.compiling import JsonFormCompiler
from web import wording
from web.commands import (
    admin,
    backups,
    budgets,
    calendar,
    dates,
    drawings,
    exhibits,
    importing,
    incidents,
    journal,
    procedures,
    proofs,
    rules,
    running,
    tidying,
    users,
)
from web.commands.answers import (
    ABORTED,
    FAILED,
    FINDINGS,
    MISUSE,
    findings_of,
    tell_error,
    tell_findings,
)

#: Printed documents are set in the fonts that the front end brings along.
FONTS = Path(__file__).resolve().parent / "static" / "dist" / "fonts"


class Composition:
    """Makes settings and application when a command first asks: `--help` needs neither."""

    def __init__(self, settings: Settings | None = None) -> None:
        self._given = settings

    @cached_property
    def settings(self) -> Settings:
        return self._given or Settings.of_this_process()

    @cached_property
    def application(self) -> Application:
        return compose(self.settings)

    @property
    def office(self) -> Application:
        """The application over a database that is fit to work on. Raises Misuse."""
        readiness.require_ready(self.application)
        return self.application

    def close(self) -> None:
        """Gives the database connections back, where a command opened any."""
        if "application" in self.__dict__:
            self.application.database.dispose()


def compose(settings: Settings) -> Application:
    """The application over the database and folders of `settings`, forms and adapters handed in."""
    scanner = ClamAV(settings.clamav) if settings.clamav else None
    files = FolderFileStore(settings.files_dir, settings.max_upload, scanner)
    ports = Ports(
        forms=JsonFormCompiler(),
        files=files,
        passwords=Argon2Passwords(),
        incoming=IncomingFolder(settings.uploads_dir),
        pictures=ChildPictures(files, settings.previews_dir),
        mailer=mailer(settings),
        words=wording.words,
        printer=TypstPrinter(FONTS),
        writer=WordWriter(),
        signer=Signing(settings),
        signatures=Signatures(settings),
    )
    return build(settings, ports)


def mailer(settings: Settings) -> Mailer | None:
    """Through the mail server that is set; without one a demo keeps its mails, others have none."""
    if settings.smtp_url:
        return SmtpMailer(settings.smtp_url, settings.mail_from)
    return KeptMailer() if settings.demo else None


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def quytrinh() -> None:
    """Quy Trình: thủ tục hành chính vẽ bằng BPMN, chạy theo lịch làm việc Việt Nam.

    Mã thoát: 0 tốt, 1 có điều phát hiện hoặc hệ thống không dùng được, 2 dùng sai.
    """


for command in (
    drawings.lint,
    drawings.deploy,
    drawings.layout,
    exhibits.keep,
    exhibits.kept,
    rules.rules,
    procedures.procedures,
    proofs.rehearse,
    budgets.budget,
    dates.deadline,
    calendar.calendar,
    running.serve,
    running.worker,
    running.start,
    running.db,
    users.user,
    admin.admin,
    journal.journal,
    incidents.incident,
    backups.backup,
    backups.restore,
    tidying.tidy,
    importing.bring_in,
):
    quytrinh.add_command(command)


def run(arguments: Sequence[str], composition: Composition) -> int:
    """Runs one command and returns its exit code; product errors become one sentence."""
    as_json = "--json" in arguments
    try:
        left = quytrinh.main(list(arguments), "quytrinh", standalone_mode=False, obj=composition)
    except click.exceptions.Exit as leaving:
        return leaving.exit_code
    except click.Abort:
        return ABORTED
    except click.ClickException as misuse:
        if as_json:
            tell_error(misuse.format_message(), as_json)
        else:
            misuse.show()
        return MISUSE
    except DrawingRefused as refused:
        tell_findings(findings_of(refused), str(refused), as_json)
        return FINDINGS
    except Unavailable as away:
        tell_error(str(away), as_json)
        return FAILED
    except QuyTrinhError as error:
        tell_error(str(error), as_json)
        return MISUSE
    return left if isinstance(left, int) else 0


def main() -> None:
    """The console script."""
    sys.exit(run(sys.argv[1:], Composition()))


if __name__ == "__main__":
    main()
