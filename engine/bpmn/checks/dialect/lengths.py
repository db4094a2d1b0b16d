"""The rule on lengths: what is drawn fits the places where cases keep it and pages show it."""

from __future__ import annotations

from collections.abc import Iterator

from engine.bpmn.checks.problems import problem, whole_process
from engine.bpmn.checks.rule import Problem, firm
from engine.bpmn.checks.subject import Subject, alternatives_of
from engine.bpmn.model import Flow, Lane, Node
from engine.domain.durations import parse_due
from engine.domain.errors import BadDuration
from engine.domain.messages import Message, say

#: Letters of a name, an element's id, a process id, a reference, one term, a wait that pauses.
NAME, ID, KEY, REFERENCE, TERM, PAUSE = 250, 80, 100, 200, 120, 300

_SHOWN = 40


def too_long(subject: Subject) -> Iterator[Problem]:
    """Names, ids, references and terms are no longer than their columns.

    Tên, mã, tham chiếu và thời hạn không dài quá chỗ mà hồ sơ lưu chúng: tên 250 ký tự, mã 80, mã
    quy trình 100, mỗi thời hạn 120. Dài hơn thì trang và bản in không còn chỗ.
    """
    yield from _of_the_process(subject)
    for lane in subject.drawing.lanes.values():
        yield from _named(lane)
    for node in subject.nodes:
        yield from _of_node(node)
    for flow in subject.drawn.flows.values():
        yield from _named(flow)


def _of_the_process(subject: Subject) -> Iterator[Problem]:
    drawing = subject.drawing
    terms = (drawing.legal_term, *drawing.authority_terms.values())
    for message, remedy in (
        *_over(say("mã quy trình"), drawing.key, KEY),
        *_over(say("tên quy trình"), drawing.name, NAME),
        *(each for text in terms for each in _terms(text)),
    ):
        yield whole_process(drawing, message, remedy)


def _named(thing: Node | Flow | Lane) -> Iterator[Problem]:
    for message, remedy in (*_over(say("mã"), thing.id, ID), *_over(say("tên"), thing.name, NAME)):
        yield problem(thing, message, remedy)


def _of_node(node: Node) -> Iterator[Problem]:
    yield from _named(node)
    for message, remedy in (
        *_over(say("tên biểu mẫu"), node.form, REFERENCE),
        *_over(say("mã được gọi"), node.called, KEY),
        *_terms(node.due),
        *_terms(node.timer),
    ):
        yield problem(node, message, remedy)
    if node.clock_paused and len(node.id) <= ID and len(node.name) <= NAME:
        for message, remedy in _over(say("mã và tên"), f"{node.id} – {node.name}", PAUSE):
            yield problem(node, message, remedy)


def _terms(text: str | None) -> Iterator[tuple[Message, Message]]:
    """The values of a term that are too long, as drawn or as they are stored."""
    for alternative in alternatives_of(text):
        try:
            stored = str(parse_due(alternative.value))
        except BadDuration:
            stored = alternative.value
        yield from _over(say("thời hạn"), max(stored, alternative.value, key=len), TERM)


def _over(what: Message, text: str | None, limit: int) -> Iterator[tuple[Message, Message]]:
    if text and len(text) > limit:
        message = say(
            "“%(text)s…”: %(what)s dài %(count)s ký tự, tối đa là %(limit)s.",
            text=text[:_SHOWN],
            what=what,
            count=len(text),
            limit=limit,
        )
        yield message, say("Rút gọn; điều cần nói thêm thì ghi ở phần mô tả (documentation).")


RULES = (firm("too-long", too_long),)
