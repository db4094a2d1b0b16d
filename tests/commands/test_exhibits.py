"""`quytrinh keep` and `kept`."""

from __future__ import annotations

from pathlib import Path

from tests.commands.conftest import Quytrinh

SAMPLE = Path(__file__).parents[1] / "interchange" / "phoi-hop.bpmn"


def test_a_drawing_is_kept_and_listed(quytrinh: Quytrinh) -> None:
    quytrinh("db", "upgrade")
    answer = quytrinh("keep", str(SAMPLE), "--title", "Phối hợp giám định", "--json")
    assert answer.code == 0
    assert answer.json["title"] == "Phối hợp giám định"
    assert answer.json["errors"] > 0
    assert quytrinh("kept", "--json").json == [answer.json]
    assert "Phối hợp giám định" in quytrinh("kept").out


def test_what_is_no_bpmn_is_not_kept(quytrinh: Quytrinh, tmp_path: Path) -> None:
    file = tmp_path / "van-ban.bpmn"
    file.write_bytes(b"%PDF-1.7")
    quytrinh("db", "upgrade")
    answer = quytrinh("keep", str(file), "--title", "Văn bản", "--json")
    assert answer.code == 1
    assert answer.json["findings"][0]["rule"] == "not-bpmn"
    assert quytrinh("kept", "--json").json == []
