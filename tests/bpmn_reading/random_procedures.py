"""Random procedures that pass every check: steps in sequence, by choice, side by side, in loops."""

from __future__ import annotations

from itertools import count, pairwise
from random import Random

from engine.bpmn.checks.teaching import ExampleForm
from tests.bpmn_reading.sketching import HEAD, Surroundings

FORMS = {
    "chon": ExampleForm({"chon": ("a", "b", "c"), "lai": ("co", "khong")}),
    "tiep-nhan": ExampleForm({"ket_qua": ("du", "tu_choi")}),
}
DURATIONS = ("2 ngày làm việc", "0,5 ngày làm việc", "8 giờ làm việc", "3 ngày", "")

Drawn = tuple[list[str], str, str]  # elements and flows; the first element; the last


def surroundings() -> Surroundings:
    """What these procedures name."""
    return Surroundings(forms=dict(FORMS))


def random_procedure(chance: Random, depth: int = 3) -> bytes:
    """A whole file, laid out by nobody."""
    sketch = _Sketch(chance)
    parts, first, last = sketch.block(depth)
    ends = [
        '<bpmn:startEvent id="bat_dau" name="Nộp hồ sơ" />',
        sketch.step("tiep-nhan", "B_nhan"),
        '<bpmn:endEvent id="xong" name="Trả kết quả" />',
        sketch.flow("bat_dau", "B_nhan"),
        sketch.flow("B_nhan", first),
        sketch.flow(last, "xong"),
    ]
    listed = "".join(
        f"<bpmn:flowNodeRef>{key}</bpmn:flowNodeRef>"
        for key in ("bat_dau", "B_nhan", "xong", *sketch.top)
    )
    lanes = (
        f'<bpmn:laneSet id="cac_lan"><bpmn:lane id="L1" name="Một cửa">{listed}</bpmn:lane>'
        "</bpmn:laneSet>"
    )
    body = "".join([lanes, *ends, *parts])
    process = '<bpmn:process id="thu" name="Thử" isExecutable="true">'
    return f"{HEAD}{process}{body}</bpmn:process></bpmn:definitions>".encode()


class _Sketch:
    """Draws block by block. `top`: what stands at the top level."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.top: list[str] = []
        self._numbers = count(1)
        self._inside = 0

    def block(self, depth: int) -> Drawn:
        kinds = [self._task, self._sequence, self._choice, self._side_by_side, self._loop]
        if self._inside < 2:
            kinds.append(self._sub_process)
        return self.chance.choice(kinds if depth else [self._task])(depth)

    def _task(self, _depth: int) -> Drawn:
        key = self._key("B")
        return [self.step("", key)], key, key

    def _sequence(self, depth: int) -> Drawn:
        drawn = [self.block(depth - 1) for _ in range(self.chance.randint(2, 3))]
        links = [self.flow(one[2], other[1]) for one, other in pairwise(drawn)]
        return [*_parts(drawn), *links], drawn[0][1], drawn[-1][2]

    def _choice(self, depth: int) -> Drawn:
        asks, opening, closing = self._key("B"), self._key("G"), self._key("G")
        drawn = [self.block(depth - 1) for _ in range(self.chance.randint(2, 3))]
        default = f"f_mac_dinh_{opening}"
        made = [
            self.step("chon", asks),
            f'<bpmn:exclusiveGateway id="{opening}" name="Chọn?" default="{default}" />',
            f'<bpmn:exclusiveGateway id="{closing}" />',
            self.flow(asks, opening),
        ]
        for answer, (_, first, last) in zip(("", "b", "c"), drawn, strict=False):
            made.append(
                self.flow(opening, first, f"chon == '{answer}'")
                if answer
                else self.flow(opening, first, key=default)
            )
            made.append(self.flow(last, closing))
        return [*made, *_parts(drawn)], asks, closing

    def _side_by_side(self, depth: int) -> Drawn:
        opening, closing = self._key("G"), self._key("G")
        drawn = [self.block(depth - 1) for _ in range(self.chance.randint(2, 3))]
        made = [f'<bpmn:parallelGateway id="{key}" />' for key in (opening, closing)]
        for _, first, last in drawn:
            made += [self.flow(opening, first), self.flow(last, closing)]
        return [*made, *_parts(drawn)], opening, closing

    def _loop(self, depth: int) -> Drawn:
        opening, asks, closing = self._key("G"), self._key("B"), self._key("G")
        after = self._key("B")
        parts, first, last = self.block(depth - 1)
        default = f"f_mac_dinh_{closing}"
        made = [
            f'<bpmn:exclusiveGateway id="{opening}" />',
            self.step("chon", asks),
            f'<bpmn:exclusiveGateway id="{closing}" name="Làm lại?" default="{default}" />',
            self.step("", after),
            self.flow(opening, first),
            self.flow(last, asks),
            self.flow(asks, closing),
            self.flow(closing, opening, "lai == 'co'"),
            self.flow(closing, after, key=default),
        ]
        return [*made, *parts], opening, after

    def _sub_process(self, depth: int) -> Drawn:
        key = self._key("P")
        self._inside += 1
        parts, first, last = self.block(depth - 1)
        begin, over = self._key("bat_dau"), self._key("xong")
        inside = [
            f'<bpmn:startEvent id="{begin}" />',
            f'<bpmn:endEvent id="{over}" />',
            self.flow(begin, first),
            self.flow(last, over),
        ]
        self._inside -= 1
        whole = "".join([*inside, *parts])
        return (
            [f'<bpmn:subProcess id="{key}" name="Phần {key}">{whole}</bpmn:subProcess>'],
            key,
            key,
        )

    def step(self, form: str, key: str) -> str:
        due = self.chance.choice(DURATIONS)
        said = (f' camunda:formRef="{form}"' if form else "") + (
            f' camunda:dueDate="{due}"' if due else ""
        )
        return f'<bpmn:userTask id="{key}" name="Bước {key}"{said} />'

    def flow(self, source: str, target: str, condition: str = "", key: str = "") -> str:
        key = key or f"f{next(self._numbers)}"
        said = (
            f"<bpmn:conditionExpression>${{{condition}}}</bpmn:conditionExpression>"
            if condition
            else ""
        )
        ends = f'sourceRef="{source}" targetRef="{target}"'
        return f'<bpmn:sequenceFlow id="{key}" {ends}>{said}</bpmn:sequenceFlow>'

    def _key(self, head: str) -> str:
        key = f"{head}_{next(self._numbers)}"
        if not self._inside:
            self.top.append(key)
        return key


def _parts(drawn: list[Drawn]) -> list[str]:
    return [part for parts, _, _ in drawn for part in parts]
