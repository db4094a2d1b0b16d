"""The floors of the house: who may import whom."""

from __future__ import annotations

import sys

import pytest
from importlinter.cli import EXIT_STATUS_SUCCESS, lint_imports

from tests.architecture.house import ROOT, modules

#: The only rooms that speak a library: its name -> where it may be imported.
SPOKEN = {
    "SpiffWorkflow": ("engine/bpmn/",),
    "lxml": ("engine/bpmn/",),
    "sqlalchemy": ("engine/persistence/", "engine/services/"),
    "alembic": ("engine/persistence/",),
    "apscheduler": ("engine/worker.py",),
    "flask": ("web/",),
    "waitress": ("web/",),
    "marshmallow": ("forms/",),
    "argon2": ("engine/adapters/",),
    "puremagic": ("engine/adapters/",),
    "holidays": ("engine/adapters/",),
    "os": ("engine/settings.py", "engine/adapters/", "engine/worker.py", "web/"),
}


def test_the_contracts_of_import_linter_are_kept(capsys, monkeypatch):
    monkeypatch.chdir(ROOT)
    status = lint_imports(config_filename=str(ROOT / "pyproject.toml"), no_cache=True)
    assert status == EXIT_STATUS_SUCCESS, capsys.readouterr().out


@pytest.mark.parametrize("library", sorted(SPOKEN))
def test_a_library_is_spoken_only_in_its_room(library):
    elsewhere = [
        module.name
        for module in modules("engine", "forms", "web")
        if library in module.imports and not module.name.startswith(SPOKEN[library])
    ]
    assert elsewhere == []


def test_the_domain_needs_nothing_but_python():
    allowed = {*sys.stdlib_module_names, "engine"}
    needed = {name for module in modules("engine/domain") for name in module.imports}
    assert needed - allowed == set()


def test_the_product_never_imports_its_tests_or_scripts():
    guilty = [m.name for m in modules("engine", "forms", "web") if {"tests", "scripts"} & m.imports]
    assert guilty == []
