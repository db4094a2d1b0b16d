"""Rules on what other tools and engines write into a file, by name, with what to use instead."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lxml import etree

from engine.bpmn.checks.definitions import Definitions, Extension
from engine.bpmn.checks.problems import label, problem_at
from engine.bpmn.checks.rule import Problem, Rule, firm, warning
from engine.bpmn.checks.schema.slips import is_like_camunda
from engine.bpmn.checks.tool_words import ENGINES, Meaning, instead, meaning
from engine.bpmn.model import Kind
from engine.bpmn.reading import CAMUNDA
from engine.bpmn.reading.elements import bpmn, local
from engine.bpmn.reading.node_kinds import NODE_TAGS, kind_of
from engine.domain.messages import Message, say

#: What the dialect reads of Camunda 7, and where.
_READ: Mapping[str, frozenset[str]] = {
    "userTask": frozenset({"dueDate", "candidateGroups", "formRef"}),
    "receiveTask": frozenset({"dueDate", "candidateGroups", "formRef"}),
    "businessRuleTask": frozenset({"decisionRef"}),
}
#: Which version is meant: the deployed one pins what it names, which is what `deployment` says.
_BINDINGS = frozenset({"formRefBinding", "decisionRefBinding", "calledElementBinding"})
_REPEATING = frozenset({"standardLoopCharacteristics", "multiInstanceLoopCharacteristics"})


def foreign_performer(definitions: Definitions) -> Iterator[Problem]:
    """Who works is said by the lane, and by Camunda 7's candidate groups, not by persons' names or
    by the settings of another engine.

    Ai làm do làn và Candidate groups (Camunda 7) nói, không do tên người hay thiết lập của công cụ
    khác.
    """
    return _told(definitions, Meaning.PERFORMER)


def foreign_form(definitions: Definitions) -> Iterator[Problem]:
    """What is asked at a step is a form of its own, named in Camunda 7's form reference.

    Ô nhập của một bước nằm trong tệp biểu mẫu riêng, nêu tên ở Form reference (Camunda 7).
    """
    return _told(definitions, Meaning.FORM)


def foreign_time(definitions: Definitions) -> Iterator[Problem]:
    """How long a step may take is said in Camunda 7's due date, in the words of the dialect.

    Thời hạn của bước ghi ở Due date (Camunda 7) bằng lời, không bằng thiết lập của công cụ khác.
    """
    return _told(definitions, Meaning.TIME)


def foreign_code(definitions: Definitions) -> Iterator[Problem]:
    """Nothing in a drawing calls program code: no class, script, connector or worker.

    Trong bản vẽ không có gì gọi mã chương trình: không lớp (class), mã lệnh, bộ kết nối (connector)
    hay trình xử lý ngoài (worker).
    """
    return _told(definitions, Meaning.CODE)


def foreign_listener(definitions: Definitions) -> Iterator[Problem]:
    """Nothing in a drawing listens for events of an engine.

    Trong bản vẽ không gắn bộ lắng nghe (listener) hay mã chạy trước, chạy sau bước.
    """
    return _told(definitions, Meaning.LISTENER)


def foreign_data(definitions: Definitions) -> Iterator[Problem]:
    """Steps and called parts share the data of the dossier: nothing is copied in or out.

    Các bước và phần được gọi dùng chung dữ liệu của hồ sơ: không ánh xạ biến vào, biến ra.
    """
    return _told(definitions, Meaning.DATA)


def foreign_call(definitions: Definitions) -> Iterator[Problem]:
    """What is called is named as BPMN and Camunda 7 do, without version or tenant.

    Phần được gọi và bảng quyết định nêu tên như Camunda 7, không kèm số bản hay mã khách thuê
    (tenant).
    """
    return _told(definitions, Meaning.CALL)


def foreign_message(definitions: Definitions) -> Iterator[Problem]:
    """Messages of another engine are waits in which a role records what has come.

    Thông điệp của công cụ khác phải vẽ thành bước nhận, có chức danh ghi nhận điều đã đến.
    """
    return _told(definitions, Meaning.MESSAGE)


def foreign_setting(definitions: Definitions) -> Iterator[Problem]:
    """No settings of another engine that this one would ignore.

    Không có thiết lập nào dành cho công cụ khác mà hệ thống sẽ bỏ qua.
    """
    return _told(definitions, Meaning.OTHER)


def foreign_running(definitions: Definitions) -> Iterator[Problem]:
    """Settings for the running of another engine are not needed: without them every dossier goes
    the same way.

    Thiết lập cho cách chạy của công cụ khác là thừa: bỏ đi thì hồ sơ vẫn đi như cũ.
    """
    return _told(definitions, Meaning.RUNNING)


def unknown_extension(definitions: Definitions) -> Iterator[Problem]:
    """What a file holds beside BPMN is of a tool that is known; nothing is passed over in silence.

    Nội dung thêm ngoài BPMN phải của một công cụ đã biết; không bỏ qua điều gì mà không báo.
    """
    seen: set[tuple[str, str]] = set()
    for one in definitions.extensions:
        if meaning(one.namespace, one.name) is not None or not _is_executed(definitions, one.place):
            continue
        if is_like_camunda(one.namespace) or not one.namespace:
            continue  # (a slip, of which the rules of namespaces tell)
        if (one.namespace, one.name) in seen:
            continue  # once is enough: the same tool wrote it all over the file
        seen.add((one.namespace, one.name))
        yield _at(
            one,
            say(
                "“%(who)s” có “%(name)s” của một công cụ lạ (%(namespace)s); hệ thống không đọc.",
                who=label(_selected(one.place)),
                name=one.name,
                namespace=one.namespace,
            ),
            say(
                "Nếu chỉ để trang trí thì ghi lý do khi ban hành; nếu nội dung đó phải có tác dụng "
                "thì vẽ lại bằng Camunda Modeler."
            ),
        )


def _told(definitions: Definitions, wanted: Meaning) -> Iterator[Problem]:
    seen: set[tuple[int, str, str]] = set()
    for one in definitions.extensions:
        if meaning(one.namespace, one.name) is not wanted or _is_read(one):
            continue
        if not _is_executed(definitions, one.place) or _is_refused(one.place):
            continue
        key = id(one.place), one.namespace, one.name
        if key in seen:
            continue  # two listeners of one step
        seen.add(key)
        yield _at(
            one,
            say(
                "“%(who)s”: hệ thống không dùng %(name)s của %(tool)s.",
                who=label(_selected(one.place)),
                name=one.written,
                tool=ENGINES[one.namespace],
            ),
            instead(one.name, wanted),
        )


#: Settings that their tools write on everything: `false` asks for nothing.
_OFF = frozenset({"adHoc"})


def _is_read(one: Extension) -> bool:
    """What the dialect reads or what says no more than happens anyway; and what others tell."""
    if one.child is None and one.name in _OFF:
        return (one.place.get(one.key) or "").strip() == "false"
    if one.namespace != CAMUNDA:
        return False
    if one.child is None:
        if one.name in _BINDINGS:
            return (one.place.get(one.key) or "").strip() in {"", "latest", "deployment"}
        told_there = local(one.place) == "conditionExpression"  # by the rule on languages
        return told_there or one.name in _READ.get(local(one.place), frozenset())
    whole = one.child.get("variables") == "all" or one.child.get("businessKey") is not None
    return one.name in {"in", "out"} and whole


def _is_executed(definitions: Definitions, place: etree._Element) -> bool:
    """Whether it stands in what is to run: processes drawn for reading are left alone."""
    if not definitions.executable:
        return False
    above = (up for up in (place, *place.iterancestors()) if up.tag == bpmn("process"))
    process = next(above, None)
    return process is None or process in definitions.executable


def _is_refused(place: etree._Element) -> bool:
    """Whether it stands on an element that is refused as a whole."""
    for up in (place, *place.iterancestors()):
        if local(up) in _REPEATING:
            return True
        if local(up) in NODE_TAGS:
            return kind_of(up) is Kind.OTHER
    return False


def _selected(place: etree._Element) -> etree._Element:
    """The nearest element around that a person can select in the modeller."""
    for up in (place, *place.iterancestors()):
        if up.get("id") and local(up):
            return up
    return place


def _at(one: Extension, message: Message, remedy: Message) -> Problem:
    written = one.place if one.child is None else one.child
    return problem_at(written, _selected(one.place), message, remedy)


RULES: tuple[Rule[Definitions], ...] = (
    firm("foreign-performer", foreign_performer),
    firm("foreign-form", foreign_form),
    firm("foreign-time", foreign_time),
    firm("foreign-code", foreign_code),
    firm("foreign-listener", foreign_listener),
    firm("foreign-data", foreign_data),
    firm("foreign-call", foreign_call),
    firm("foreign-message", foreign_message),
    firm("foreign-setting", foreign_setting),
    warning("foreign-running", foreign_running),
    warning("unknown-extension", unknown_extension),
)
