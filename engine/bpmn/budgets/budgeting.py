"""The time a drawing gives each authority, on every loop-free way, beside the terms it states."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction

from engine.bpmn.budgets import Budget
from engine.bpmn.budgets.counting import way_budget
from engine.bpmn.decisions import read_decisions
from engine.bpmn.decisions.tables import DecisionTable
from engine.bpmn.execution.specs import Spec
from engine.bpmn.model import Drawing
from engine.bpmn.reading.dialect import read_drawing
from engine.bpmn.reading.explicit import explicit
from engine.bpmn.ways.branches import beside_events
from engine.bpmn.ways.paths import FACTS, Explorer
from engine.domain.messages import Message, say
from engine.domain.roles import RoleRegister
from engine.ports import Form

Forms = Callable[[str], Form | None]


def budget(
    drawing: bytes,
    roles: RoleRegister,
    hours_per_day: Fraction,
    called: Mapping[str, bytes] | None = None,
    form: Forms | None = None,
    decisions: Mapping[str, bytes] | None = None,
) -> Budget:
    """The budget of a drawing. Raises DrawingRefused when it cannot be read, BadDuration.

    With `form` (form name -> Form) and `decisions` (DMN files) the ways are told apart more
    exactly: a variable that nobody on a way can have answered is then known to be null, and what
    a table sets follows from what it reads.
    """
    return budget_of(explorer_of(drawing, called, decisions, form), roles, hours_per_day)


def explorer_of(
    drawing: bytes,
    called: Mapping[str, bytes] | None = None,
    decisions: Mapping[str, bytes] | None = None,
    form: Forms | None = None,
) -> Explorer:
    """Finds the ways through a drawing, with all that is known of it. Raises DrawingRefused."""
    main = explicit(read_drawing(drawing, ""))
    others = {key: explicit(read_drawing(content, key)) for key, content in (called or {}).items()}
    tables: dict[str, DecisionTable] = {}
    for name, content in (decisions or {}).items():
        tables.update(read_decisions(content, name)[0])
    return Explorer(main, others, form, FACTS, tables.get)


def explorer_of_spec(
    spec: Spec, form: Forms, begun: Mapping[str, object] | None = None
) -> Explorer:
    """Finds the ways through a parsed drawing and what it calls.

    `begun` says where the dossier began, where the drawing has several start events.
    """
    facts = {**FACTS, **(begun or {})}
    return Explorer(spec.drawing(spec.main), spec.drawings, form, facts, spec.tables.get)


def budget_of(explorer: Explorer, roles: RoleRegister, hours_per_day: Fraction) -> Budget:
    """The budget of the ways that `explorer` finds. Raises BadDuration."""
    paths, complete = explorer.paths()
    counted = tuple(way_budget(explorer, path, roles, hours_per_day) for path in paths)
    beside = (note for each in explorer.drawings.values() for note in _beside(each))
    main = explorer.drawing
    return Budget(
        key=main.key,
        name=main.name,
        paths=counted,
        complete=complete,
        roles=roles,
        stated=main.legal_term is not None,
        notes=(*beside, *explorer.notes()),
    )


def _beside(drawing: Drawing) -> Iterator[Message]:
    """What timers that interrupt nothing add: more work, on no way."""
    for event in beside_events(drawing):
        yield say(
            "Hẹn giờ “%(timer)s” không ngắt việc nào: phần việc của nó là làm thêm, không nằm "
            "trên đường đi nào và không tính vào đây.",
            timer=event.name or event.id,
        )
