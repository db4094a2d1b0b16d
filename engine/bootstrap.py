"""Composition: settings, ports, clock and roles become one Application."""

from __future__ import annotations

from pathlib import Path

from engine.adapters.role_file import read_roles
from engine.bpmn.checks import ALL_RULES
from engine.bpmn.checks.severities import read_severities
from engine.domain.clock import Clock, SystemClock
from engine.domain.roles import RoleRegister
from engine.persistence.database import make_engine
from engine.ports import Ports
from engine.services.act import Act, Application
from engine.settings import Settings

#: The folders of drawings and forms, beside this package.
HOUSE = Path(__file__).resolve().parent.parent
BPMN_DIR = HOUSE / "bpmn"
FORMS_DIR = HOUSE / "forms"
PRINT_DIR = FORMS_DIR / "print"


def build(
    settings: Settings,
    ports: Ports,
    clock: Clock | None = None,
    roles: RoleRegister | None = None,
    forms_dir: Path | None = FORMS_DIR,
    drawings_dir: Path | None = BPMN_DIR,
) -> Application:
    """The application over the database of `settings` (which `db upgrade` must have migrated)."""
    return Application(
        settings=settings,
        database=make_engine(settings.database_url),
        ports=ports,
        clock=clock or SystemClock(),
        roles=roles or read_roles(BPMN_DIR / "roles.toml"),
        forms_dir=forms_dir,
        print_dir=PRINT_DIR,
        drawings_dir=drawings_dir,
        severities=read_severities(BPMN_DIR / "rules.toml", ALL_RULES),
    )


__all__ = ("BPMN_DIR", "FORMS_DIR", "HOUSE", "PRINT_DIR", "Act", "Application", "build")
