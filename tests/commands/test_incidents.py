"""`quytrinh incident`: listing, trying again, giving up, in words and as JSON."""

from __future__ import annotations

from pathlib import Path

from engine.domain.states import IncidentKind
from engine.services import incidents
from engine.settings import Settings
from tests.commands.conftest import Quytrinh
from web.cli import compose


def test_incidents_are_listed_tried_again_and_given_up(quytrinh: Quytrinh, tmp_path: Path) -> None:
    assert quytrinh("db", "upgrade").code == 0
    assert quytrinh("incident", "list").out == "Không có sự cố nào.\n"
    app = compose(
        Settings(data_dir=tmp_path, database_url=f"sqlite:///{tmp_path / 'office.sqlite3'}")
    )
    with app.act(None) as act:
        for key in ("calendar:year:2050", "mail:server"):
            incidents.note(act, IncidentKind.CALENDAR, key, f"Việc {key}", "Vì sao")
    app.database.dispose()
    text = quytrinh("incident", "list").out
    assert "Việc mail:server" in text
    assert "Vì sao" in text
    newest, oldest = quytrinh("incident", "list", "--json").json["incidents"]
    assert (newest["name"], newest["times"], newest["closed_at"]) == ("Việc mail:server", 1, None)
    refused = quytrinh("incident", "retry", str(oldest["id"]), "--json")
    assert (refused.code, "đã có người xử lý" in refused.json["error"]) == (2, True)
    for reason, code in (("  ", 2), ("Đã nhập năm 2050", 0), ("lần nữa", 2)):
        assert quytrinh("incident", "give-up", str(oldest["id"]), "--reason", reason).code == code
    (closed,) = quytrinh("incident", "list", "--closed", "--json").json["incidents"]
    assert (closed["outcome"], closed["reason"]) == ("given_up", "Đã nhập năm 2050")
    assert quytrinh("incident", "give-up", "99", "--reason", "x").code == 2
    assert quytrinh("journal", "verify").code == 0
