"""The register of procedures, and who may file which of them."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from engine.bpmn.layout import laid_out
from engine.domain.errors import NotOpen, NotPermitted
from engine.persistence.tables import CaseRow, TaskRow, UnitRow, UserRow
from engine.persistence.work import offers_of
from engine.services import catalogue, deploying, filing, organising, tasks
from engine.services.catalogue import Standing
from tests.bpmn_execution import drawn
from tests.factories import QT02, World
from tests.services.test_periods import DON, KEY, THREE, TWO, version

APPLICANTS = "Tổ chức, cá nhân"
CLOSED = ("nd31.bpmn", version("Xác minh", "2013-06-01", "2022-02-15", key="nd31"))


def procedure(
    key: str, lane: str, groups: str = "", call: str = "", tells: str = "", **properties: str
) -> tuple[str, bytes]:
    """A filing in `lane`, recorded by `groups` where given, then a step of the same or a call."""
    step = f'<bpmn:callActivity id="B" calledElement="{call}"/>' if call else drawn.user("B")
    steps = drawn.user("N", form="don") + step
    if groups:
        steps = steps.replace("userTask id", f'userTask camunda:candidateGroups="{groups}" id')
    text = drawn.process(
        drawn.start(), steps, drawn.end(), drawn.line("S", "N", "B", "E"),
        key=key, lanes={lane: "S N B E"}, **properties,
    )  # fmt: skip
    named = f'<bpmn:process name="Thử {key}" '.encode()
    told = f'="true"><bpmn:documentation>{tells}</bpmn:documentation>'.encode()
    named_and_told = text.replace(b"<bpmn:process ", named).replace(b'="true">', told, 1)
    return f"{key}.bpmn", laid_out(named_and_told, f"{key}.bpmn")


def part(key: str) -> tuple[str, bytes]:
    text = drawn.process(
        drawn.start("PS"), drawn.user("P1"), drawn.end("PE"), drawn.line("PS", "P1", "PE"),
        key=key, lanes={"cv-ncc-xa": "PS P1 PE"},
    )  # fmt: skip
    named = b'<bpmn:process name="Chung" camunda:isStartableInTasklist="false" '
    return f"{key}.bpmn", laid_out(text.replace(b"<bpmn:process ", named), f"{key}.bpmn")


def deploy(town: World, *files: tuple[str, bytes]) -> None:
    with town.act("vinh") as act:
        deploying.deploy(act, [*files, DON], "Thử.")


def test_the_register_tells_standing_versions_field_and_callers(small_town: World) -> None:
    small_town.file()
    coming = ("sap.bpmn", version("Mới", "2027-01-01", key="sap"))
    caller = procedure("goi", APPLICANTS, call="chung-x", field="tu-day")
    deploy(small_town, THREE, TWO, CLOSED, coming, part("chung-x"), caller)
    with small_town.act("tam", write=False) as act:
        found, parts = catalogue.register(act)
        told = {one.key: one for one in found}
        assert found[0].key == QT02  # by field, those without any last
        assert told["goi"].field_name == "Người bị địch bắt tù, đày"
        assert {key: one.standing for key, one in told.items()} == {
            QT02: Standing.CURRENT,
            KEY: Standing.CURRENT,
            "nd31": Standing.ENDED,
            "sap": Standing.COMING,
            "goi": Standing.CURRENT,
        }
        assert [one.row.number for one in told[KEY].versions] == [2, 1]
        assert told[KEY].shown.row.number == 2
        assert (told[QT02].open_cases, told[KEY].open_cases) == (1, 0)
        assert [(one.key, list(one.callers)) for one in parts] == [
            ("chung-x", [("goi", "Thử goi")])
        ]


@pytest.mark.parametrize(
    ("search", "field", "keys"),
    [
        ("cap doi bang", "", [QT02]),
        ("CẤP ĐỔI to quoc", "", [QT02]),
        ("131/2021", "", [QT02]),
        ("tu day", "", ["goi"]),
        ("", "tu-day", ["goi"]),
        ("bang", "tu-day", []),
        ("", "", [QT02, "goi"]),
    ],
)
def test_a_search_needs_no_diacritics(small_town: World, search, field, keys) -> None:
    deploy(small_town, procedure("goi", APPLICANTS, field="tu-day"))
    with small_town.act("tam", write=False) as act:
        assert [one.key for one in catalogue.register(act, search, field)[0]] == keys


def offered(town: World, who: str) -> set[str]:
    with town.act(who, write=False) as act:
        return {one.row.procedure_key for one in filing.offers(act)}


def test_whoever_the_first_step_names_files_and_nobody_else(small_town: World) -> None:
    at_so = procedure("tai-so", APPLICANTS, groups="mot-cua-snv")
    inside = procedure("noi-bo", "cv-ncc-xa")
    outside = procedure("quan-doi", "bchqs-tinh", groups="cv-ncc-snv; mot-cua-snv")
    deploy(small_town, at_so, inside, outside, part("chung-x"), CLOSED)
    everybody = {who: offered(small_town, who) for who in small_town.users}
    counter = small_town.units["ap"], small_town.units["snv"]
    by_role: dict[str, set[str]] = {}
    for who in small_town.users:
        with small_town.act(who, write=False) as act:
            for post in act.actor.posts:
                if post.unit_id in counter:
                    by_role.setdefault(post.role, set()).update(everybody[who])
            assert catalogue.receives(act) == bool(everybody[who])
    assert by_role["ttpvhcc-xa"] == {QT02}
    assert by_role["cv-ncc-xa"] == {"noi-bo"}
    assert by_role["mot-cua-snv"] == {"tai-so", "quan-doi"}
    assert by_role["cv-ncc-snv"] == {"quan-doi"}
    assert by_role["ld-snv"] == set()


def holder(town: World, role: str, unit: str) -> str:
    for who in town.users:
        with town.act(who, write=False) as act:
            if act.actor.holds((role,), town.units[unit]):
                return who
    raise LookupError(role)


def test_a_dossier_filed_at_the_so_belongs_to_the_so(small_town: World) -> None:
    deploy(small_town, procedure("tai-so", APPLICANTS, groups="mot-cua-snv"))
    who, unit_id = holder(small_town, "mot-cua-snv", "snv"), small_town.units["snv"]
    said = {"nguoi_ho_ten": "Nguyễn Văn A", "huong": "ngan"}
    with small_town.act(who) as act:
        assert [unit.id for unit in filing.filing_page(act, "tai-so").units] == [unit_id]
        case = filing.file_case(act, "tai-so", unit_id, "counter", said, "k1")
    with small_town.act(write=False) as act:
        first = act.session.scalars(
            select(TaskRow).where(TaskRow.case_id == case.id, TaskRow.element == "N")
        ).one()
        assert act.session.get_one(CaseRow, case.id).unit_id == unit_id
        assert first.unit_id == unit_id
    with pytest.raises(NotPermitted), small_town.act("hoa") as act:
        filing.file_case(act, "tai-so", small_town.units["ap"], "counter", said, "k2")


def test_why_nobody_can_file_is_told(small_town: World) -> None:
    coming = ("sap.bpmn", version("Mới", "2027-01-01", key="sap"))
    why = "Hết hiệu lực: thay bằng Nghị định số 131/2021/NĐ-CP."
    told = procedure(
        "cu", APPLICANTS, tells=why, effective_from="2013-06-01", effective_to="2022-02-15"
    )
    deploy(small_town, CLOSED, coming, part("chung-x"), told)
    for key, sentence in {
        "nd31": "hết hiệu lực từ ngày 15/02/2022 theo bản vẽ số 1",
        "cu": "(thay bằng Nghị định số 131/2021/NĐ-CP)",
        "sap": "có hiệu lực từ ngày 01/01/2027",
        "chung-x": "phần dùng chung",
    }.items():
        with pytest.raises(NotOpen) as refused, small_town.act("hoa") as act:
            filing.file_case(act, key, small_town.units["ap"], "counter", {}, "k")
        assert sentence in str(refused.value)


def test_a_dossier_goes_on_after_its_procedure_has_closed(small_town: World) -> None:
    ends = ("cu.bpmn", version("Cũ", "2026-01-01", "2026-03-05", key="cu"))
    deploy(small_town, ends)
    said = {"nguoi_ho_ten": "Nguyễn Văn A", "huong": "ngan"}
    with small_town.act("hoa") as act:
        case = filing.file_case(act, "cu", small_town.units["ap"], "counter", said, "k1")
    small_town.at("2026-03-05 08:00")
    with pytest.raises(NotOpen), small_town.act("hoa") as act:
        filing.file_case(act, "cu", small_town.units["ap"], "counter", said, "k2")
    with small_town.act("hoa") as act:
        tasks.complete(act, small_town.task(case.id, "B").id, {})
    assert small_town.case(case.id).outcome == "E"


def test_work_elsewhere_goes_to_the_commune_that_is_chosen(small_town: World) -> None:
    lane = {"cv-ncc-xa": "S N", "hd-xn-ncc-xa-khac": "B", "ttpvhcc-xa": "C E"}
    text = drawn.process(
        drawn.start(), drawn.user("N", form="don"), drawn.user("B"), drawn.user("C"), drawn.end(),
        drawn.line("S", "N", "B", "C", "E"), key="khac", lanes=lane,
    )  # fmt: skip
    deploy(small_town, ("khac.bpmn", text))
    here = small_town.units["ap"]
    said = {"nguoi_ho_ten": "Nguyễn Văn A", "huong": "ngan"}
    who = holder(small_town, "cv-ncc-xa", "ap")

    def file(key: str, units: dict[str, int]) -> set[tuple[str, int]]:
        with small_town.act(who) as act:
            case = filing.file_case(act, "khac", here, "counter", said, key, units)
            return set(offers_of(act.session, small_town_task(act, case.id)))

    def small_town_task(act, case_id: int) -> int:  # type: ignore[no-untyped-def]
        return act.session.scalars(
            select(TaskRow.id).where(TaskRow.case_id == case_id, TaskRow.element == "B")
        ).one()

    from engine.domain.errors import UnitChoiceNeeded

    with pytest.raises(UnitChoiceNeeded) as needed:
        file("k1", {})
    assert needed.value.role == "hd-xn-ncc-xa-khac"
    *others, last = needed.value.options
    assert last == here  # “ghi nhận thay”
    assert here not in others
    assert others
    assert file("k2", {"hd-xn-ncc-xa-khac": others[0]}) == {("hd-xn-ncc-xa", others[0])}
    assert file("k3", {"hd-xn-ncc-xa-khac": here}) == {("cv-ncc-xa", here)}


def test_the_other_commune_is_chosen_once_for_all_who_work_there(town: World) -> None:
    """The committee of the other commune, its council, the committee again; here and not here."""
    with town.act() as act:
        commune = act.session.get_one(UnitRow, town.units["bm"])
        tam = act.session.get_one(UserRow, town.users["tam"])
        for role in ("ubnd-xa", "hd-xn-ncc-xa"):
            organising.appoint(act, tam, role, commune, act.today)
    lane = {"cv-ncc-xa": "S N", "ubnd-xa-khac": "B D", "hd-xn-ncc-xa-khac": "C", "ttpvhcc-xa": "E"}
    text = drawn.process(
        drawn.start(), drawn.user("N", form="don"), drawn.user("B"), drawn.user("C"),
        drawn.user("D"), drawn.end(), drawn.line("S", "N", "B", "C", "D", "E"),
        key="khac", lanes=lane,
    )  # fmt: skip
    deploy(town, ("khac.bpmn", text))
    here, there = town.units["ap"], town.units["bm"]
    said = {"nguoi_ho_ten": "Nguyễn Văn A", "huong": "ngan"}
    filing_officer = holder(town, "cv-ncc-xa", "ap")
    for chosen, asked in (
        (there, [("ubnd-xa", there), ("hd-xn-ncc-xa", there), ("ubnd-xa", there)]),
        (here, [("cv-ncc-xa", here)] * 3),
    ):
        with town.act(filing_officer) as act:
            units = {"ubnd-xa-khac": chosen}
            case = filing.file_case(act, "khac", here, "counter", said, f"k{chosen}", units)
        for element, post in zip("BCD", asked, strict=True):
            task = town.task(case.id, element)
            with town.act(write=False) as act:
                assert set(offers_of(act.session, task.id)) == {post}
            with town.act("tam" if chosen == there else filing_officer) as act:
                tasks.complete(act, task.id, {})  # nobody is asked for the commune again
        assert town.case(case.id).outcome == "E"
        assert town.acts(case.id).count("unit:chosen") == 1


def test_what_may_be_filed_in_two_places_stays_where_it_was_received(small_town: World) -> None:
    deploy(small_town, procedure("hai-noi", "bchqs-tinh", groups="mot-cua-snv, ttpvhcc-xa"))
    said = {"nguoi_ho_ten": "Nguyễn Văn A", "huong": "ngan"}
    for role, unit in (("mot-cua-snv", "snv"), ("ttpvhcc-xa", "ap")):
        here = small_town.units[unit]
        with small_town.act(holder(small_town, role, unit)) as act:
            case = filing.file_case(
                act, "hai-noi", here, "counter", said, unit, {"ttpvhcc-xa": small_town.units["ap"]}
            )
            filed = act.session.scalars(
                select(TaskRow).where(TaskRow.case_id == case.id, TaskRow.element == "N")
            ).one()
            assert filed.unit_id == here


def test_an_outside_step_right_after_an_outside_filing_is_recorded_at_the_counter(
    small_town: World,
) -> None:
    name, text = procedure("ngoai", "bchqs-tinh", groups="mot-cua-snv")
    bare = text.replace(
        b'<bpmn:userTask camunda:candidateGroups="mot-cua-snv" id="B"', b'<bpmn:userTask id="B"'
    )
    assert bare != text
    deploy(small_town, (name, bare))
    said = {"nguoi_ho_ten": "Nguyễn Văn A", "huong": "ngan"}
    here = small_town.units["snv"]
    with small_town.act(holder(small_town, "mot-cua-snv", "snv")) as act:
        case = filing.file_case(act, "ngoai", here, "counter", said, "k1")
        task = act.session.scalars(
            select(TaskRow.id).where(TaskRow.case_id == case.id, TaskRow.element == "B")
        ).one()
        assert set(offers_of(act.session, task)) == {("mot-cua-snv", here)}
