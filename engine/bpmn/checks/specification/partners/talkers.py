"""Which participant stands behind the end of a message flow: a pool, or what is drawn in it."""

from __future__ import annotations

from lxml import etree

from engine.bpmn.checks.definitions import Definitions
from engine.bpmn.reading.elements import local


class Talkers:
    """The participants of a file by their processes."""

    def __init__(self, definitions: Definitions) -> None:
        self._definitions = definitions
        self._of_process: dict[etree._Element, etree._Element] = {}
        for pool in definitions.all("participant"):
            process = definitions.resolve(pool, pool.get("processRef"))
            if process is not None:
                self._of_process.setdefault(process, pool)

    def behind(self, flow: etree._Element, end: str) -> etree._Element | None:
        """Who sends (`sourceRef`) or receives (`targetRef`) by a message flow."""
        found = self._definitions.resolve(flow, flow.get(end))
        if found is None or local(found) == "participant":
            return found
        for up in found.iterancestors():
            if up in self._of_process:
                return self._of_process[up]
        return None
