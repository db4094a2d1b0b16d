"""Workers killed at random instants while they send mails: each leaves, copies are copies.

Real processes, real signals, a real mail server on 127.0.0.1, the machine's own clock.
"""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from random import Random
from time import monotonic

from sqlalchemy import func, select, update

from engine.adapters.kept_mail import KeptMailer
from engine.domain.clock import SystemClock
from engine.domain.messages import say
from engine.domain.notices import Kind, Notice
from engine.domain.states import MailState
from engine.persistence.tables import MailRow, UserRow
from engine.services import mailing, notifying
from scripts.benching import dossiers
from tests.databases import no_postgresql
from tests.factories import World
from tests.post_office import PostOffice, post_office

WORKERS = {"sqlite": 1, "postgresql": 3}
KILLS = 10
MOMENT = 0.02  # seconds between two looks
PATIENCE = 180.0  # seconds in which everything must have left

Worker = subprocess.Popen[bytes]


def post_on_sqlite(seed: int) -> None:
    """200 mails, one worker at a time, on SQLite."""
    post("sqlite", seed, 200, KILLS)


def post_on_postgresql(seed: int) -> None:
    """The same with three workers, on PostgreSQL, where one answers."""
    if no_postgresql() is None:
        post("postgresql", seed, 200, KILLS)


def post(kind: str, seed: int, number: int, kills: int) -> None:
    """`number` mails wait; workers that send them are killed `kills` times in the middle of it.

    Raises AssertionError unless every mail is marked as sent and has left, at most one copy more
    than senders died, and copies bear the Message-ID of the first.
    """
    random = Random(seed)  # noqa: S311
    with dossiers.town(kind) as town, post_office() as office:
        _write(town, number)
        workers = [_start(town, office) for _ in range(WORKERS[kind])]
        try:
            for _ in range(kills):
                more = random.randrange(1, max(2, number // kills))
                _wait_for_more(town, office, workers, more)
                _rest(workers, random.random() * 0.2)
                victim = random.randrange(len(workers))
                workers[victim].kill()
                workers[victim].wait()
                workers[victim] = _start(town, office)
                _let_claims_run_out(town)
            begun = monotonic()
            while _left(town):
                _must(monotonic() - begun < PATIENCE, "some mails never leave")
                _rest(workers, 0.5)
        finally:
            for worker in workers:
                worker.kill()
                worker.wait()
        _inspect(town, office, number, kills)


def _write(town: World, number: int) -> None:
    """Mails that may leave at once."""
    town.app = replace(
        town.app, clock=SystemClock(), ports=replace(town.app.ports, mailer=KeptMailer())
    )
    with town.act() as act:
        act.session.get_one(UserRow, town.users["hoa"]).email = "hoa@anphu.example"
    for one in range(number):
        with town.act() as act:
            notice = Notice(Kind.REMINDER, say("%(number)s", number=one))
            notifying.tell(act, [town.users["hoa"]], notice)


def _start(town: World, office: PostOffice) -> Worker:
    app = town.app
    url = app.database.url.render_as_string(hide_password=False)
    command = [
        "env",
        f"QUYTRINH_DATABASE_URL={url}",
        f"QUYTRINH_DATA_DIR={app.settings.data_dir}",
        f"QUYTRINH_SMTP_URL={office.url()}",
        "QUYTRINH_MAIL_FROM=quytrinh@lamson.example",
        "QUYTRINH_SITE_URL=https://quytrinh.lamson.example",
        "QUYTRINH_QUIET_HOURS=không",
        "QUYTRINH_WORKER_SECONDS=1",
        str(Path(sys.executable).with_name("quytrinh")),
        "worker",
    ]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def _wait_for_more(town: World, office: PostOffice, workers: list[Worker], more: int) -> None:
    """Until so many more letters came in, or nothing is left."""
    before, begun = len(office.letters), monotonic()
    while len(office.letters) < before + more and _left(town):
        _must(monotonic() - begun < PATIENCE, "nothing leaves any more")
        _rest(workers, MOMENT)


def _rest(workers: list[Worker], seconds: float) -> None:
    """Some time, unless the first worker ends meanwhile."""
    with suppress(subprocess.TimeoutExpired):
        workers[0].wait(timeout=seconds)


def _let_claims_run_out(town: World) -> None:
    """What takes ten minutes; a claim of a worker that lives may run out too, as if it slept."""
    with town.act() as act:
        act.session.execute(
            update(MailRow)
            .where(MailRow.state == MailState.SENDING)
            .values(try_at=act.now - timedelta(seconds=1))
        )


def _left(town: World) -> int:
    with town.act(write=False) as act:
        waiting = select(func.count()).where(MailRow.state.in_(mailing.mails.UNDERWAY))
        return act.session.execute(waiting).scalar_one()


def _inspect(town: World, office: PostOffice, number: int, kills: int) -> None:
    with town.act(write=False) as act:
        states = Counter(act.session.scalars(select(MailRow.state)))
    copies = Counter(str(letter["Message-ID"]) for letter in office.letters)
    _must(states == {MailState.SENT: number}, f"mails: {states}")
    _must(len(copies) == number, f"{len(copies)} mails left of {number}")
    # A claim may run out under a living worker each time one is killed, hence all at work count.
    most = kills * max(WORKERS.values())
    _must(copies.total() - number <= most, f"{copies.total()} letters of {number} mails")


def _must(holds: bool, otherwise: str) -> None:
    if not holds:
        raise AssertionError(otherwise)
