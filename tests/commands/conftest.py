"""The command line over an installation of its own."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from engine.settings import Mode, Settings
from web.cli import Composition, run


@dataclass
class Answer:
    """What a command said and how it left."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Quytrinh = Callable[..., Answer]


@pytest.fixture
def quytrinh(tmp_path: Path) -> Quytrinh:
    """`quytrinh(…)` runs a command as the console script does, over one installation."""
    settings = Settings(data_dir=tmp_path, database_url=f"sqlite:///{tmp_path / 'office.sqlite3'}")

    def call(*arguments: str, mode: Mode = Mode.DEMO, **typed: Any) -> Answer:
        composition = Composition(replace(settings, mode=mode))
        runner = CliRunner()
        with runner.isolation(**typed) as (out, err, _both):
            code = run(list(arguments), composition)
            answer = Answer(code, out.getvalue().decode(), err.getvalue().decode())
        composition.close()
        return answer

    return call
