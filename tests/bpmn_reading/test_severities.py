"""One file tunes how grave each rule is; what it may not say is refused by name."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from engine.bootstrap import BPMN_DIR
from engine.bpmn.checks import ALL_RULES, check
from engine.bpmn.checks.severities import read_severities
from engine.bpmn.findings import Severity
from engine.domain.errors import Misuse
from tests.bpmn_reading.sketching import Surroundings, spoiled
from tests.bpmn_reading.spoilings import END, nhac

#: A warning and an error: a timer that repeats for ever, and a step without a name.
DOUBTFUL = spoiled(
    (END, END + nhac("mỗi 5 ngày", "Cycle")),
    (' name="Xử lý"', ""),
)


def tuned(folder: Path, text: str) -> dict[str, Severity]:
    """What the checks find of a drawing with a warning and an error, by rule."""
    path = folder / "rules.toml"
    path.write_text(text, encoding="utf-8")
    vocabulary = Surroundings().vocabulary()
    severities = {**vocabulary.severities, **read_severities(path, ALL_RULES)}
    found = check(DOUBTFUL.encode(), "thu.bpmn", replace(vocabulary, severities=severities))
    return {one.rule: one.severity for one in found}


def refused(folder: Path, text: str) -> str:
    path = folder / "rules.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(Misuse) as error:
        read_severities(path, ALL_RULES)
    return str(error.value)


def test_rules_that_are_not_named_keep_their_own(tmp_path: Path) -> None:
    own = {"endless-cycle": Severity.WARNING, "unnamed-step": Severity.ERROR}
    assert tuned(tmp_path, "[severity]\n") == own
    assert tuned(tmp_path, "") == own
    assert read_severities(tmp_path / "nowhere.toml", ALL_RULES) == {}


def test_a_rule_may_be_raised_lowered_or_switched_off(tmp_path: Path) -> None:
    text = '[severity]\nendless-cycle = "error"\nunnamed-step = "warning"\n'
    assert tuned(tmp_path, text) == {
        "endless-cycle": Severity.ERROR,
        "unnamed-step": Severity.WARNING,
    }
    text = '[severity]\nendless-cycle = "off"\nunnamed-step = "off"\n'
    assert tuned(tmp_path, text) == {}


def test_what_the_engine_counts_on_cannot_be_lowered(tmp_path: Path) -> None:
    for word in ("warning", "off"):
        assert "“no-lane”" in refused(tmp_path, f'[severity]\nno-lane = "{word}"')
    path = tmp_path / "rules.toml"
    path.write_text('[severity]\nno-lane = "error"', encoding="utf-8")
    assert read_severities(path, ALL_RULES) == {"no-lane": Severity.ERROR}


def test_what_is_told_outside_the_tables_is_as_grave_as_it_is(tmp_path: Path) -> None:
    assert "“period-replaced”" in refused(tmp_path, '[severity]\nperiod-replaced = "error"')
    assert "“not-bpmn”" in refused(tmp_path, '[severity]\nnot-bpmn = "off"')
    path = tmp_path / "rules.toml"
    path.write_text('[severity]\nperiod-replaced = "warning"', encoding="utf-8")
    assert read_severities(path, ALL_RULES) == {"period-replaced": Severity.WARNING}


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ('[severity]\nno-such-rule = "off"', "“no-such-rule”"),
        ('[severity]\nname-cut = "nhẹ"', "“nhẹ”"),
        ("[severity]\nname-cut = 1", "“1”"),
        ("[severity\n", "rules.toml"),
        ('[severities]\nname-cut = "off"', "“severities”"),
        ('severity = "off"', "severity"),
    ],
)
def test_anything_else_is_refused_by_name(tmp_path: Path, text: str, named: str) -> None:
    assert named in refused(tmp_path, text)


def test_every_rule_named_in_the_projects_own_file_exists_and_may_be_tuned_so(
    tmp_path: Path,
) -> None:
    """The lines that are only suggested, behind a `#`, too."""
    text = (BPMN_DIR / "rules.toml").read_text(encoding="utf-8")
    read_severities(BPMN_DIR / "rules.toml", ALL_RULES)
    suggested = [line.removeprefix("# ") for line in text.splitlines() if line.startswith("# ")]
    lines = [line for line in suggested if " = " in line]
    assert len(lines) >= 5
    path = tmp_path / "rules.toml"
    path.write_text("\n".join(["[severity]", *lines]), encoding="utf-8")
    assert len(read_severities(path, ALL_RULES)) == len(lines)
