"""The three packages are this repository's, and what they are installed with is pinned."""

from __future__ import annotations

import importlib
import re
import subprocess
import tomllib
from importlib.metadata import distribution
from pathlib import Path

import pytest

from tests.architecture.house import PRODUCT, ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))

#: "Flask==3.1.3", "psycopg[binary]==3.3.9"
PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)(?:\[[^]]*\])?==(?P<version>[^\s;\\]+)")


def pins(lines: list[str]) -> dict[str, str]:
    found = (PIN.match(line) for line in lines)
    return {re.sub(r"[-_.]+", "-", m["name"]).lower(): m["version"] for m in found if m}


@pytest.mark.parametrize("name", PRODUCT)
def test_the_names_engine_web_and_forms_resolve_inside_this_repository(name):
    """All three are common names: somebody else's package must not stand in front of ours."""
    assert Path(importlib.import_module(name).__file__).parent == ROOT / name


def test_the_wheel_holds_the_three_packages_and_nothing_else():
    wheel = PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]
    assert sorted(wheel["packages"]) == sorted(PRODUCT)


def test_the_installed_command_is_the_one_drawn_in_pyproject():
    [command] = [
        entry for entry in distribution("quytrinh").entry_points if entry.group == "console_scripts"
    ]
    assert {command.name: command.value} == PROJECT["project"]["scripts"]
    assert callable(command.load())


def test_every_dependency_is_pinned_and_locked_with_hashes_to_the_same_version():
    wanted = pins(PROJECT["project"]["dependencies"] + PROJECT["dependency-groups"]["dev"])
    asked = PROJECT["project"]["dependencies"] + PROJECT["dependency-groups"]["dev"]
    assert len(wanted) == len(asked), "a dependency without =="
    text = (ROOT / "scripts/requirements.txt").read_text(encoding="utf-8")
    locked = pins(text.splitlines())
    assert wanted == {name: locked.get(name) for name in wanted}
    unhashed = [
        entry.split(None, 1)[0]
        for entry in re.split(r"\n(?=[A-Za-z0-9])", text)
        if PIN.match(entry) and "--hash=sha256:" not in entry
    ]
    assert unhashed == []


def test_the_version_is_told_once():
    assert distribution("quytrinh").version == PROJECT["project"]["version"]


def test_the_top_level_is_the_one_that_was_agreed():
    """A new top-level folder is a decision (design, section 3), not an accident."""
    agreed = {
        *("bpmn", "engine", "web", "forms", "tests", "scripts", "docs", ".ci"),
        *("pyproject.toml", "uv.lock", "README.md", "LICENSE", "CHANGELOG.md", "CONTRIBUTING.md"),
    }
    if not (ROOT / ".git").exists():
        pytest.skip("not a clone: nothing tells what belongs to it")
    listed = subprocess.run(
        ["git", "ls-tree", "--name-only", "HEAD"], cwd=ROOT, capture_output=True, text=True
    ).stdout.split("\n")
    surplus = {name for name in listed if name and not name.startswith(".")} - agreed
    assert surplus == set()
