"""Versions of procedures as the engine uses them, loaded once per process."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from threading import Lock

from engine.bpmn.budgets import Budget
from engine.bpmn.decisions.coverage import Coverage
from engine.bpmn.execution.specs import Spec, parse_spec
from engine.bpmn.expressions import names_in
from engine.bpmn.model import STARTING, Drawing, Node
from engine.persistence.versions import VersionTexts
from engine.ports import Form, FormCompiler
from engine.services import projecting
from engine.services.answering import Placed
from engine.services.shared_forms import shared_forms


@dataclass(frozen=True)
class LoadedVersion:
    """A version with everything it pins, parsed and compiled. It never changes."""

    id: int
    spec: Spec
    forms: Mapping[str, Form]  # by the name drawn in camunda:formRef
    templates: Mapping[str, bytes] = field(default_factory=dict)  # of printed documents, by file

    @cached_property
    def drawing(self) -> Drawing:
        """The main drawing."""
        return self.spec.drawing(self.spec.main)

    def node(self, process: str, element: str) -> Node:
        """A flow node of the main drawing or of one it calls."""
        return self.spec.drawing(process).nodes[element]

    def form_of(self, process: str, element: str) -> Form | None:
        """The form drawn at an element."""
        name = self.node(process, element).form
        return self.forms[name] if name else None

    def key(self, process: str, element: str) -> str:
        """An element's name inside the case: its id, with the drawing's key in a called drawing."""
        return element if process == self.spec.main else f"{process}/{element}"

    @cached_property
    def starts(self) -> tuple[Node, ...]:
        """The start events; where there are several, a dossier says at which it begins."""
        return self.drawing.starts()

    @cached_property
    def filings(self) -> Mapping[str, Node]:
        """The first step by start event: filing the dossier, again for each supplement."""
        return projecting.filings_of(self.drawing)

    @property
    def filing(self) -> Node:
        """The first step behind the first start event."""
        return next(iter(self.filings.values()))

    def filing_from(self, data: Mapping[str, object]) -> Node:
        """The first step of a dossier, by where its data say that it began."""
        return self.filings.get(str(data.get(STARTING)), self.filing)

    def is_filing(self, process: str, element: str) -> bool:
        """Whether it is a first step; a called drawing may have one of the same id."""
        first = {node.id for node in self.filings.values()}
        return process == self.spec.main and element in first

    @cached_property
    def shared_dues(self) -> frozenset[tuple[str, str]]:
        """(process, element) of the steps whose moment another step shares."""
        return projecting.shared_dues(self.spec)

    @cached_property
    def pausing_timers(self) -> bool:
        """Whether any timer of the drawings stops the legal clock while it waits."""
        return any(
            node.clock_paused and node.timer
            for drawing in self.spec.drawings.values()
            for node in drawing.nodes.values()
        )

    @cached_property
    def deciding(self) -> frozenset[str]:
        """Variables that choose the way at some gateway: decisions, asked afresh each round."""
        flows = (flow for one in self.spec.drawings.values() for flow in one.flows.values())
        conditions = (flow.condition for flow in flows)
        return frozenset().union(*(names_in(text) for text in conditions if text))

    @cached_property
    def ruling(self) -> Mapping[str, tuple[object, ...]]:
        """Variables that decision tables read, with one value for each way they treat it."""
        found: dict[str, tuple[object, ...]] = {}
        for table in self.spec.tables.values():
            for name, values in Coverage(table).told_apart().items():
                found[name] = tuple(dict.fromkeys((*found.get(name, ()), *values)))
        return found

    @cached_property
    def shared_forms(self) -> frozenset[str]:
        """Forms that are drawn at several elements: each element has answers of its own."""
        return shared_forms(self.spec)


class Shelf:
    """Loaded versions by id; a version is immutable, so nothing here grows stale."""

    def __init__(self, versions: Iterable[LoadedVersion] = ()) -> None:
        self._lock = Lock()
        self._versions = {version.id: version for version in versions}
        #: The day and the newest version for which they were found, and the roles that file then.
        self.filing: tuple[tuple[date, int], frozenset[str]] | None = None
        #: Main drawings by version id, where nothing else of a version is asked for.
        self.drawings: dict[int, Drawing] = {}
        #: (version id, start event where there are several) -> the answers of its longest granted
        #: way (services.expecting).
        self.longest: dict[tuple[int, str], Placed] = {}
        #: Version id -> what its ways count (services.time_proofs).
        self.budgets: dict[int, Budget] = {}

    def get(self, version_id: int) -> LoadedVersion | None:
        return self._versions.get(version_id)

    def put(self, version_id: int, texts: VersionTexts, compiler: FormCompiler) -> LoadedVersion:
        """Parses and compiles what a version pins, once even when several acts ask at once."""
        with self._lock:
            found = self._versions.get(version_id)
            if found is None:
                found = self._versions[version_id] = LoadedVersion(
                    id=version_id,
                    spec=parse_spec(texts.drawing, texts.called, texts.decisions),
                    forms={name: compiler.compile(text) for name, text in texts.forms.items()},
                    templates=dict(texts.documents),
                )
            return found
