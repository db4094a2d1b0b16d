"""Habits that no linter rule holds: one place each for commits, clock, environment and print."""

from __future__ import annotations

import ast
import re

from tests.architecture.house import EVERYTHING, PRODUCT, Module, modules

SHIPPED = modules(*PRODUCT)
LONGEST_MODULE = 450

#: Written once and never changed again, table by table: as long as the tables are many.
MIGRATIONS = "engine/persistence/migrations/"


def outside(*places: str) -> list[Module]:
    """The shipped modules that do not stand in `places` (files, or folders ending in /)."""
    return [module for module in SHIPPED if not module.name.startswith(places)]


def test_nothing_commits_but_the_unit_of_work():
    places = [
        where
        for module in outside("engine/persistence/database.py", MIGRATIONS)
        for called, where in module.calls
        if called.endswith(".commit")
    ]
    assert places == []


def test_nothing_but_the_clock_asks_for_the_time():
    asking = re.compile(
        r"(^|\.)(datetime\.(now|utcnow|today)|date\.today)$"
        r"|^time\.(time|time_ns|localtime|gmtime|monotonic)$|func\.now$|CURRENT_TIMESTAMP"
    )
    places = [
        where
        for module in outside("engine/domain/clock.py")
        for called, where in module.calls
        if asking.search(called)
    ]
    assert places == []


def test_nothing_sleeps():
    places = [
        where
        for module in modules(*PRODUCT, "tests")
        for called, where in module.calls
        if called in {"time.sleep", "sleep"}
    ]
    assert places == []


def test_the_environment_is_read_in_the_settings_alone():
    places = [
        where
        for module in outside("engine/settings.py")
        for name, where in module.names
        if name in {"os.environ", "os.getenv", "os.environb"}
    ]
    assert places == []


def test_nothing_prints_but_the_command_line():
    places = [
        where
        for module in outside("web/cli.py", "web/commands/")
        for called, where in module.calls
        if called in {"print", "click.echo", "sys.stdout.write", "sys.stderr.write"}
    ]
    assert places == []


def test_nothing_is_evaluated_as_python():
    """Expressions of drawings and forms are our own small language (design, section 4)."""
    places = [
        where
        for module in SHIPPED
        for called, where in module.calls
        if called in {"eval", "exec", "compile", "__import__", "pickle.loads", "pickle.load"}
    ]
    assert places == []


def test_every_module_opens_with_one_sentence_that_tells_its_job():
    wrong = {}
    for module in modules(*EVERYTHING):
        opening = (ast.get_docstring(module.tree) or "").split("\n\n")[0].replace("\n", " ")
        several = re.search(r"[.?!] [A-ZĐ]", opening)
        if module.text and (several or not opening.endswith((".", "?"))):
            wrong[module.name] = opening
    assert wrong == {}


def test_no_module_grows_beyond_what_one_reads_in_a_sitting():
    long = {
        module.name: lines
        for module in modules(*EVERYTHING)
        if not module.name.startswith(MIGRATIONS)
        and (lines := module.text.count("\n")) > LONGEST_MODULE
    }
    assert long == {}


def test_nothing_is_left_for_later():
    """What is drawn in the house is built; a base class may leave a method to its heirs."""
    marks = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    left = [
        f"{module.name}:{number}"
        for module in SHIPPED
        for number, line in enumerate(module.text.splitlines(), 1)
        if marks.search(line)
    ]
    for module in SHIPPED:
        heirs = {
            node for top in module.nodes if isinstance(top, ast.ClassDef) for node in ast.walk(top)
        }
        left += [
            f"{module.name}:{node.lineno}"
            for node in module.nodes
            if isinstance(node, ast.Raise)
            and node not in heirs
            and "NotImplementedError" in ast.unparse(node)
        ]
    assert left == []
