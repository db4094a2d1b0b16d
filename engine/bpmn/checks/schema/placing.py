"""To which figure of a diagram an element belongs, and what that figure shows."""

from __future__ import annotations

from lxml import etree

_FIGURES = frozenset({"BPMNShape", "BPMNEdge"})


def figure_of(element: etree._Element) -> etree._Element | None:
    """The shape or edge that an element is, or is part of; None outside diagrams."""
    for here in (element, *element.iterancestors()):
        if etree.QName(here).localname in _FIGURES:
            return here
    return None


def shown_by(figure: etree._Element) -> str:
    """The id of what a figure shows; `""` where it does not say."""
    return (figure.get("bpmnElement") or "").strip().rpartition(":")[2]
