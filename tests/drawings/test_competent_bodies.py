"""Điều 18 as drawn: who is competent by Điều 16 does the next step, and hands over the Bằng."""

from __future__ import annotations

import uuid

import pytest

from engine.bootstrap import BPMN_DIR
from engine.services import deploying, filing
from tests.factories import World

D18 = "nd131-d18-cong-nhan-liet-si"


@pytest.fixture
def province(small_town: World) -> World:
    drawn = [*BPMN_DIR.glob("chung/*.bpmn"), BPMN_DIR / "liet-si" / f"{D18}.bpmn"]
    files = [(path.name, path.read_bytes()) for path in [*sorted(drawn), *BPMN_DIR.rglob("*.dmn")]]
    with small_town.act("vinh") as act:
        deploying.deploy(act, files, "thử")
    return small_town


def filed(province: World, place: str) -> int:
    """A dossier of somebody who worked at `place`, recorded at the Sở; its id."""
    with province.act("oanh") as act:
        (offered,) = [one for one in filing.offers(act) if one.row.procedure_key == D18]
        version = act.version(offered.row.id)
        form = version.form_of(version.spec.main, version.filing.id)
        assert form is not None
        known = {"kenh": "counter", "lan_thu": 1, "noi_cong_tac": place}
        said = {**form.defaults(known), "noi_cong_tac": place}
        case = filing.file_case(
            act, D18, province.units["snv"], "counter", said, uuid.uuid4().hex,
            units={"ubnd-xa": province.units["ap"]},
        )  # fmt: skip
        return case.id


@pytest.mark.parametrize(
    ("place", "element", "role", "unit"),
    [
        ("cong_an", "S2", "bqp-bca", "snv"),
        ("trung_uong", "S3", "bo-truong-td", "snv"),
        ("cap_tinh", "S3", "ct-ubnd-tinh", "tinh"),
        ("con_lai", "S4", "ubnd-xa", "ap"),
    ],
)
def test_the_body_that_the_table_names_certifies(
    province: World, place: str, element: str, role: str, unit: str
) -> None:
    case_id = filed(province, place)
    assert province.open_elements(case_id) == [element]
    task = province.task(case_id, element)
    assert (task.role, task.unit_id) == (role, province.units[unit])


def test_who_certified_hands_over_the_certificate_at_the_end(province: World) -> None:
    case_id = filed(province, "trung_uong")
    certified = province.task(case_id, "S3").role
    handed_over: list[str] = []
    for _ in range(15):
        opened = province.open_elements(case_id)
        if not opened:
            break
        task = province.task(case_id, opened[0])
        if opened[0] in {"S13", "S14", "S15"}:
            handed_over.append(task.role)
        province.do(case_id, opened[0], "oanh" if opened[0] == "S3" else "lan")
    assert province.case(case_id).state == "finished"
    assert handed_over
    assert set(handed_over) == {certified} == {"bo-truong-td"}
