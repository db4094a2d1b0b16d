"""The house's own Python modules, parsed, for the guards to walk over."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

#: What is shipped, and what stands beside it.
PRODUCT = ("engine", "forms", "web")
EVERYTHING = (*PRODUCT, "tests", "scripts")


@dataclass(frozen=True)
class Module:
    """One `.py` file."""

    path: Path

    @property
    def name(self) -> str:
        """Its path inside the house."""
        return self.path.relative_to(ROOT).as_posix()

    @cached_property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, self.name)

    @cached_property
    def nodes(self) -> list[ast.AST]:
        """Everything in the tree, for guards that look at one kind of it."""
        return list(ast.walk(self.tree))

    @cached_property
    def imports(self) -> frozenset[str]:
        """Top-level names of everything it imports: "engine", "sqlalchemy"."""
        found: set[str] = set()
        for node in self.nodes:
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
                found.add(node.module.split(".")[0])
        return frozenset(found)

    @cached_property
    def calls(self) -> list[tuple[str, str]]:
        """(what is called, where) of every call: "print", "session.commit", "date.today"."""
        return [
            (ast.unparse(node.func), f"{self.name}:{node.lineno}")
            for node in self.nodes
            if isinstance(node, ast.Call)
        ]

    @cached_property
    def names(self) -> list[tuple[str, str]]:
        """(dotted name, where) of every attribute that is read: "os.environ"."""
        return [
            (ast.unparse(node), f"{self.name}:{node.lineno}")
            for node in self.nodes
            if isinstance(node, ast.Attribute)
        ]


@cache
def module_at(path: Path) -> Module:
    return Module(path)


def modules(*packages: str) -> list[Module]:
    """Every module of some top-level folders; what npm brought is not ours."""
    return [
        module_at(path)
        for package in packages
        for path in sorted((ROOT / package).rglob("*.py"))
        if "node_modules" not in path.parts
    ]
