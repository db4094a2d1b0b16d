"""The proof of time of a deployed version, worked out once."""

from __future__ import annotations

from engine.bpmn.budgets import Budget
from engine.bpmn.budgets.budgeting import budget_of, explorer_of_spec
from engine.persistence.calendars import load_calendar
from engine.services.act import Act


def proof_of(act: Act, version_id: int) -> Budget:
    """What every way through a version counts, beside its terms. Raises BadDuration."""
    shelf = act.app.shelf
    found = shelf.budgets.get(version_id)
    if found is None:
        loaded = act.version(version_id)
        calendar = load_calendar(act.session, act.app.settings.shifts)
        explorer = explorer_of_spec(loaded.spec, loaded.forms.get)
        found = budget_of(explorer, act.app.roles, calendar.hours_per_day)
        shelf.budgets[version_id] = found
    return found
