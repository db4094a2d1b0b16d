"""Databases with the town in them, copied from one that was settled once per process."""

from __future__ import annotations

import shutil
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import URL, Engine, create_engine, text
from sqlalchemy.pool import NullPool

from engine.persistence.database import make_engine
from engine.services.shelf import LoadedVersion, Shelf
from tests import factories
from tests.databases import fresh_database, postgres_url


@dataclass
class _Settled:
    world: factories.World
    url: URL
    version: LoadedVersion


class SettledTowns:
    """One settled town of each kind, made when first asked for, and as many copies as wanted.

    The copies share what was loaded of Quy trình 02, and nothing that a test deploys after it.
    """

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._towns: dict[str, _Settled] = {}

    @contextmanager
    def copy(self, kind: str, folder: Path) -> Iterator[factories.World]:
        settled = self._settled(kind)
        copying = {"sqlite": _copied_file, "postgresql": _copied_database}[kind]
        with copying(settled.url) as url:
            engine = make_engine(url)
            try:
                yield self._world(settled, engine, folder)
            finally:
                engine.dispose()

    def close(self) -> None:
        self._stack.close()

    def _settled(self, kind: str) -> _Settled:
        if kind not in self._towns:
            engine = self._stack.enter_context(fresh_database(kind))
            folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory()))
            world = factories.town(factories.application(engine, folder))
            with world.act(write=False) as act:
                version = act.version(1)
            self._towns[kind] = _Settled(world, engine.url, version)
            engine.dispose()  # a copied database must have no connections
        return self._towns[kind]

    def _world(self, settled: _Settled, engine: Engine, folder: Path) -> factories.World:
        shelf = Shelf([settled.version])
        app = replace(factories.application(engine, folder), shelf=shelf)
        return replace(settled.world, app=app)


@contextmanager
def _copied_file(url: URL) -> Iterator[str]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "town.sqlite3"
        shutil.copyfile(str(url.database), path)
        yield f"sqlite:///{path}"


@contextmanager
def _copied_database(url: URL) -> Iterator[str]:
    name = f"quytrinh_town_{uuid.uuid4().hex[:12]}"
    _on_server(f'CREATE DATABASE "{name}" TEMPLATE "{url.database}"')
    try:
        yield postgres_url().set(database=name).render_as_string(hide_password=False)
    finally:
        _on_server(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _on_server(statement: str) -> None:
    server = create_engine(postgres_url(), isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with server.connect() as connection:
        connection.execute(text(statement))
