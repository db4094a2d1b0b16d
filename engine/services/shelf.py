"""Versions of procedures as the engine uses them, loaded once per process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock

from engine.bpmn.model import Drawing, Node
from engine.bpmn.specs import Spec
from engine.ports import Form


@dataclass(frozen=True)
class LoadedVersion:
    """A version with everything it pins, parsed and compiled. It never changes."""

    id: int
    spec: Spec
    forms: Mapping[str, Form]  # by the name drawn in camunda:formRef

    @property
    def drawing(self) -> Drawing:
        """The main drawing."""
        raise NotImplementedError

    def node(self, process: str, element: str) -> Node:
        """A flow node of the main drawing or of one it calls."""
        raise NotImplementedError

    def form_of(self, process: str, element: str) -> Form | None:
        """The form drawn at an element."""
        raise NotImplementedError


class Shelf:
    """Loaded versions by id; a version is immutable, so nothing here grows stale."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._versions: dict[int, LoadedVersion] = {}
