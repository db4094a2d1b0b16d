"""A step of a called drawing may have the id of the filing: it is no filing for that."""

from __future__ import annotations

from engine.persistence.tables import CaseRow
from engine.persistence.versions import VersionTexts, save_version
from engine.services import preceding
from tests.bpmn_execution import drawn
from tests.factories import World
from tests.services.drawings import COUNTER, FORM, file
from tests.services.test_since_an_opening import after_days


def twice_inside(town: World) -> CaseRow:
    """A dossier before acceptance whose part does its step N, the filing's id, in two rounds."""
    inner = drawn.process(
        drawn.start("s"),
        drawn.user("N", name="Kiểm tra"),
        drawn.gateway("exclusive", "G", default="on"),
        drawn.end("e"),
        drawn.line("s", "N", "G"),
        drawn.flow("G", "N", "lan_thu == 1"),
        drawn.flow("G", "e", key="on"),
        key="chung",
        lanes={COUNTER: "N"},
    )
    outer = drawn.process(
        drawn.start(),
        drawn.user("N", form="don"),
        drawn.call("K", "chung"),
        drawn.user("B", acceptance="true"),
        drawn.user("C"),
        drawn.end(),
        drawn.line("S", "N", "K", "B", "C", "E"),
        key="thu",
        lanes={"Tổ chức, cá nhân": "N", COUNTER: "K B C"},
        legal_term="30 ngày",
    )
    with town.act() as act:
        texts = VersionTexts(drawing=outer, called={"chung": inner}, forms={"don": FORM})
        save_version(
            act.session, "thu", "Thử", texts,
            effective_from=None, effective_to=None, now=act.now, deployed_by="thử",
        )  # fmt: skip
    return file(town)


def test_another_round_of_it_is_no_supplement(small_town: World) -> None:
    """The day of receipt, which terms and versions hang on, stays as it was."""
    town = small_town
    case = twice_inside(town)
    after_days(town, case.id, "N", 1)
    assert town.task(case.id, "N").round == 2
    after_days(town, case.id, "N", 1)
    assert town.case(case.id).received_at == case.received_at
    assert not {"case:supplement-asked", "case:resubmitted"} & set(town.acts(case.id))


def test_it_is_not_shown_as_the_application(small_town: World) -> None:
    town = small_town
    case = twice_inside(town)
    after_days(town, case.id, "N", 1)
    for element in ("N", "B"):
        after_days(town, case.id, element, 1)
    with town.act("hoa", write=False) as act:
        told = preceding.preceding(act, town.task(case.id, "C"))
    assert told.application is not None
    assert told.application.task.process == "thu"
