"""What paths, budgets and rehearsals need: roles, calendar, the shipped drawing and its forms."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from engine.adapters.holiday_years import shipped_years
from engine.adapters.role_file import read_roles
from engine.domain.roles import RoleRegister
from engine.domain.working_calendar import WorkingCalendar
from engine.ports import Form
from forms.compiling import JsonFormCompiler

HOUSE = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def roles() -> RoleRegister:
    return read_roles(HOUSE / "bpmn" / "roles.toml")


@pytest.fixture(scope="session")
def calendar() -> WorkingCalendar:
    return WorkingCalendar(shipped_years())


@pytest.fixture(scope="session")
def qt02() -> bytes:
    return (HOUSE / "bpmn" / "liet-si" / "qt02-cap-doi-bang.bpmn").read_bytes()


@pytest.fixture(scope="session")
def forms() -> Callable[[str], Form]:
    compiler = JsonFormCompiler()

    @cache
    def form(name: str) -> Form:
        return compiler.compile((HOUSE / "forms" / f"{name}.form").read_text(encoding="utf-8"))

    return form
