"""Forms that are drawn at several elements: each of these has answers of its own."""

from __future__ import annotations

from collections import Counter

from engine.bpmn.execution.specs import Spec


def shared_forms(spec: Spec) -> frozenset[str]:
    """Their names as drawn, over the main drawing and all it calls."""
    drawn = Counter(
        node.form
        for drawing in spec.drawings.values()
        for node in drawing.nodes.values()
        if node.form
    )
    return frozenset(name for name, times in drawn.items() if times > 1)
