"""Random procedures that pass every check: what analysts draw, spelt out or left unsaid.

Steps in sequence, by choice, side by side and in loops; several flows out of a step, several
starts, links, milestones, ends of every kind, events on steps and in sub-processes, parts and
decision tables.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import count, pairwise
from random import Random

from engine.bpmn.checks.teaching import ExampleForm
from tests.bpmn_reading.sketching import HEAD, Surroundings, table

FORMS = {
    "chon": ExampleForm({"chon": ("a", "b", "c"), "lai": ("co", "khong"), "ty_le": None}),
    "tiep-nhan": ExampleForm({"ket_qua": ("du", "tu_choi")}),
}
DURATIONS = ("2 ngày làm việc", "0,5 ngày làm việc", "8 giờ làm việc", "3 ngày", "")
WAITS = ("5 ngày", "40 ngày", "2 ngày làm việc")
CYCLES = ("mỗi 5 ngày, 2 lần", "mỗi ngày", "mỗi 3 ngày, 3 lần")
#: Ids that SpiffWorkflow uses for itself.
RESERVED = ("Start", "End", "Root", "thu.EndJoin", "p.EndJoin")
PART = (
    f'{HEAD}<bpmn:process id="phan" name="Phần" isExecutable="true"'
    ' camunda:isStartableInTasklist="false"><bpmn:laneSet id="lan"><bpmn:lane id="L"'
    ' name="Một cửa"><bpmn:flowNodeRef>S</bpmn:flowNodeRef><bpmn:flowNodeRef>A</bpmn:flowNodeRef>'
    "<bpmn:flowNodeRef>E</bpmn:flowNodeRef></bpmn:lane></bpmn:laneSet>"
    '<bpmn:startEvent id="S" /><bpmn:userTask id="A" name="Bước A" /><bpmn:endEvent id="E" />'
    '<bpmn:sequenceFlow id="S_A" sourceRef="S" targetRef="A" />'
    '<bpmn:sequenceFlow id="A_E" sourceRef="A" targetRef="E" />'
    "</bpmn:process></bpmn:definitions>"
).encode()
TABLE = table(('"a"', '"cao"'), ('"b", "c"', '"thap"')).replace("ty_le", "chon").replace(
    'typeRef="integer"', 'typeRef="string"'
)  # fmt: skip

Drawn = tuple[list[str], str, str]  # elements and flows; the first element; the last


def surroundings() -> Surroundings:
    """What these procedures name."""
    return Surroundings(forms=dict(FORMS), decisions={"muc": TABLE}, drawings={"phan": PART})


def random_procedure(chance: Random, depth: int = 3) -> bytes:
    """A whole file, laid out by nobody."""
    sketch = _Sketch(chance)
    parts, first, last = sketch.block(depth)
    body = [*sketch.beginning(first), *sketch.ending(last), *parts, *sketch.handlers(0)]
    listed = "".join(f"<bpmn:flowNodeRef>{key}</bpmn:flowNodeRef>" for key in sketch.top)
    lanes = (
        f'<bpmn:laneSet id="cac_lan"><bpmn:lane id="L1" name="Một cửa">{listed}</bpmn:lane>'
        "</bpmn:laneSet>"
    )
    process = '<bpmn:process id="thu" name="Thử" isExecutable="true">'
    whole = [HEAD, *sketch.root, process, lanes, *body, "</bpmn:process></bpmn:definitions>"]
    return "".join(whole).encode()


class _Sketch:
    """Draws block by block. `top`: what stands at the top level; `root`: beside the process."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        self.top: list[str] = []
        self.root: list[str] = []
        self._numbers = count(1)
        self._inside = 0
        self._beside = 0  # branches around: a terminate end would end the others
        self._looping = 0  # loops around: a branch that nothing waits for would pile up
        self._reserved = list(RESERVED) if chance.random() < 0.3 else []
        self._kinds: tuple[Callable[[int], Drawn], ...] = (
            self._task, self._sequence, self._choice, self._side_by_side, self._loop,
            self._fork, self._conditional_fork, self._inclusive, self._linked, self._milestone,
            self._wait, self._event_gateway, self._hosted, self._decided, self._called,
            self._one_way_ends, self._one_branch_ends,
        )  # fmt: skip

    def block(self, depth: int) -> Drawn:
        kinds = self._kinds
        if self._inside < 2:
            kinds += (self._sub_process, self._sub_process)
        return self.chance.choice(kinds if depth else kinds[:1])(depth)

    # --- how it begins and ends -------------------------------------------------------------------

    def beginning(self, first: str) -> list[str]:
        """One start event, or several with a name each, or none at all."""
        starts = self.chance.choice((1, 1, 1, 0, 2, 3))
        made: list[str] = []
        for number in range(max(starts, 1)):
            step = self._key("B_nhan")
            made += [self.step("tiep-nhan", step), self.flow(step, first)]
            if starts:
                start = self._key("bat_dau")
                made += [self.start(start, f"Nộp hồ sơ {number}"), self.flow(start, step)]
        simple = first.startswith(("B_", "P_", "cho_", "moc_"))  # each token goes on by itself
        if starts > 1 and not (simple and self.chance.random() < 0.5):
            return [part.replace(f'targetRef="{first}"', 'targetRef="gop"') for part in made] + [
                self._own("gop", '<bpmn:exclusiveGateway id="gop" />'), self.flow("gop", first),
            ]  # fmt: skip
        return made

    def start(self, key: str, name: str = "") -> str:
        message = self.named("message") if self.chance.random() < 0.1 else ""
        return f'<bpmn:startEvent id="{key}" name="{name}">{message}</bpmn:startEvent>'

    def ending(self, last: str) -> list[str]:
        """An end event of some kind; or none, where a step stands last."""
        if last.startswith("B") and self.chance.random() < 0.2:
            return []
        kinds = ["", "", "signal", "terminate"] if not self._beside else ["", "", "signal"]
        kind = self.chance.choice(kinds)
        key = self._key("xong")
        said = self.named("signal") if kind == "signal" else ""
        said = said or (f"<bpmn:{kind}EventDefinition />" if kind else "")
        end = f'<bpmn:endEvent id="{key}" name="Trả kết quả {key}">{said}</bpmn:endEvent>'
        return [end, self.flow(last, key)]

    def handlers(self, depth: int) -> list[str]:
        """Event sub-processes of a scope, seldom."""
        if self.chance.random() < 0.85:
            return []
        key, interrupting = self._key("H"), self.chance.random() < 0.5
        self._inside += 1
        begin = self._key("gio")
        parts, first, last = self.block(depth)
        timer = self.timer(cycle=not interrupting)
        start = (
            f'<bpmn:startEvent id="{begin}" isInterrupting="{str(interrupting).lower()}">{timer}'
            "</bpmn:startEvent>"
        )
        body = "".join([start, self.flow(begin, first), *parts, *self.ending(last)])
        self._inside -= 1
        said = f'id="{key}" name="Xử lý {key}" triggeredByEvent="true"'
        return [f"<bpmn:subProcess {said}>{body}</bpmn:subProcess>"]

    # --- blocks -----------------------------------------------------------------------------------

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
        made = [
            self.step("chon", asks),
            self.flow(asks, opening),
            self.gateway("exclusive", closing),
        ]
        made.append(self.gateway("exclusive", opening, f"f_mac_dinh_{opening}", "Chọn?"))
        made += self._ways(opening, [first for _, first, _ in drawn])
        made += [self.flow(last, closing) for _, _, last in drawn]
        return [*made, *_parts(drawn)], asks, closing

    def _ways(self, source: str, targets: list[str]) -> list[str]:
        """The default first, then one way for each further answer."""
        made = [self.flow(source, targets[0], key=f"f_mac_dinh_{source}")]
        for answer, target in zip("bc", targets[1:], strict=False):
            made.append(self.flow(source, target, f"chon == '{answer}'"))
        return made

    def _side_by_side(self, depth: int) -> Drawn:
        opening, closing = self._key("G"), self._key("G")
        drawn = self._branches(depth, self.chance.randint(2, 3))
        made = [self.gateway("parallel", key) for key in (opening, closing)]
        for _, first, last in drawn:
            made += [self.flow(opening, first), self.flow(last, closing)]
        return [*made, *_parts(drawn)], opening, closing

    def _branches(self, depth: int, number: int) -> list[Drawn]:
        self._beside += 1
        drawn = [self.block(depth - 1) for _ in range(number)]
        self._beside -= 1
        return drawn

    def _fork(self, depth: int) -> Drawn:
        """Several flows out of a step or a milestone, none under a condition."""
        opening, closing = self._key("B"), self._key("G")
        drawn = self._branches(depth, 2)
        made = [self.step("", opening), self.gateway("parallel", closing)]
        for _, first, last in drawn:
            made += [self.flow(opening, first), self.flow(last, closing)]
        return [*made, *_parts(drawn)], opening, closing

    def _conditional_fork(self, depth: int) -> Drawn:
        """Several flows out of a step, some under conditions."""
        opening, closing = self._key("B"), self._key("G")
        drawn = self._branches(depth, 3)
        made = [self.gateway("inclusive", closing)]
        made += [self.flow(last, closing) for _, _, last in drawn]
        firsts = [first for _, first, _ in drawn]
        default = f"f_mac_dinh_{opening}"
        if self.chance.random() < 0.5:
            made += self._ways(opening, firsts)
        else:
            made += [self.flow(opening, firsts[0], key="", condition="")]
            made += [
                self.flow(opening, one, f"chon != '{a}'")
                for one, a in zip(firsts[1:], "bc", strict=True)
            ]
            default = ""
        made.append(self.step("chon", opening, default))
        return [*made, *_parts(drawn)], opening, closing

    def _inclusive(self, depth: int) -> Drawn:
        asks, opening, closing = self._key("B"), self._key("G"), self._key("G")
        drawn = self._branches(depth, 3)
        default = f"f_mac_dinh_{opening}"
        made = [self.step("chon", asks), self.flow(asks, opening)]
        made += [self.gateway("inclusive", opening, default, "Những gì?")]
        made += [self.gateway("inclusive", closing)]
        made += [self.flow(opening, drawn[0][1], key=default)]
        made += [self.flow(opening, drawn[1][1], "chon != 'a'")]
        made += [self.flow(opening, drawn[2][1], "chon == 'c'")]
        made += [self.flow(last, closing) for _, _, last in drawn]
        return [*made, *_parts(drawn)], asks, closing

    def _loop(self, depth: int) -> Drawn:
        opening, asks, closing = self._key("G"), self._key("B"), self._key("G")
        after = self._key("B")
        self._looping += 1
        parts, first, last = self.block(depth - 1)
        self._looping -= 1
        default = f"f_mac_dinh_{closing}"
        made = [
            self.gateway("exclusive", opening),
            self.step("chon", asks),
            self.gateway("exclusive", closing, default, "Làm lại?"),
            self.step("", after),
            self.flow(opening, first),
            self.flow(last, asks),
            self.flow(asks, closing),
            self.flow(closing, opening, "lai == 'co'"),
            self.flow(closing, after, key=default),
        ]
        return [*made, *parts], opening, after

    def _linked(self, depth: int) -> Drawn:
        """Two blocks, the way between them left out."""
        away, back = self._key("di"), self._key("den")
        one, other = self.block(depth - 1), self.block(depth - 1)
        made = [
            self._event(
                "intermediateThrowEvent", away, f'<bpmn:linkEventDefinition name="{away}" />'
            ),
            self._event(
                "intermediateCatchEvent", back, f'<bpmn:linkEventDefinition name="{away}" />'
            ),
            self.flow(one[2], away),
            self.flow(back, other[1]),
        ]
        return [*made, *_parts([one, other])], one[1], other[2]

    def _milestone(self, _depth: int) -> Drawn:
        key, said = self._key("moc"), self.named("signal") if self.chance.random() < 0.5 else ""
        return [self._event("intermediateThrowEvent", key, said)], key, key

    def _wait(self, _depth: int) -> Drawn:
        key = self._key("cho")
        return [self._event("intermediateCatchEvent", key, self.timer())], key, key

    def _event_gateway(self, depth: int) -> Drawn:
        opening, closing = self._key("G"), self._key("G")
        receives, waits = self._key("B"), self._key("cho")
        parts, first, last = self.block(depth - 1)
        made = [
            self.gateway("eventBased", opening, name="Chờ gì?"),
            self.gateway("exclusive", closing),
            self._activity("receiveTask", receives),
            self._event("intermediateCatchEvent", waits, self.timer()),
            self.flow(opening, receives), self.flow(opening, waits),
            self.flow(receives, closing), self.flow(waits, first), self.flow(last, closing),
        ]  # fmt: skip
        return [*made, *parts], opening, closing

    def _hosted(self, depth: int) -> Drawn:
        """A step or a sub-process with a timer on it that ends it, or adds to it."""
        event = self._key("bien")
        parts, host, out = self._sub_process(depth) if self._inside < 2 else self._task(depth)
        interrupting = self.chance.random() < 0.5
        self._beside += 1
        more, first, last = self.block(depth - 1)
        said = f'attachedToRef="{host}" cancelActivity="{str(interrupting).lower()}"'
        timer = self.timer(cycle=not interrupting)
        made = [
            self._event("boundaryEvent", event, timer, said),
            self.flow(event, first),
        ]
        ended = [] if interrupting else self.ending(last)
        self._beside -= 1
        if not interrupting:
            return [*made, *parts, *more, *ended], host, out
        closing = self._key("G")
        made += [self.gateway("exclusive", closing)]
        made += [self.flow(out, closing), self.flow(last, closing)]
        return [*made, *parts, *more], host, closing

    def _decided(self, depth: int) -> Drawn:
        """A decision table, and a choice by what it sets."""
        asks, rule, opening, closing = (self._key(head) for head in ("B", "D", "G", "G"))
        drawn = [self.block(depth - 1) for _ in range(2)]
        default = f"f_mac_dinh_{opening}"
        made = [
            self.step("chon", asks), self.flow(asks, rule), self.flow(rule, opening),
            f'<bpmn:businessRuleTask id="{rule}" name="Tính {rule}" camunda:decisionRef="muc" />',
            self.gateway("exclusive", opening, default, "Mức?"), self.gateway("exclusive", closing),
            self.flow(opening, drawn[0][1], "muc_huong == 'cao'"),
            self.flow(opening, drawn[1][1], key=default),
            *(self.flow(last, closing) for _, _, last in drawn),
        ]  # fmt: skip
        return [*made, *_parts(drawn)], asks, closing

    def _called(self, _depth: int) -> Drawn:
        key = self._key("P")
        return [f'<bpmn:callActivity id="{key}" name="{key}" calledElement="phan" />'], key, key

    def _one_way_ends(self, depth: int) -> Drawn:
        """A choice of which one way comes to its own end."""
        asks, opening = self._key("B"), self._key("G")
        drawn = self.block(depth - 1)
        aside = self.block(depth - 1)
        made = [self.step("chon", asks), self.flow(asks, opening)]
        made += [self.gateway("exclusive", opening, f"f_mac_dinh_{opening}", "Tiếp?")]
        made += self._ways(opening, [drawn[1], aside[1]])
        if self._beside:  # a join may wait for this way: it comes back
            closing = self._key("G")
            made += [self.gateway("exclusive", closing)]
            made += [self.flow(last, closing) for last in (drawn[2], aside[2])]
            return [*made, *_parts([drawn, aside])], asks, closing
        return [*made, *_parts([drawn, aside]), *self.ending(aside[2])], asks, drawn[2]

    def _one_branch_ends(self, depth: int) -> Drawn:
        """Two branches, of which one comes to its own end, and nothing waits for it."""
        if self._looping:
            return self._side_by_side(depth)
        opening = self._key("G")
        drawn, aside = self._branches(depth, 2)
        self._beside += 1
        made = [self.gateway("parallel", opening), *self.ending(aside[2])]
        self._beside -= 1
        made += [self.flow(opening, first) for first in (drawn[1], aside[1])]
        return [*made, *_parts([drawn, aside])], opening, drawn[2]

    def _sub_process(self, depth: int) -> Drawn:
        key = self._key("P")
        self._inside += 1
        around = self._beside, self._looping
        self._beside = self._looping = 0
        parts, first, last = self.block(depth - 1)
        made = [*parts, *self.ending(last), *self.handlers(max(depth - 2, 0))]
        if self.chance.random() < 0.7 or not first.startswith(("B", "P", "moc", "cho")):
            begin = self._key("bat_dau")
            made += [f'<bpmn:startEvent id="{begin}" />', self.flow(begin, first)]
        self._inside -= 1
        self._beside, self._looping = around
        whole = "".join(made)
        sub = f'<bpmn:subProcess id="{key}" name="Phần {key}">{whole}</bpmn:subProcess>'
        return [sub], key, key

    # --- pieces -----------------------------------------------------------------------------------

    def step(self, form: str, key: str, default: str = "") -> str:
        tag = "userTask" if form or self.chance.random() < 0.8 else "receiveTask"
        return self._activity(tag, key, form, default)

    def _activity(self, tag: str, key: str, form: str = "", default: str = "") -> str:
        due = self.chance.choice(DURATIONS) if tag == "userTask" else ""
        said = (f' camunda:formRef="{form}"' if form else "") + (
            f' camunda:dueDate="{due}"' if due else ""
        )
        said += f' default="{default}"' if default else ""
        return f'<bpmn:{tag} id="{key}" name="Bước {key}"{said} />'

    def gateway(self, kind: str, key: str, default: str = "", name: str = "") -> str:
        said = f' default="{default}"' if default else ""
        said += f' name="{name}"' if name else ""
        return f'<bpmn:{kind}Gateway id="{key}"{said} />'

    def _event(self, tag: str, key: str, about: str, said: str = "") -> str:
        return f'<bpmn:{tag} id="{key}" name="Sự kiện {key}" {said}>{about}</bpmn:{tag}>'

    def timer(self, *, cycle: bool = False) -> str:
        """A timer written in place, or by reference."""
        repeats = cycle and self.chance.random() < 0.5
        says, kind = (self.chance.choice(CYCLES), "Cycle") if repeats else (
            self.chance.choice(WAITS), "Duration",
        )  # fmt: skip
        key = f"hen_{next(self._numbers)}"
        whole = (
            f'<bpmn:timerEventDefinition id="{key}"><bpmn:time{kind}>{says}</bpmn:time{kind}>'
            "</bpmn:timerEventDefinition>"
        )
        if self.chance.random() < 0.7:
            return whole
        self.root.append(whole)
        return f"<bpmn:eventDefinitionRef>{key}</bpmn:eventDefinitionRef>"

    def named(self, kind: str) -> str:
        """What an event sends or hears, with its name beside the process."""
        key = f"ten_{next(self._numbers)}"
        self.root.append(f'<bpmn:{kind} id="{key}" name="{key}" />')
        return f'<bpmn:{kind}EventDefinition {kind}Ref="{key}" />'

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
        if self._reserved and self.chance.random() < 0.1:
            key = self._reserved.pop()
        return self._own(key, key)

    def _own(self, key: str, made: str) -> str:
        if not self._inside:
            self.top.append(key)
        return made


def _parts(drawn: list[Drawn]) -> list[str]:
    return [part for parts, _, _ in drawn for part in parts]
