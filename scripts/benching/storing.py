"""How large a finished case lies in the database, and how long reading the drawing takes."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from engine.bpmn.execution.specs import parse_spec
from engine.services import deploying
from scripts.benching import dossiers
from scripts.benching.measuring import Measured, say, seconds
from tests.factories import World

CASE_BOUND_KB = 30
READING_BOUND_MS = 100


def case_size(quick: bool) -> list[Measured]:
    """How much the SQLite file grows by each finished straight-path case, indexes included.

    Every field of Mẫu số 16 is filled in, with three relatives; no attachments. The file is
    compacted (VACUUM) before and after; some cases are there before, so that no page is new.
    """
    cases = 20 if quick else 200
    say(f"the size of {cases} finished cases …")
    with dossiers.town() as town:
        _finish(town, 5)
        before = _bytes(town)
        _finish(town, cases)
        grown = (_bytes(town) - before) / cases
    return [Measured("finished_case_kb", grown / 1024, CASE_BOUND_KB, {"cases": cases})]


def _finish(town: World, cases: int) -> None:
    for _ in range(cases):
        dossiers.walk(town, dossiers.file(town), dossiers.steps_of(dossiers.STRAIGHT)[1:])


def _bytes(town: World) -> int:
    """The size of the database file once it holds no empty pages."""
    path = Path(str(town.app.database.url.database))
    town.app.database.dispose()
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path.stat().st_size


def reading(quick: bool) -> list[Measured]:
    """Checking and parsing the drawing of Quy trình 02, as an upload does."""
    say("checking and parsing the drawing …")
    content = dossiers.DRAWING.read_bytes()
    with dossiers.town() as town:

        def read() -> None:
            deploying.lint(town.app, [(dossiers.DRAWING.name, content)])
            parse_spec(content)

        times = [seconds(read) for _ in range(4 if quick else 12)]
    return [Measured("check_and_parse_ms", min(times) * 1000, READING_BOUND_MS)]
