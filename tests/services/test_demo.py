"""The demo: a province at work, made by the real services, relative to the present."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine

from engine.domain.clock import ZONE
from engine.persistence.journal_store import verify
from engine.persistence.tables import CaseRow, OfferRow, TaskRow, TimerRow, UserRow
from engine.services import accounts, calendars, demo, deploying
from engine.services.act import Application
from tests import factories


def province(database: Engine, folder: Path, moment: datetime) -> Application:
    app = factories.application(database, folder, moment)
    with app.act(None) as act:
        calendars.seed(act)
        files = [(factories.QT02_FILE.name, factories.QT02_FILE.read_bytes())]
        deploying.deploy(act, files)
    return app


def test_the_demo_shows_dossiers_at_every_turn(database: Engine, tmp_path: Path) -> None:
    app = province(database, tmp_path, datetime(2026, 11, 20, 10, tzinfo=ZONE))
    assert demo.load(app) >= 12
    assert demo.load(app) == 0  # once
    with app.act(None, write=False) as act:
        cases = act.session.query(CaseRow).all()
        open_tasks = act.session.query(TaskRow).filter_by(state="open").all()
        assert {case.state for case in cases} == {"filed", "running", "paused", "finished"}
        assert {case.outcome for case in cases if case.outcome} == {"E1", "E2"}
        at = {task.element for task in open_tasks}
        assert {"B1a", "B1b", "B2", "B4", "B12", "B18", "S1", "S3", "KN", "B20"} <= at
        assert any(task.round == 2 for task in open_tasks)
        assert [t.state for t in act.session.query(TimerRow).all()].count("waiting") == 1
        late = [o for o in act.session.query(OfferRow).all() if o.due_at and o.due_at < act.now]
        assert len(late) >= 3
        assert all(case.filed_at <= act.now for case in cases)
        assert verify(act.session) == []


def test_every_account_named_can_sign_in(sqlite: Engine, tmp_path: Path) -> None:
    app = province(sqlite, tmp_path, datetime(2026, 11, 20, 10, tzinfo=ZONE))
    demo.load(app)
    with app.act(None) as act:
        for account in demo.accounts():
            assert accounts.sign_in(act, account.username, account.password)
        known = act.session.query(UserRow).count()
        assert act.session.query(UserRow).filter_by(demo=True).count() == known
    assert len(demo.accounts()) == known


@pytest.mark.parametrize(
    "moment",
    [
        "2026-02-18 09:00",
        "2026-11-22 03:00",
        "2027-01-01 00:30",
        "2025-07-20 12:00",
        "2029-06-01 23:59",
    ],
)
def test_the_demo_loads_on_any_day(sqlite: Engine, tmp_path: Path, moment: str) -> None:
    now = datetime.fromisoformat(moment).replace(tzinfo=ZONE)
    assert demo.load(province(sqlite, tmp_path, now)) >= 6
