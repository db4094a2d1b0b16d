"""Which role a lane names, and which unit its work goes to."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine.adapters.role_file import read_roles
from engine.domain.roles import Role, RoleRegister, spelling
from engine.domain.routing import Unit, nearest_units

ROLES_FILE = Path(__file__).parents[2] / "bpmn" / "roles.toml"

CLERK = Role("van-thu-xa", "Văn thư", "ubnd-cap-xa", "xa", True, aliases=("Văn thư/Lưu trữ",))
MINISTER = Role("bo", "Bộ Nội vụ", "bo-noi-vu", "tw", False, recorded_by="van-thu-xa")
COUNCIL = Role("hoi-dong", "Hội đồng giám định", "hoi-dong", "tinh", False)


@pytest.fixture
def register() -> RoleRegister:
    return RoleRegister([CLERK, MINISTER, COUNCIL], {"ubnd-cap-xa": "UBND cấp xã"})


@pytest.mark.parametrize(
    "name", ["van-thu-xa", "Văn thư", "  VĂN   THƯ ", "văn thư / lưu trữ", "Văn thư /Lưu trữ"]
)
def test_a_role_is_found_under_any_of_its_spellings(register: RoleRegister, name: str) -> None:
    assert register.find(name) is CLERK


def test_an_unknown_name_finds_no_role(register: RoleRegister) -> None:
    assert register.find("Giám đốc") is None


def test_a_name_of_two_roles_is_refused() -> None:
    with pytest.raises(ValueError, match="names both"):
        RoleRegister([CLERK, Role("khac", "Văn thư", "so-noi-vu", "tinh", True)], {})


def test_an_external_role_is_recorded_by_another(register: RoleRegister) -> None:
    assert register.recorder("van-thu-xa") == "van-thu-xa"
    assert register.recorder("bo") == "van-thu-xa"
    assert register.recorder("hoi-dong") == "hoi-dong"


def test_the_shipped_register_is_sound() -> None:
    shipped = read_roles(ROLES_FILE)

    for role in shipped.roles.values():
        assert role.kind in shipped.authorities, role.id
        assert role.recorded_by is None or shipped.roles[role.recorded_by].internal, role.id
        assert shipped.find(role.name) is role
        assert spelling(role.name) == spelling(role.name.upper())


# --- routing ---------------------------------------------------------------------------------

PROVINCE, DEPARTMENT, XA_1, XA_2, COMMAND, OTHER_DEPARTMENT, MINISTRY = range(1, 8)
UNITS = {
    unit.id: unit
    for unit in (
        Unit(PROVINCE, "ubnd-cap-tinh", None, "UBND tỉnh"),
        Unit(DEPARTMENT, "so-noi-vu", PROVINCE, "Sở Nội vụ"),
        Unit(XA_1, "ubnd-cap-xa", PROVINCE, "UBND xã Một"),
        Unit(XA_2, "ubnd-cap-xa", PROVINCE, "UBND xã Hai"),
        Unit(COMMAND, "bchqs-xa", XA_1, "Ban CHQS xã Một"),
        Unit(OTHER_DEPARTMENT, "so-noi-vu", None, "Sở Nội vụ tỉnh bạn"),
        Unit(MINISTRY, "bo-noi-vu", None, "Bộ Nội vụ"),
    )
}


@pytest.mark.parametrize(
    ("receiving", "kind", "nearest"),
    [
        (XA_1, "ubnd-cap-xa", (XA_1,)),  # itself, although a sister is of the kind
        (COMMAND, "ubnd-cap-xa", (XA_1,)),  # an ancestor
        (XA_1, "so-noi-vu", (DEPARTMENT,)),  # a child of an ancestor, not the far one
        (XA_1, "bchqs-xa", (COMMAND,)),  # its own child
        (XA_2, "bchqs-xa", (COMMAND,)),  # none near: all of the kind
        (DEPARTMENT, "ubnd-cap-xa", (XA_1, XA_2)),  # several: the officer chooses
        (XA_1, "bo-noi-vu", (MINISTRY,)),  # outside the tree
        (XA_1, "hoi-dong", ()),
    ],
)
def test_work_goes_to_the_nearest_unit_of_the_kind(
    receiving: int, kind: str, nearest: tuple[int, ...]
) -> None:
    assert nearest_units(UNITS, receiving, kind) == nearest


def test_units_that_are_each_others_parent_do_not_loop() -> None:
    circle = {1: Unit(1, "a", 2, "A"), 2: Unit(2, "b", 1, "B")}

    assert nearest_units(circle, 1, "b") == (2,)
    assert nearest_units(circle, 1, "c") == ()
