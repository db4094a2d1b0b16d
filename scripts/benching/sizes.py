"""How long the checks take, and how much memory, as drawings grow."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from time import perf_counter

from engine.bpmn.checks import check
from scripts.benching.measuring import Measured, say
from tests.bpmn_reading.large_drawings import large_drawing
from tests.bpmn_reading.sketching import Surroundings

#: Elements -> at most so many seconds.
BOUNDS = {300: 1.0, 10_000: 20.0}
MEMORY_MB = 1024


def sizes(quick: bool) -> list[Measured]:
    """Each size in a process of its own: the memory is then its own as well."""
    measured = []
    for elements, bound in BOUNDS.items():
        if quick and elements > 1000:
            continue
        say(f"checking a drawing of {elements} elements …")
        command = [sys.executable, "-m", "scripts.benching.sizes", str(elements)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
        told = json.loads(done.stdout)
        seen = {"findings": told["findings"], "elements": told["elements"]}
        measured.append(Measured(f"check_{elements}_seconds", told["seconds"], bound, seen))
        if elements == max(BOUNDS):
            measured.append(Measured(f"check_{elements}_mb", told["mb"], MEMORY_MB))
    return measured


def measure(elements: int) -> dict[str, float]:
    """One check, from the bytes to the findings, of a process that has checked nothing before."""
    content = large_drawing(elements)
    vocabulary = Surroundings().vocabulary()
    begun = perf_counter()
    findings = check(content, "lon.bpmn", vocabulary)
    spent = perf_counter() - begun
    return {
        "elements": content.count(b"<bpmndi:BPMNShape") + content.count(b"<bpmndi:BPMNEdge"),
        "seconds": spent,
        "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "findings": len(findings),
    }


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]))))
