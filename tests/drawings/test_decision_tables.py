"""The decision tables that are shipped: sound, complete, each row taken, each clause quoted."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path

import pytest
import SpiffWorkflow.dmn
from lxml import etree

from engine.adapters.role_file import read_roles
from engine.bootstrap import BPMN_DIR
from engine.bpmn.decisions import check_decisions, parse_decisions
from engine.bpmn.decisions.tables import DecisionTable
from engine.domain.errors import BadDecision

FILES = sorted(BPMN_DIR.rglob("*.dmn"))
XSD = Path(SpiffWorkflow.dmn.__file__).parent / "parser" / "schema" / "DMN13.xsd"
ROLES = read_roles(BPMN_DIR / "roles.toml")

#: By table: the places of the law that its rows must quote, in their order.
CLAUSES = {
    "tham_quyen_dieu_16": [f"Khoản {number} Điều 16" for number in (1, 1, 2, 3, 4, 5)],
    "tham_quyen_dieu_36": [f"Khoản {number} Điều 36" for number in (1, 1, 2, 3, 4, 5)],
    "tham_quyen_dieu_38": [
        "Điểm a khoản 1 Điều 38", "Điểm b khoản 1 Điều 38", "Khoản 2 Điều 38", "Khoản 3 Điều 38",
    ],
    "tham_quyen_dieu_49": ["Khoản 1 Điều 49", "Khoản 2 Điều 49"],
    "tham_quyen_dieu_50": ["Điểm a khoản 1 Điều 50", "Điểm b khoản 1 Điều 50", "Khoản 2 Điều 50"],
    "tham_quyen_dieu_75": [
        "điểm b khoản 2 Điều 75", "khoản 3 Điều 16", "khoản 4 Điều 16",
        *["điểm b khoản 2 Điều 75"] * 3,
    ],
    "tham_quyen_dieu_75_ba_cap": [
        "điểm b khoản 3 Điều 75", "khoản 3 Điều 16", "khoản 4 Điều 16",
        *["điểm b khoản 3 Điều 75"] * 3,
    ],
    "tham_quyen_dieu_81_ba_cap": [
        "điểm b khoản 3 Điều 81", "khoản 3 Điều 36", "khoản 4 Điều 36",
        *["điểm c khoản 3 Điều 81"] * 2,
    ],
    "che_do_thuong_tat": [
        "Bổ sung của dự án", "khoản 2 Điều 45", "khoản 1 Điều 45", "Điểm đ khoản 2 Điều 39",
        "điểm a khoản 1",
    ],
    "quyet_dinh_giam_dinh_lai": [
        "điểm c khoản 1 Điều 45", "Điểm d khoản 2 Điều 42", "Bổ sung của dự án",
    ],
    "che_do_benh_binh": ["Khoản 2 Điều 51"] * 3,
    "quyet_dinh_chat_doc": [
        "Điểm đ khoản 1 Điều 56", "Điểm c khoản 2 Điều 56", "Điểm c khoản 3 Điều 56",
        "Khoản 5 Điều 57",
    ],
    "co_quan_de_nghi_dieu_18": [
        *["điểm b khoản 1 Điều 18"] * 2, *["điểm b khoản 2 Điều 18"] * 2, "điểm c khoản 2 Điều 18",
    ],
    "giao_cap_gcn_dieu_21": ["Điểm b khoản 2 Điều 21"] * 3,
    "noi_nop_dieu_21": [f"Điểm a khoản {number} Điều 21" for number in (2, 3, 4, 5)],
}  # fmt: skip


def read(path: Path) -> DecisionTable:
    (table,) = parse_decisions(path.read_bytes(), path.name).values()
    return table


TABLES = {table.id: table for table in map(read, FILES)}


def stated(table: DecisionTable) -> list[list[object]]:
    """The values that each input may have, as the table states them."""
    found: list[list[object]] = []
    for column in table.inputs:
        assert column.values is not None, (table.id, column.label)
        if column.type == "integer":
            found.append([value for value in range(-5, 130) if column.values.hold(value, {})])
        else:
            found.append([operand.tree[1] for operand in column.values.operands()])
    return found


def decide(key: str, **values: object) -> dict[str, object]:
    return TABLES[key].decide(values)


def test_every_table_is_known_here_and_its_rows_quote_their_clauses() -> None:
    for table in TABLES.values():
        assert all(len(rule.note) > 20 for rule in table.rules), table.id
    assert CLAUSES.keys() <= TABLES.keys()
    for key, clauses in CLAUSES.items():
        rules = TABLES[key].rules
        assert len(rules) == len(clauses), key
        for rule, clause in zip(rules, clauses, strict=True):
            assert clause in rule.note, (key, rule.number)
            ours = "Bổ sung của dự án (nguồn không quy định): " in rule.note
            assert ours or re.search("“[^”]{20,}”", rule.note), (key, rule.number)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_file_is_dmn_1_3_with_a_picture_and_has_no_findings(path: Path) -> None:
    root = etree.parse(path)
    etree.XMLSchema(etree.parse(XSD)).assertValid(root)
    (shape,) = root.iter("{*}DMNShape")
    assert shape.get("dmnElementRef") == read(path).id
    assert check_decisions(path.read_bytes(), path.name) == ()


@pytest.mark.parametrize("key", TABLES)
def test_every_stated_value_meets_a_row_and_every_row_is_met(key: str) -> None:
    table = TABLES[key]
    names = [next(iter(column.expression.names)) for column in table.inputs]
    met: set[int] = set()
    for values in product(*stated(table)):
        given = dict(zip(names, values, strict=True))
        decided = table.decide(given)
        assert decided.keys() == set(table.outputs)
        met |= {
            rule.number
            for rule in table.rules
            if all(t.hold(v, given) for t, v in zip(rule.tests, values, strict=True))
        }
    assert met == {rule.number for rule in table.rules}


@pytest.mark.parametrize("key", [key for key in TABLES if key.startswith("tham_quyen")])
def test_a_table_of_competence_names_roles_and_the_clause(key: str) -> None:
    table = TABLES[key]
    assert table.hit_policy == "FIRST"
    for role in table.given(table.outputs[0]) or ():
        assert role in ROLES.roles, role
    for clause in table.given(table.outputs[-1]) or ():
        assert re.fullmatch(r"(điểm \w )?khoản \d Điều \d+ Nghị định 131/2021/NĐ-CP", str(clause))


@pytest.mark.parametrize(
    ("share", "kept", "severe"),
    [
        (0, ("khong", False, ""), ("khong", False, "")),
        (4, ("khong", False, ""), ("khong", False, "")),
        (5, ("mot_lan", False, "Mẫu số 61"), ("mot_lan", False, "Mẫu số 61")),
        (20, ("mot_lan", False, "Mẫu số 61"), ("mot_lan", False, "Mẫu số 61")),
        (21, ("hang_thang", False, "Mẫu số 59"), ("hang_thang", False, "Mẫu số 59")),
        (80, ("hang_thang", False, "Mẫu số 59"), ("hang_thang", False, "Mẫu số 59")),
        (81, ("hang_thang", False, "Mẫu số 59"), ("hang_thang", True, "Mẫu số 59")),
        (100, ("hang_thang", False, "Mẫu số 59"), ("hang_thang", True, "Mẫu số 59")),
    ],
)
def test_the_thresholds_of_wounds_at_their_edges(share: int, kept: object, severe: object) -> None:
    for nang, wanted in ((False, kept), (True, severe)):
        found = decide("che_do_thuong_tat", ty_le_ton_thuong=share, dac_biet_nang=nang)
        assert (found["che_do"], found["phu_cap_dac_biet"], found["mau_quyet_dinh"]) == wanted
        assert (found["mau_giay_chung_nhan"] == "Mẫu số 102") is (share >= 21)


@pytest.mark.parametrize("share", [-1, 101, 20.5, 80.5, None])
def test_what_is_no_whole_percentage_is_decided_by_nobody(share: object) -> None:
    for key in ("che_do_thuong_tat", "che_do_benh_binh"):
        if (key, share) == ("che_do_benh_binh", 20.5):
            continue
        with pytest.raises(BadDecision, match="không có dòng nào"):
            decide(key, ty_le_ton_thuong=share, dac_biet_nang=False)


@pytest.mark.parametrize(
    ("share", "before", "wanted"),
    [
        (20, False, ("khong", "")),
        (21, False, ("cap_moi", "Mẫu số 59")),
        (20, True, ("dieu_chinh", "Mẫu số 60")),
        (21, True, ("dieu_chinh", "Mẫu số 60")),
        (100, True, ("dieu_chinh", "Mẫu số 60")),
    ],
)
def test_after_a_second_assessment(share: int, before: bool, wanted: tuple[str, str]) -> None:
    found = decide("quyet_dinh_giam_dinh_lai", ty_le_ton_thuong=share, da_la_thuong_binh=before)
    assert (found["ket_qua_giam_dinh_lai"], found["mau_quyet_dinh"]) == wanted


def test_the_sick_get_the_special_allowance_from_81_percent_with_a_listed_illness() -> None:
    for share, severe, allowance in ((80, True, False), (81, False, False), (81, True, True)):
        found = decide("che_do_benh_binh", ty_le_ton_thuong=share, dac_biet_nang=severe)
        assert (found["phu_cap_dac_biet"], found["mau_quyet_dinh"]) == (allowance, "Mẫu số 63")


def test_the_poisoned_get_form_64_and_their_children_form_65_as_well() -> None:
    forms = {
        case: decide("quyet_dinh_chat_doc", truong_hop_chat_doc=case)
        for case in ("mac_benh", "co_con_di_dang", "khong_co_con", "con_de")
    }
    assert [found["mau_quyet_dinh"] for found in forms.values()] == [
        *["Mẫu số 64"] * 3,
        "Mẫu số 65; Mẫu số 64",
    ]
    assert "biên bản giám định" in str(forms["con_de"]["thoi_diem_huong"])
    assert "Sở Nội vụ ban hành quyết định" in str(forms["khong_co_con"]["thoi_diem_huong"])


@pytest.mark.parametrize(
    ("key", "place", "role"),
    [
        ("tham_quyen_dieu_16", "quan_doi", "tt-trung-doan"),
        ("tham_quyen_dieu_16", "trung_uong", "bo-truong-td"),
        ("tham_quyen_dieu_16", "con_lai", "ubnd-xa"),
        ("tham_quyen_dieu_36", "cong_an", "tt-don-vi-bca"),
        ("tham_quyen_dieu_36", "cap_tinh", "ct-ubnd-tinh"),
        ("tham_quyen_dieu_49", "quan_doi", "tt-trung-doan"),
        ("tham_quyen_dieu_75", "con_lai", "ubnd-xa"),
        ("tham_quyen_dieu_75", "chua_xac_dinh", "hd-xac-minh-tinh"),
        ("tham_quyen_dieu_75_ba_cap", "con_lai", "ct-ubnd-huyen"),
        ("tham_quyen_dieu_75_ba_cap", "tnxp_gtvt", "bo-gtvt"),
        ("tham_quyen_dieu_81_ba_cap", "tnxp_khac", "ct-ubnd-tinh"),
    ],
)
def test_who_is_competent(key: str, place: str, role: str) -> None:
    assert role in decide(key, noi_cong_tac=place).values()


def test_whoever_manages_a_soldier_decides_and_of_others_the_question_stays_open() -> None:
    def deciding(place: str, managed: str | None) -> object:
        given = {"noi_cong_tac": place, "quan_ly_quan_doi": managed}
        return decide("tham_quyen_dieu_38", **given)["tham_quyen_thuong_binh"]

    assert deciding("quan_doi", "da_ra_quan_khu") == "tu-lenh-quan-khu"
    assert deciding("quan_doi", "da_ra_ha_noi") == "cuc-chinh-sach"
    assert deciding("cong_an", None) == "cuc-tccb-bca"
    assert deciding("con_lai", None) == "so-noi-vu"
    with pytest.raises(BadDecision):
        deciding("quan_doi", None)
    found = decide("tham_quyen_dieu_50", noi_cong_tac="cong_an", quan_ly_quan_doi=None)
    assert found["tham_quyen_benh_binh"] == "cuc-tccb-bca"
