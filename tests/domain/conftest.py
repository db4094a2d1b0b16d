"""The shipped calendar, and moments as a Vietnamese office writes them."""

from __future__ import annotations

import pytest

from engine.adapters.holiday_years import shipped_years
from engine.domain.working_calendar import WorkingCalendar


@pytest.fixture(scope="session")
def calendar() -> WorkingCalendar:
    return WorkingCalendar(shipped_years())
