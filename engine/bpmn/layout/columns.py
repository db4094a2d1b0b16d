"""Which column each element stands in: after everything it follows, loops left aside."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

Edge = tuple[str, str]


def columns(elements: Sequence[str], edges: Iterable[Edge]) -> tuple[dict[str, int], set[Edge]]:
    """The column of each element, from 0, and the edges that lead back.

    An element stands one column after the last of those it follows. What leads back is found by
    walking from the elements in the order given, so that the same drawing is always read alike.
    """
    followers: dict[str, list[str]] = {element: [] for element in elements}
    for source, target in edges:
        followers[source].append(target)
    back = _backward(elements, followers)
    found = dict.fromkeys(elements, 0)
    waiting = dict.fromkeys(elements, 0)
    for source, targets in followers.items():
        for target in targets:
            waiting[target] += (source, target) not in back
    ready = [element for element in elements if waiting[element] == 0]
    while ready:
        element = ready.pop()
        for target in followers[element]:
            if (element, target) in back:
                continue
            found[target] = max(found[target], found[element] + 1)
            waiting[target] -= 1
            if waiting[target] == 0:
                ready.append(target)
    return found, back


def _backward(elements: Sequence[str], followers: Mapping[str, Sequence[str]]) -> set[Edge]:
    """Edges to an element from which one came: walked without recursion, drawings may be long."""
    entered = {target for targets in followers.values() for target in targets}
    begun: set[str] = set()
    done: set[str] = set()
    back: set[Edge] = set()
    for first in sorted(elements, key=lambda element: element in entered):
        stack = [(first, iter(followers[first]))] if first not in begun else []
        begun.add(first)
        while stack:
            element, rest = stack[-1]
            target = next(rest, None)
            if target is None:
                done.add(element)
                stack.pop()
            elif target not in begun:
                begun.add(target)
                stack.append((target, iter(followers[target])))
            elif target not in done:
                back.add((element, target))
    return back
