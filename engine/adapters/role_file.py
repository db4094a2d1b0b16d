"""Reads the register of roles out of `bpmn/roles.toml`."""

from __future__ import annotations

import tomllib
from pathlib import Path

from engine.domain.roles import Role, RoleRegister


def read_roles(path: Path) -> RoleRegister:
    """The register in `path`. Raises OSError, tomllib.TOMLDecodeError, KeyError, ValueError."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    roles = [
        Role(
            id=entry["id"],
            name=entry["name"],
            kind=entry["kind"],
            level=entry["level"],
            internal=entry["internal"],
            recorded_by=entry.get("recorded_by"),
            aliases=tuple(entry.get("aliases", ())),
            elsewhere=entry.get("elsewhere"),
        )
        for entry in data["role"]
    ]
    return RoleRegister(roles, data["authorities"], data.get("fields"))
