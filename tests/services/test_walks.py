"""Quy trình 02 through the services, from filing to the result."""

from __future__ import annotations

from tests.factories import World

COMMUNE = ("B1b", "B2", "B3", "B4", "B5")
PROVINCE = ("B11", "B12", "B13a", "B13b", "B14")
MINISTRY = ("B18", "S2", "S3", "B19", "B20", "B21", "B22")


def test_the_straight_path_ends_with_the_result_handed_over(town: World) -> None:
    case_id = town.file()
    town.walk(case_id, *COMMUNE, *PROVINCE, *MINISTRY)
    case = town.case(case_id)
    assert (case.state, case.outcome) == ("finished", "E1")
    assert town.open_elements(case_id) == []
