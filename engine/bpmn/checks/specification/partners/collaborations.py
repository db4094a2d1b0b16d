"""Constraints on pools and what they show: processes, and how many stand behind one."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from engine.bpmn.checks.definitions import Definitions, is_run
from engine.bpmn.checks.kinds import CHOREOGRAPHY_ACTIVITIES, FLOW_NODES, SUB_PROCESSES
from engine.bpmn.checks.problems import label, problem
from engine.bpmn.checks.rule import Problem, error, warning
from engine.bpmn.checks.specification.resolving import at, attribute, unresolved
from engine.bpmn.reading.elements import local
from engine.domain.messages import say


def pool_process(definitions: Definitions) -> Iterator[Problem]:
    """The process that a pool shows is in the file.

    Quy trình mà pool thể hiện phải có trong tệp.

    BPMN 2.0.2, 9.3.1; Participant attributes and model associations
    """
    yield from unresolved(
        definitions,
        [attribute("processRef", ["participant"], ["process"])],
        say("quy trình"),
        say("Xóa pool rồi vẽ lại, hoặc bỏ tham chiếu để pool thành hộp kín."),
    )


def shared_process(definitions: Definitions) -> Iterator[Problem]:
    """Two pools of one collaboration do not show one and the same process.

    Trong một sơ đồ, hai pool không cùng thể hiện một quy trình.

    BPMN 2.0.2, 9.3.1
    """
    shown: dict[tuple[etree._Element | None, etree._Element], etree._Element] = {}
    for pool in definitions.all("participant"):
        process = definitions.resolve(pool, pool.get("processRef"))
        if process is None:
            continue
        first = shown.setdefault((pool.getparent(), process), pool)
        if first is not pool:
            yield problem(
                pool,
                say(
                    "Hai pool “%(one)s” và “%(other)s” cùng thể hiện quy trình “%(process)s”.",
                    one=label(first),
                    other=label(pool),
                    process=label(process),
                ),
                say("Giữ một pool cho quy trình này; chia việc bên trong bằng các làn."),
            )


def nameless_pool(definitions: Definitions) -> Iterator[Problem]:
    """A pool bears the name of who takes part.

    Pool phải có tên: tên cơ quan, đơn vị hoặc người tham gia.

    BPMN 2.0.2, 9.3
    """
    for pool in definitions.all("participant"):
        if not (pool.get("name") or "").strip():
            yield problem(
                pool,
                say("Pool “%(pool)s” không có tên.", pool=label(pool)),
                say("Bấm đúp vào pool và ghi tên cơ quan hoặc tên thủ tục."),
            )


def process_without_pool(definitions: Definitions) -> Iterator[Problem]:
    """Where pools are drawn, each process with something in it is shown by one of them.

    Tệp có vẽ pool thì mỗi quy trình có nội dung phải thuộc một pool; nếu không, phần mềm vẽ không
    hiện nó ra.

    BPMN 2.0.2, 9.3
    """
    pools = list(definitions.all("participant"))
    shown = [definitions.resolve(pool, pool.get("processRef")) for pool in pools]
    called = [
        definitions.resolve(call, call.get("calledElement"))
        for call in definitions.all("callActivity")
    ]
    known = {id(process) for process in (*shown, *called) if process is not None}
    for process in definitions.all("process"):
        drawn = any(local(child) in FLOW_NODES for child in process.iterchildren())
        if any(process is not None for process in shown) and drawn and id(process) not in known:
            yield problem(
                process,
                say("Quy trình “%(who)s” không thuộc pool nào.", who=label(process)),
                say("Gắn quy trình vào một pool; nếu là phần còn sót lại thì xóa khỏi tệp."),
            )


def multiplicity(definitions: Definitions) -> Iterator[Problem]:
    """Of a pool that stands for several, the least number is zero or more; the greatest is one or
    more, and not below the least.

    Pool đại diện cho nhiều bên thì số ít nhất không lớn hơn số nhiều nhất; nhiều nhất phải từ 1 trở
    lên.

    BPMN 2.0.2, 9.3.1; ParticipantMultiplicity attributes
    """
    for place in definitions.all("participantMultiplicity"):
        least, most = _number(place, "minimum", 0), _number(place, "maximum", 1)
        if least is None or most is None:
            continue  # no numbers: told by the rules of the schema
        if least < 0 or most < 1 or least > most:
            yield at(
                place,
                say(
                    "Số bên tham gia từ %(least)s đến %(most)s là không thể được.",
                    least=least,
                    most=most,
                ),
                say("Ghi số ít nhất từ 0, số nhiều nhất từ 1 và không nhỏ hơn."),
            )


def choreography_in_process(definitions: Definitions) -> Iterator[Problem]:
    """A process holds no steps of a choreography: those show what passes between processes.

    Bước phối hợp giữa các bên vẽ trong sơ đồ phối hợp, không vẽ trong quy trình.

    BPMN 2.0.2, 8.4.8; FlowElementsContainer model associations
    """
    for step in definitions.all(*sorted(CHOREOGRAPHY_ACTIVITIES)):
        home = definitions.container(step)
        inside = home is not None and local(home) in SUB_PROCESSES | {"process"}
        if inside and not is_run(step):  # (of the process that is run it is told anyway)
            yield problem(
                step,
                say("“%(who)s” là bước phối hợp mà nằm trong quy trình.", who=label(step)),
                say("Thay bằng công việc người dùng, hoặc chuyển sang sơ đồ phối hợp."),
            )


def choreography_shown(definitions: Definitions) -> Iterator[Problem]:
    """Only a collaboration shows choreographies between its pools: neither a choreography nor a
    global conversation does.

    Chỉ sơ đồ cộng tác mới thể hiện sơ đồ phối hợp giữa các pool; sơ đồ phối hợp và hội thoại dùng
    chung thì không.

    BPMN 2.0.2, 9.5, 11.2
    """
    for shown in definitions.all("choreographyRef"):
        holder = shown.getparent()
        if holder is not None and local(holder) != "collaboration":
            yield at(
                shown,
                say(
                    "“%(who)s” thể hiện một sơ đồ phối hợp khác bên trong mình.", who=label(holder)
                ),
                say("Xóa tham chiếu; muốn dùng lại một sơ đồ phối hợp thì vẽ bước gọi nó."),
            )


def _number(place: etree._Element, name: str, default: int) -> int | None:
    text = (place.get(name) or "").strip()
    sign, digits = text[:1], text[1:] if text[:1] in {"-", "+"} else text
    if not text:
        return default
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 9:
        return None
    return -int(digits) if sign == "-" else int(digits)


RULES = (
    error("pool-process", pool_process),
    error("shared-process", shared_process),
    warning("nameless-pool", nameless_pool),
    warning("process-without-pool", process_without_pool),
    error("pool-multiplicity", multiplicity),
    error("choreography-in-process", choreography_in_process),
    error("choreography-shown", choreography_shown),
)
