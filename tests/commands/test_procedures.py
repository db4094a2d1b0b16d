"""`quytrinh procedures`: the register on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands.conftest import Quytrinh
from tests.services.test_catalogue import part, procedure
from tests.services.test_periods import DON, KEY, THREE, TWO, version


@pytest.fixture
def office(quytrinh: Quytrinh, tmp_path: Path) -> Quytrinh:
    """Two versions of one procedure, a closed one, a part and its caller, in force."""
    closed = ("nd31.bpmn", version("Xác minh", "2013-06-01", "2022-02-15", key="nd31"))
    caller = procedure("goi", "Tổ chức, cá nhân", call="chung-x", field="tu-day")
    paths = []
    for name, content in (THREE, TWO, closed, part("chung-x"), caller, DON):
        (tmp_path / name).write_bytes(content)
        paths.append(str(tmp_path / name))
    assert quytrinh("db", "upgrade").code == 0
    answer = quytrinh("deploy", *paths, "--json")
    assert [(one["key"], one["version"]) for one in answer.json["deployed"]] == [
        (KEY, 1),
        (KEY, 2),
        ("nd31", 1),
        ("chung-x", 1),
        ("goi", 1),
    ]
    return quytrinh


def test_the_register_is_printed_with_every_version(office: Quytrinh) -> None:
    text = office("procedures").out
    for said in (
        "hết hiệu lực  1    15/02/2022–01/07/2025  dự kiến",
        "hết hiệu lực  1    01/06/2013–15/02/2022  dự kiến",
        "Người bị địch bắt tù, đày",
        "3 thủ tục.",
    ):
        assert said in text
    (shared,) = office("procedures", "--json").json["parts"]
    assert (shared["key"], shared["callers"]) == ("chung-x", ["goi"])


def test_it_is_narrowed_by_words_and_field(office: Quytrinh) -> None:
    def keys(*asked: str) -> list[str]:
        return [one["key"] for one in office("procedures", *asked, "--json").json["procedures"]]

    assert keys("--search", "TU DAY") == ["goi"]
    assert keys("--field", "tu-day") == ["goi"]
    assert keys("--field", "liet-si") == []
    assert "Không có thủ tục nào khớp." in office("procedures", "--search", "xyz").out
    wrong = office("procedures", "--field", "xyz")
    assert wrong.code == 2
    assert "không có lĩnh vực “xyz”. Các lĩnh vực: liet-si" in wrong.err


def test_each_version_tells_its_period_and_term(office: Quytrinh) -> None:
    found = {one["key"]: one for one in office("procedures", "--json").json["procedures"]}
    assert found[KEY]["status"] == "dang_ap_dung"
    assert [
        (one["number"], one["status"], one["effective_from"], one["effective_to"], one["expected"])
        for one in found[KEY]["versions"]
    ] == [
        (2, "dang_ap_dung", "2025-07-01", None, True),
        (1, "het_hieu_luc", "2022-02-15", "2025-07-01", True),
    ]


def test_a_call_of_a_drawing_that_is_nowhere_names_element_and_remedy(
    quytrinh: Quytrinh, tmp_path: Path
) -> None:
    name, content = procedure("goi", "cv-ncc-xa", call="khong-co")
    (tmp_path / name).write_bytes(content)
    (tmp_path / DON[0]).write_bytes(DON[1])
    quytrinh("db", "upgrade")
    answer = quytrinh("deploy", str(tmp_path / name), str(tmp_path / DON[0]), "--json")
    (finding,) = answer.json["findings"]
    assert answer.code == 1
    assert (finding["rule"], finding["element"]) == ("unknown-call", "B")
    assert "“khong-co”" in finding["message"]
    assert "Called element" in finding["remedy"]
    assert quytrinh("procedures", "--json").json == {"procedures": [], "parts": []}


def test_a_closed_procedure_is_rehearsed_in_its_own_time(office: Quytrinh, tmp_path: Path) -> None:
    text = version("Xác minh", "2013-06-01", "2022-02-15", key="cu")
    due = 'name="X" camunda:dueDate="3 ngày làm việc"'.encode()
    text = text.replace('name="Xác minh"'.encode(), due)
    (tmp_path / "cu.bpmn").write_bytes(text)
    office("deploy", str(tmp_path / "cu.bpmn"), str(tmp_path / DON[0]))
    answer = office("rehearse", "cu", "--from", "2015-02-13T15:00+07:00", "--json")
    last = answer.json["steps"][-1]
    assert last["due"].startswith("2015-02-25T15:00")  # Tết of 2015 lies between
    assert answer.json["unchecked_years"] == [2015]
    spoken = office("rehearse", "cu", "--from", "2015-02-13T15:00+07:00").out
    assert "Lịch năm 2015 chưa duyệt" in spoken
    now = office("rehearse", "cu", "--from", "2026-03-02T08:00")
    assert "ngày 02/03/2026" in now.err
