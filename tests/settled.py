"""Databases with the town in them, as it was settled once per process."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import Engine

from engine.services.shelf import LoadedVersion, Shelf
from tests import factories
from tests.databases import Stock, fresh_database, stock_of


@dataclass
class _Settled:
    world: factories.World
    stock: Stock
    version: LoadedVersion


class SettledTowns:
    """One settled town of each kind, made when first asked for, and as many like it as wanted.

    They share what was loaded of Quy trình 02, and nothing that a test deploys after it.
    """

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._towns: dict[str, _Settled] = {}

    @contextmanager
    def copy(self, kind: str, folder: Path) -> Iterator[factories.World]:
        settled = self._settled(kind)
        with settled.stock.taken() as engine:
            yield self._world(settled, engine, folder)

    def close(self) -> None:
        self._stack.close()

    def _settled(self, kind: str) -> _Settled:
        if kind not in self._towns:
            engine = self._stack.enter_context(fresh_database(kind))
            folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory()))
            world = factories.town(factories.application(engine, folder))
            with world.act(write=False) as act:
                version = act.version(1)
            self._towns[kind] = _Settled(world, stock_of(engine), version)
        return self._towns[kind]

    def _world(self, settled: _Settled, engine: Engine, folder: Path) -> factories.World:
        shelf = Shelf([settled.version])
        app = replace(factories.application(engine, folder), shelf=shelf)
        return replace(settled.world, app=app)
