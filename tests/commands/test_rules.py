"""`quytrinh rules`, findings for other programs, and the file that tunes rules."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from engine import bootstrap
from engine.bpmn.checks import ALL_RULES
from engine.domain.errors import Misuse
from engine.settings import Settings
from tests.commands.conftest import Quytrinh
from web import wsgi
from web.cli import Composition, run

QT02 = bootstrap.BPMN_DIR / "liet-si" / "qt02-cap-doi-bang.bpmn"
LANE = "Chuyên viên chưa có trong sổ"


@pytest.fixture
def drawing(tmp_path: Path) -> Path:
    """Quy trình 02 with a lane of nobody (an error) and what the engine ignores (a warning)."""
    text = QT02.read_text(encoding="utf-8")
    text = text.replace('name="Lãnh đạo UBND cấp xã"', f'name="{LANE}"')
    text = text.replace("<bpmn:userTask ", '<bpmn:userTask camunda:jobPriority="7" ', 1)
    path = tmp_path / "bản vẽ.bpmn"
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A house of its own, so that its `rules.toml` can be written."""
    folder = tmp_path / "bpmn"
    folder.mkdir()
    shutil.copy(bootstrap.BPMN_DIR / "roles.toml", folder)
    monkeypatch.setattr(bootstrap, "BPMN_DIR", folder)
    return folder


def tune(house: Path, text: str) -> None:
    (house / "rules.toml").write_text(text, encoding="utf-8")


def rules_of(answer: Any) -> dict[str, str]:
    return {finding["rule"]: finding["severity"] for finding in answer.json["findings"]}


# --- findings -------------------------------------------------------------------------------------


def test_findings_in_json_speak_both_languages(quytrinh: Quytrinh, drawing: Path) -> None:
    answer = quytrinh("lint", str(drawing), "--json")
    assert answer.code == 1
    (lane,) = [one for one in answer.json["findings"] if one["rule"] == "unknown-lane"]
    assert lane["message"] == f"Không có chức danh nào tên “{LANE}”."
    assert LANE in lane["message_en"]
    assert "Không có" not in lane["message_en"]
    assert lane["remedy_en"]
    assert lane["remedy_en"] != lane["remedy"]
    assert (lane["file"], lane["name"], lane["severity"]) == (str(drawing), LANE, "error")
    assert lane["line"] > 1
    assert lane["element"]


def test_text_names_errors_before_warnings(quytrinh: Quytrinh, drawing: Path) -> None:
    said = re.findall(r": (lỗi|cảnh báo) \[", quytrinh("lint", str(drawing)).out)
    assert said == sorted(said, reverse=True)
    assert set(said) == {"lỗi", "cảnh báo"}


def test_deploy_tells_what_lint_tells_and_asks_for_a_reason_only_for_warnings(
    quytrinh: Quytrinh, drawing: Path
) -> None:
    quytrinh("db", "upgrade")
    linted = quytrinh("lint", str(drawing), "--json").json
    assert quytrinh("deploy", str(drawing), "--json").json == linted
    text = drawing.read_text(encoding="utf-8").replace(LANE, "Lãnh đạo UBND cấp xã")
    drawing.write_text(text, encoding="utf-8")
    asked = quytrinh("deploy", str(drawing))
    assert asked.code == 1
    assert "--reason" in asked.err
    assert quytrinh("deploy", str(drawing), "--reason", "Đã xem").code == 0


