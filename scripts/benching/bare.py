"""The yardstick: the same drawing walked by plain SpiffWorkflow, in memory, with nothing around."""

from __future__ import annotations

from collections.abc import Sequence
from time import perf_counter

from lxml import etree
from SpiffWorkflow.bpmn.parser.BpmnParser import BpmnParser
from SpiffWorkflow.bpmn.workflow import BpmnWorkflow
from SpiffWorkflow.util.task import TaskState

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"

#: What SpiffWorkflow's own parser neither needs nor reads.
LEFT_OUT = ("extensionElements", "documentation", "laneSet", "collaboration")

Step = tuple[str, dict[str, object]]


def plain(drawing: bytes) -> bytes:
    """The drawing as SpiffWorkflow's own parser accepts it: conditions in Python, no waits by
    message, no picture.
    """
    root = etree.fromstring(drawing, etree.XMLParser(resolve_entities=False, no_network=True))
    for element in list(root.iter(etree.Element)):
        name = etree.QName(element).localname
        for attribute in element.attrib:
            if attribute.startswith("{") and etree.QName(attribute).namespace.endswith(
                "camunda/1.0/bpmn"
            ):
                del element.attrib[attribute]
        if name in LEFT_OUT or name == "BPMNDiagram":
            element.getparent().remove(element)
        elif name == "receiveTask":
            element.tag = f"{BPMN}userTask"
        elif name == "conditionExpression":
            element.text = element.text.strip().removeprefix("${").removesuffix("}")
        elif name == "timeDuration":
            element.text = '"P40D"'
    return etree.tostring(root)


def parse(drawing: bytes) -> object:
    """SpiffWorkflow's spec of the only process drawn."""
    parser = BpmnParser()
    parser.add_bpmn_xml(etree.fromstring(plain(drawing)), filename="bench.bpmn")
    [process] = parser.get_process_ids()
    return parser.get_spec(process)


def walk(spec: object, steps: Sequence[Step]) -> list[float]:
    """Seconds of each human step: run with its answers, then everything up to the next one."""
    workflow = BpmnWorkflow(spec)
    workflow.do_engine_steps()
    times = []
    for element, answers in steps:
        begun = perf_counter()
        task = workflow.get_next_task(state=TaskState.READY, manual=True)
        task.data.update(answers)
        task.run()
        workflow.do_engine_steps()
        times.append(perf_counter() - begun)
        if task.task_spec.name != element:
            raise RuntimeError(f"{task.task_spec.name} was open where {element} was expected")
    if not workflow.is_completed():
        raise RuntimeError("the walk did not end")
    return times
