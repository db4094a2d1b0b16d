"""A sample of docs/bpmn-support.md: a construct, the smallest drawing of it, our verdict."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from lxml import etree

from engine.bpmn.checks import Vocabulary, check
from engine.bpmn.checks.teaching import ExampleForm
from engine.bpmn.findings import Finding, Severity
from engine.bpmn.reading.node_kinds import NODE_TAGS
from engine.domain.roles import Role, RoleRegister

HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    ' xmlns:camunda="http://camunda.org/schema/1.0/bpmn" id="tep" targetNamespace="urn:thu">'
)
DECISION = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="dmn">
<decision id="muc" name="Mức"><decisionTable id="t" hitPolicy="FIRST">
<input id="i1" label="Kênh"><inputExpression typeRef="string"><text>kenh</text>
</inputExpression></input><output id="o1" name="muc" />
<rule id="r1"><inputEntry><text>-</text></inputEntry><outputEntry><text>"thap"</text>
</outputEntry></rule></decisionTable></decision></definitions>"""


class Verdict(StrEnum):
    """What we do with a construct."""

    RUNS = "chạy"
    NORMALISED = "chuẩn hóa"
    REFUSED = "từ chối"
    READ = "chỉ để đọc"


@dataclass(frozen=True)
class Sample:
    """A construct; `X` is its element. `rule` refuses it, `means` is what is made of it."""

    name: str
    body: str  # inside the process
    verdict: Verdict
    rule: str = ""
    means: str = ""
    root: str = ""  # beside the process
    element: str = "X"

    @property
    def content(self) -> bytes:
        """The whole file: everything in one lane."""
        process = etree.fromstring(f"{HEAD}{self.body}</definitions>".encode())
        nodes = [
            one.get("id") for one in process if etree.QName(one).localname in NODE_TAGS
        ]  # what stands in a sub-process is in its lane
        refs = "".join(f"<flowNodeRef>{key}</flowNodeRef>" for key in nodes)
        lanes = f'<laneSet id="lan"><lane id="L" name="Một cửa">{refs}</lane></laneSet>'
        return (
            f'{HEAD}{self.root}<process id="thu" name="Thử" isExecutable="true">{lanes}{self.body}'
            "</process></definitions>"
        ).encode()


def vocabulary() -> Vocabulary:
    """The surroundings of a sample: one role, one form, one decision table, one part."""
    role = Role("mot-cua", "Một cửa", "xa", "xã", internal=True)
    return Vocabulary(
        RoleRegister([role], {"xa": "UBND xã"}, {}),
        form={"don": ExampleForm({})}.get,
        decision={"muc": DECISION}.get,
        drawing={"phan": PART}.get,
    )


def findings(sample: Sample) -> tuple[Finding, ...]:
    """What the checks say of a sample, the diagram that it lacks aside."""
    return check(sample.content, "mau.bpmn", vocabulary())


def errors(sample: Sample) -> list[Finding]:
    """What refuses a sample."""
    return [one for one in findings(sample) if one.severity is Severity.ERROR]


# --- pieces --------------------------------------------------------------------------------------


def task(key: str, inner: str = "", tag: str = "userTask", **said: str) -> str:
    """An activity with a name; what people do has a form, so that a dossier is filed with it."""
    if tag in ("userTask", "receiveTask"):
        said = {"camunda__formRef": "don", **said}
    more = "".join(f' {name.replace("__", ":")}="{value}"' for name, value in said.items())
    return f'<{tag} id="{key}" name="Bước {key}"{more}>{inner}</{tag}>'


def flow(source: str, target: str, condition: str = "", key: str = "") -> str:
    inner = f"<conditionExpression>{condition}</conditionExpression>" if condition else ""
    key = key or f"{source}_{target}"
    return (
        f'<sequenceFlow id="{key}" sourceRef="{source}" targetRef="{target}">{inner}</sequenceFlow>'
    )


def line(*keys: str) -> str:
    return "".join(flow(one, other) for one, other in pairwise(keys))


def start(key: str = "S", inner: str = "") -> str:
    return f'<startEvent id="{key}" name="Bắt đầu {key}">{inner}</startEvent>'


def end(key: str = "E", inner: str = "") -> str:
    return f'<endEvent id="{key}" name="Kết thúc {key}">{inner}</endEvent>'


def around(construct: str, *more: str) -> str:
    """A construct `X` between a step and the end."""
    return start() + task("A") + construct + end() + line("S", "A", "X", "E") + "".join(more)


def beside(*more: str) -> str:
    """Something beside a plain process."""
    return start() + task("A") + end() + line("S", "A", "E") + "".join(more)


PART = (
    f'{HEAD}<process id="phan" name="Phần" isExecutable="true"'
    ' camunda:isStartableInTasklist="false"><laneSet id="lan"><lane id="L" name="Một cửa">'
    "<flowNodeRef>S</flowNodeRef><flowNodeRef>A</flowNodeRef><flowNodeRef>E</flowNodeRef></lane>"
    f"</laneSet>{beside()}</process></definitions>"
).encode()