def test_sarif_tells_rules_places_and_sentences(quytrinh: Quytrinh, drawing: Path) -> None:
    answer = quytrinh("lint", str(drawing), "--sarif")
    assert answer.code == 1
    log = answer.json
    assert log["version"] == "2.1.0"
    (run_,) = log["runs"]
    driver = run_["tool"]["driver"]
    rules = driver["rules"]
    assert [rule["id"] for rule in rules][: len(ALL_RULES)] == [rule.id for rule in ALL_RULES]
    for rule in rules:
        assert rule["shortDescription"]["text"]
        assert rule["help"]["text"]
        assert rule["defaultConfiguration"]["level"] in {"error", "warning"}
    for rule in rules[: len(ALL_RULES)]:
        assert urlsplit(rule["helpUri"]).scheme == "http"
        assert rule["helpUri"].endswith(f"/thu-tuc/quy-tac/{rule['id']}")
    assert {"unknown-lane"} < {result["ruleId"] for result in run_["results"]}
    for result in run_["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in {"error", "warning"}
        assert result["message"]["text"]
        (location,) = result["locations"]
        physical = location["physicalLocation"]
        assert physical["artifactLocation"]["uri"] == drawing.as_uri()
        assert physical["region"]["startLine"] >= 1
        (logical,) = location["logicalLocations"]
        assert f'id="{logical["fullyQualifiedName"]}"' in drawing.read_text(encoding="utf-8")


def test_sarif_holds_nothing_that_the_standard_does_not_know(
    quytrinh: Quytrinh, drawing: Path
) -> None:
    """The properties that SARIF 2.1.0 (OASIS, 27 March 2020) gives each object that we write."""
    known = {
        "log": {"$schema", "version", "runs"},
        "run": {"tool", "invocations", "columnKind", "results"},
        "driver": {
            "name", "semanticVersion", "informationUri", "language", "rules",
        },
        "rule": {
            "id", "shortDescription", "fullDescription", "help", "helpUri",
            "defaultConfiguration",
        },
        "result": {"ruleId", "ruleIndex", "level", "message", "locations", "properties"},
        "location": {"physicalLocation", "logicalLocations"},
        "physical": {"artifactLocation", "region"},
        "logical": {"name", "fullyQualifiedName", "kind"},
    }  # fmt: skip
    log = quytrinh(
        "lint", str(drawing), str(QT02.parent / "nd131-d23-cap-doi-bang.bpmn"), "--sarif"
    )
    (run_,) = log.json["runs"]
    places = [place for result in run_["results"] for place in result["locations"]]
    written = {
        "log": [log.json],
        "run": [run_],
        "driver": [run_["tool"]["driver"]],
        "rule": run_["tool"]["driver"]["rules"],
        "result": run_["results"],
        "location": places,
        "physical": [place["physicalLocation"] for place in places],
        "logical": [one for place in places for one in place.get("logicalLocations", [])],
    }
    for kind, objects in written.items():
        assert objects
        for one in objects:
            assert one.keys() <= known[kind]


def test_sarif_of_what_has_no_findings_is_an_empty_run(quytrinh: Quytrinh) -> None:
    answer = quytrinh("lint", str(QT02), "--sarif")
    assert (answer.code, answer.json["runs"][0]["results"]) == (0, [])


def test_sarif_and_json_at_once_are_misuse(quytrinh: Quytrinh) -> None:
    assert quytrinh("lint", str(QT02), "--sarif", "--json").code == 2


# --- rules ----------------------------------------------------------------------------------------


def test_all_rules_are_listed_with_what_they_teach(quytrinh: Quytrinh) -> None:
    listed = quytrinh("rules", "--json").json["rules"]
    assert [one["id"] for one in listed] == [rule.id for rule in ALL_RULES]
    text = quytrinh("rules").out
    assert text.startswith(f"{len(ALL_RULES)} quy tắc.")
    assert all(f"  {rule.id} " in text for rule in ALL_RULES)


def test_a_rule_is_shown_with_examples_and_what_is_found_of_the_bad_ones(
    quytrinh: Quytrinh,
) -> None:
    said = quytrinh("rules", "unknown-lane").out
    assert "Sai:\n" in said
    assert "Không có chức danh nào tên “Chuyên viên Sỡ”." in said
    assert "Đúng:\n" in said
    told = quytrinh("rules", "unknown-lane", "--json").json
    assert told["fixed"] is True
    assert {one["rule"] for one in told["bad"][0]["findings"]} == {"unknown-lane"}
    assert "<laneSet" in told["good"][0]


def test_an_unknown_rule_is_misuse(quytrinh: Quytrinh) -> None:
    answer = quytrinh("rules", "khong-co")
    assert answer.code == 2
    assert "khong-co" in answer.err


# --- tuning ---------------------------------------------------------------------------------------


def test_tuned_rules_act_alike_in_lint_and_deploy(
    quytrinh: Quytrinh, house: Path, drawing: Path
) -> None:
    text = drawing.read_text(encoding="utf-8").replace(LANE, "Lãnh đạo UBND cấp xã")
    drawing.write_text(text, encoding="utf-8")
    quytrinh("db", "upgrade")
    (found,) = rules_of(quytrinh("lint", str(drawing), "--json")).items()
    assert found[1] == "warning"
    tune(house, f'[severity]\n{found[0]} = "error"\n')
    for command in (("lint",), ("deploy", "--reason", "Cứ làm")):
        answer = quytrinh(*command, str(drawing), "--json")
        assert (answer.code, rules_of(answer)) == (1, {found[0]: "error"})
    assert quytrinh("rules", found[0], "--json").json["severity_here"] == "error"
    tune(house, f'[severity]\n{found[0]} = "off"\n')
    assert quytrinh("lint", str(drawing), "--json").json == {"findings": []}
    run_ = quytrinh("lint", str(drawing), "--sarif").json["runs"][0]
    (override,) = run_["invocations"][0]["ruleConfigurationOverrides"]
    assert override["configuration"] == {"enabled": False}
    assert override["descriptor"]["id"] == found[0]
    assert quytrinh("deploy", str(drawing)).code == 0


BROKEN = {
    "[severity\n": "Không đọc được rules.toml",
    "\ufeff[severity]\nunknown-lane = error": "Không đọc được rules.toml",
    '[severity]\nkhong-co = "off"\n': "không có quy tắc “khong-co”",
    '[severity]\nself-loop = "tat"\n': "chỉ ghi error, warning hoặc off",
    '[severity]\nunknown-lane = "warning"\n': "không hạ mức quy tắc “unknown-lane” được",
    '[severity]\nself-loop = ["off"]\n': "chỉ ghi error, warning hoặc off",
    '[severities]\nself-loop = "off"\n': "không có “severities”",
    'severity = "off"\n': "chỉ có một bảng [severity]",
}


@pytest.mark.parametrize("text", BROKEN)
@pytest.mark.parametrize("command", ["lint", "serve", "worker", "start"])
def test_a_broken_file_of_rules_is_told_in_one_sentence(
    house: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, command: str
) -> None:
    tune(house, text)
    composition = Composition(Settings(data_dir=tmp_path, database_url="sqlite://"))
    assert run([command, *([str(QT02)] if command == "lint" else [])], composition) == 2
    out, err = capsys.readouterr()
    (line,) = err.splitlines()
    assert BROKEN[text] in line
    assert "rules.toml" in line
    assert out == ""


def test_nothing_is_served_by_a_broken_file_of_rules(
    house: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tune(house, '[severity]\nunknown-lane = "off"\n')
    monkeypatch.setenv("QUYTRINH_DATA_DIR", str(tmp_path))
    with pytest.raises(Misuse, match="không hạ mức quy tắc “unknown-lane” được"):
        wsgi.application()


def test_a_file_of_rules_that_is_no_text_is_told_too(house: Path, quytrinh: Quytrinh) -> None:
    (house / "rules.toml").write_bytes(b"\xff\xfe\x00")
    assert "Không đọc được rules.toml" in quytrinh("lint", str(QT02)).err
    (house / "rules.toml").unlink()
    (house / "rules.toml").mkdir()
    assert "Không đọc được rules.toml" in quytrinh("lint", str(QT02)).err
