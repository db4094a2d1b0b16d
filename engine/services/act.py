"""The application as acts see it, and one act: a transaction, a moment, somebody who acts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from engine.bpmn.findings import Severity
from engine.domain.access import SYSTEM, Actor
from engine.domain.clock import Clock, local_day
from engine.domain.roles import RoleRegister
from engine.persistence.database import unit_of_work
from engine.persistence.people import actor_of
from engine.persistence.versions import version_texts
from engine.ports import Ports
from engine.services.shelf import LoadedVersion, Shelf
from engine.settings import Settings


@dataclass(frozen=True)
class Application:
    """What is composed once per process (by `engine.bootstrap.build`) and shared by all acts."""

    settings: Settings
    database: Engine
    ports: Ports
    clock: Clock
    roles: RoleRegister
    forms_dir: Path | None = None  # `forms/`: where a deployment finds the forms it names
    print_dir: Path | None = None  # `forms/print/`: templates of what no drawing names
    drawings_dir: Path | None = None  # `bpmn/`: and the drawings and decisions that others call
    #: How grave the rules on drawings are here (`bpmn/rules.toml`); None: switched off.
    severities: Mapping[str, Severity | None] = field(default_factory=dict)
    shelf: Shelf = field(default_factory=Shelf)  # loaded versions, by id

    @contextmanager
    def act(self, user_id: int | None, write: bool = True) -> Iterator[Act]:
        """One transaction for one act: commits on success, rolls back on any exception.

        `user_id` None is the system itself (worker, command line, signing in): the rules allow
        it everything, so pages of somebody signed in always hand in who that is.
        Raises NotFound when there is no such user or the account is locked.
        """
        now = self.clock.now()
        with unit_of_work(self.database, write=write) as session:
            actor = SYSTEM if user_id is None else actor_of(session, user_id, local_day(now))
            yield Act(session=session, now=now, actor=actor, app=self)


@dataclass(frozen=True)
class Act:
    """One act: its transaction, its one moment, its actor."""

    session: Session
    now: datetime
    actor: Actor
    app: Application

    @property
    def today(self) -> date:
        """The Vietnamese calendar date of the act."""
        return local_day(self.now)

    def version(self, version_id: int) -> LoadedVersion:
        """A version with everything it pins, from the shelf."""
        found = self.app.shelf.get(version_id)
        if found is None:
            texts = version_texts(self.session, version_id)
            found = self.app.shelf.put(version_id, texts, self.app.ports.forms)
        return found
