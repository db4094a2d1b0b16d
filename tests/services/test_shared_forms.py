"""One form at several steps: nobody finds somebody else's opinion filled in as their own."""

from __future__ import annotations

import json

from engine.bpmn.layout import laid_out
from engine.persistence.tables import CaseRow
from engine.services import deploying, filing, tasks, viewing
from tests.bpmn_execution import drawn
from tests.factories import World
from tests.services.drawings import FORM


def field(key: str, kind: str, **more: object) -> dict[str, object]:
    return {"type": kind, "id": key, "key": key, "label": key, **more}


OPINION = json.dumps(
    {
        "type": "default",
        "id": "y-kien",
        "schemaVersion": 18,
        "title": "Ý kiến",
        "components": [
            field(
                "y_kien",
                "radio",
                values=[{"label": one, "value": one} for one in ("dong_y", "tra_lai")],
                defaultValue="dong_y",
            ),
            field("ly_do", "textfield"),
        ],
    }
)
COUNTER = "Trung tâm Phục vụ hành chính công cấp xã"
CHIEF = drawn.process(
    drawn.start("PS"),
    drawn.user("P1", form="y-kien"),
    drawn.gateway("exclusive", "PG", default="p_di"),
    drawn.end("PE"),
    drawn.line("PS", "P1", "PG"),
    drawn.flow("PG", "P1", "y_kien == 'tra_lai'"),
    drawn.flow("PG", "PE", key="p_di"),
    key="chung-lanh-dao",
    lanes={COUNTER: "PS P1 PG PE"},
).replace(b"<bpmn:process ", b'<bpmn:process camunda:isStartableInTasklist="false" ')
MAIN = drawn.process(
    drawn.start(),
    drawn.user("N", form="don"),
    drawn.user("B3", form="y-kien"),
    drawn.user("B4", form="y-kien"),
    drawn.gateway("exclusive", "G", default="di"),
    '<bpmn:callActivity id="B5" calledElement="chung-lanh-dao"/>',
    drawn.end(),
    drawn.line("S", "N", "B3", "B4", "G"),
    drawn.flow("G", "B3", "ly_do == 'sai'"),
    drawn.flow("G", "B5", key="di"),
    drawn.line("B5", "E"),
    key="y-kien-hai-noi",
    lanes={"Tổ chức, cá nhân": "S N", COUNTER: "B3 B4 G B5 E"},
)


def files() -> list[tuple[str, bytes]]:
    return [
        ("chinh.bpmn", laid_out(MAIN, "chinh.bpmn")),
        ("chung.bpmn", laid_out(CHIEF, "chung.bpmn")),
        ("y-kien.form", OPINION.encode()),
        ("don.form", FORM.encode()),
    ]


def filed(town: World) -> CaseRow:
    with town.act("vinh") as act:
        deploying.deploy(act, files(), "")
    with town.act("hoa") as act:
        said = {"nguoi_ho_ten": "Nguyễn Văn A", "huong": "ngan"}
        return filing.file_case(act, "y-kien-hai-noi", town.units["ap"], "counter", said, "k1")


def values(town: World, case_id: int, element: str) -> dict[str, object]:
    with town.act("hoa", write=False) as act:
        page = viewing.task_page(act, town.task(case_id, element).id)
        return {name: value for name, value in page.values.items() if value is not None}


def answer(town: World, case_id: int, element: str, y_kien: str, ly_do: str) -> None:
    with town.act("hoa") as act:
        tasks.complete(act, town.task(case_id, element).id, {"y_kien": y_kien, "ly_do": ly_do})


def test_the_opinion_of_one_chief_is_not_filled_in_for_the_next(small_town: World) -> None:
    case_id = filed(small_town).id
    answer(small_town, case_id, "B3", "dong_y", "ý của B3")
    assert values(small_town, case_id, "B4") == {}
    answer(small_town, case_id, "B4", "tra_lai", "sai")
    # back at B3: its own reason of the first round; the decision is made afresh
    assert values(small_town, case_id, "B3") == {"ly_do": "ý của B3"}
    answer(small_town, case_id, "B3", "dong_y", "ý thứ hai của B3")
    assert values(small_town, case_id, "B4") == {"ly_do": "sai"}


def test_in_a_called_drawing_the_rule_is_the_same_and_its_decisions_are_made_afresh(
    small_town: World,
) -> None:
    case_id = filed(small_town).id
    answer(small_town, case_id, "B3", "dong_y", "ý của B3")
    answer(small_town, case_id, "B4", "dong_y", "ý của B4")
    assert values(small_town, case_id, "P1") == {}
    answer(small_town, case_id, "P1", "tra_lai", "lại")
    with small_town.act(write=False) as act:
        version = act.version(small_town.case(case_id).version_id)
        assert version.deciding == {"y_kien", "ly_do"}  # `y_kien` is read in the called one only
    assert values(small_town, case_id, "P1") == {"ly_do": "lại"}
