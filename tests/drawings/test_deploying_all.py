"""A new installation deploys every drawing, with tables and forms, in no time to speak of."""

from __future__ import annotations

from pathlib import Path
from time import process_time

from sqlalchemy import Engine, func, select

from engine.persistence.tables import VersionRow
from engine.services import shipping
from tests.drawings.files import DRAWINGS
from tests.factories import application
from web.commands.running import shipped_drawings

#: Seconds of the processor; about a sixth of it is needed.
BOUND = 10.0


def test_all_drawings_are_deployed_into_an_empty_database(sqlite: Engine, tmp_path: Path) -> None:
    app = application(sqlite, tmp_path)
    begun = process_time()
    with app.act(None) as act:
        shipping.deploy_missing(act, shipped_drawings(), "Bản vẽ đi kèm.")
        stored = act.session.scalar(select(func.count(VersionRow.id)))
    assert process_time() - begun <= BOUND
    assert stored == len(DRAWINGS)
    with app.act(None) as act:
        again = shipping.deploy_missing(act, shipped_drawings(), "Bản vẽ đi kèm.")
    assert [one.key for one in again if one.new] == []
