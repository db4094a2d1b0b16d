"""Every verdict that the engine can give has a page: its id is among the rules."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from engine.bpmn.checks import ALL_RULES

ENGINE = Path(__file__).resolve().parents[2] / "engine"
OF_TABLES = {"self.id"}  # Rule.findings: the ids of the tables themselves


class Source:
    """The ids in one module: what `Finding`, or a function that hands its parameter on to it, gets.

    `unclear` holds what is neither a text, nor a parameter, nor a variable set to texts.
    """

    def __init__(self, text: str) -> None:
        self.tree = ast.parse(text)
        self.makers = {"Finding", "refusal"}
        self.around = {
            inner: function
            for function in ast.walk(self.tree)
            if isinstance(function, ast.FunctionDef)
            for inner in ast.walk(function)
        }
        self.ids: set[str] = set()
        self.unclear: set[str] = set()
        known = -1
        while known != len(self.makers):
            known = len(self.makers)
            for call in self.calls():
                self.read(call)

    def calls(self) -> Iterator[ast.Call]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call):
                name = node.func.attr if isinstance(node.func, ast.Attribute) else node.func
                if (name.id if isinstance(name, ast.Name) else name) in self.makers:
                    yield node

    def read(self, call: ast.Call) -> None:
        named = next((word.value for word in call.keywords if word.arg == "rule"), None)
        rule = named or (call.args[0] if call.args else None)
        function = self.around.get(call)
        match rule:
            case ast.Constant(value=str(text)):
                self.ids.add(text)
            case ast.Name(id=name) if function and name in [a.arg for a in function.args.args]:
                self.makers.add(function.name)
            case ast.Name(id=name) if function and (texts := set(assigned(function, name))):
                self.ids |= texts
            case _:
                self.unclear.add(ast.unparse(rule) if rule else ast.unparse(call))


def assigned(function: ast.FunctionDef, name: str) -> Iterator[str]:
    """The texts that a variable is set to."""
    for node in ast.walk(function):
        if isinstance(node, ast.Assign) and any(
            isinstance(target, ast.Name) and target.id == name for target in node.targets
        ):
            for part in ast.walk(node.value):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    yield part.value


def test_every_id_in_the_engine_is_that_of_a_rule() -> None:
    known = {rule.id for rule in ALL_RULES}
    found: set[str] = set()
    for path in sorted(ENGINE.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        if "bpmn.findings" in text or "import refusal" in text:
            source = Source(text)
            assert source.unclear <= OF_TABLES, path
            found |= source.ids
    assert found - known == set()
    assert {"not-bpmn", "no-process", "several-executable-processes", "period-hole"} <= found


def test_ids_are_found_wherever_they_stand() -> None:
    source = Source(
        """
def told(rule, line): return Finding(rule, line)
def one(): return told("direct", 1)
def two(way):
    name = "this" if way else "that"
    return refusal(name, 2)
def three(): return Finding(line=3, rule="named")
def four(thing): return Finding(thing.key)
"""
    )
    assert source.ids == {"direct", "this", "that", "named"}
    assert source.unclear == {"thing.key"}
