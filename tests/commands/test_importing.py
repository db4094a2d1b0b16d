"""`quytrinh import` as somebody types it."""

from __future__ import annotations

from pathlib import Path

from engine.persistence.database import make_engine
from tests import factories
from tests.commands.conftest import Quytrinh
from tests.web.test_importing import ROW, workbook


def test_a_sheet_is_tried_then_brought_in(quytrinh: Quytrinh, tmp_path: Path) -> None:
    quytrinh("db", "upgrade")
    engine = make_engine(f"sqlite:///{tmp_path / 'office.sqlite3'}")
    factories.town(factories.application(engine, tmp_path))
    engine.dispose()
    file, empty = tmp_path / "a.xlsx", tmp_path / "mau.xlsx"
    assert quytrinh("import", str(empty), "--template").code == 0
    assert empty.read_bytes().startswith(b"PK")
    wrong = list(ROW)
    wrong[2] = "B99"
    file.write_bytes(workbook(wrong))
    refused = quytrinh("import", str(file))
    assert (refused.code, "Chưa nhập hồ sơ nào" in refused.out) == (1, True)
    assert "Bước đang làm" in refused.out
    file.write_bytes(workbook(ROW))
    tried = quytrinh("import", str(file), "--dry-run", "--json").json
    assert (tried["problems"], len(tried["cases"])) == ([], 1)
    done = quytrinh("import", str(file))
    assert (done.code, "Đã nhập 1 hồ sơ" in done.out) == (0, True)
    assert quytrinh("import", str(file)).code == 1  # they are in
    assert quytrinh("import", str(tmp_path / "no.xlsx")).code == 1
    assert quytrinh("journal", "verify").code == 0
