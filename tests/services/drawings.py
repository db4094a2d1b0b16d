"""Small procedures put in force for one test, and the acts that carry a dossier through them."""

from __future__ import annotations

import json
from collections.abc import Mapping

from engine.persistence.tables import CaseRow
from engine.persistence.versions import VersionTexts, save_version
from engine.services import filing, tasks
from tests.bpmn_execution import drawn
from tests.factories import World

COUNTER, SPECIALIST = "Trung tâm Phục vụ hành chính công cấp xã", "cv-ncc-xa"
_APPLICANTS = {"Tổ chức, cá nhân": "N"}

#: The filing form of every small procedure: a name, and which way.
FORM = json.dumps(
    {
        "type": "default",
        "id": "don",
        "schemaVersion": 18,
        "title": "Đơn",
        "components": [
            {
                "type": "textfield",
                "id": "T1",
                "key": "nguoi_ho_ten",
                "label": "Họ và tên",
                "validate": {"required": True},
            },
            {
                "type": "radio",
                "id": "R1",
                "key": "huong",
                "label": "Hướng",
                "values": [
                    {"label": "Ngắn", "value": "ngan"},
                    {"label": "Dài", "value": "dai"},
                    {"label": "Lạc", "value": "lac"},
                ],
            },
        ],
    }
)


def publish(
    town: World,
    *parts: str,
    lanes: Mapping[str, str],
    decisions: Mapping[str, bytes] | None = None,
    forms: Mapping[str, str] | None = None,
    **properties: str,
) -> bytes:
    """Puts a drawing in force as it is: the checks are tried elsewhere. Returns its bytes."""
    drawing = drawn.process(*parts, key="thu", lanes={**_APPLICANTS, **lanes}, **properties)
    with town.act() as act:
        save_version(
            act.session,
            "thu",
            "Thử",
            VersionTexts(
                drawing=drawing,
                decisions=dict(decisions or {}),
                forms={"don": FORM, **(forms or {})},
            ),
            effective_from=None,
            effective_to=None,
            now=act.now,
            deployed_by="thử",
        )
    return drawing


def file(town: World, huong: str = "ngan") -> CaseRow:
    with town.act("hoa") as act:
        said = {"nguoi_ho_ten": "Nguyễn Văn A", "huong": huong}
        return filing.file_case(act, "thu", town.units["ap"], "counter", said, f"k{act.now}")


def finish(town: World, case_id: int, element: str, who: str = "hoa") -> CaseRow:
    with town.act(who) as act:
        return tasks.complete(act, town.task(case_id, element).id, {})
