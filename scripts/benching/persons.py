"""What finding persons costs among a hundred thousand: for a commune, and for the province."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import islice
from typing import Any

from sqlalchemy import insert, text

from engine.domain.folding import fold
from engine.persistence.person_records import endings_of
from engine.persistence.tables import (
    CasePersonRow,
    CaseRow,
    CaseUnitRow,
    PersonEndingRow,
    PersonRow,
    UnitRow,
)
from engine.services import likenesses, persons
from engine.services.act import Act
from scripts.benching.dossiers import town
from scripts.benching.measuring import Measured, say, seconds
from tests.databases import KINDS, no_postgresql
from tests.factories import World

MANY, QUICK = 100_000, 20_000
COMMUNES = 100
BOUND_MS = 50
ROUNDS = 15

FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô", "Dương")
MIDDLE = ("Văn", "Thị", "Đức", "Hữu", "Ngọc", "Xuân", "Minh", "Quang", "Thanh", "Đình")
GIVEN = (
    *("An", "Bền", "Bình", "Chiến", "Cường", "Dũng", "Đạt", "Giang", "Hà", "Hải", "Hoà", "Hùng"),
    *("Huệ", "Khánh", "Lan", "Lành", "Long", "Mai", "Mừng", "Nam", "Nga", "Oanh", "Phúc", "Quyết"),
    *("Sáu", "Tâm", "Thắng", "Thuỷ", "Toàn", "Trung", "Tuấn", "Vinh", "Xuyến", "Yến"),
)

#: What people type: first letters that half of all have, then what few have.
TYPED = ("ng", "nguyen", "nguyễn vă", "tran", "le", "nguyen van b", "Bền", "xuyen", "098148000017")


def found(quick: bool) -> Iterator[Measured]:
    """A suggestion, and the look for dossiers about the same person."""
    for kind in KINDS:
        name = f"persons_{kind}"
        reason = no_postgresql() if kind == "postgresql" else None
        if reason:
            say(f"{name} left out: {reason}")
            yield Measured(name, None)
            continue
        many = QUICK if quick else MANY
        say(f"persons on {kind}: {many:,} …")
        with town(kind) as world:
            fill(world, many)
            yield from _measured(world, name)


def _measured(world: World, name: str) -> list[Measured]:
    costs = {}
    for who in ("hoa", "lan", "phuc"):
        for typed in TYPED:
            costs[who, typed] = _cost(
                world, who, lambda act, typed=typed: persons.suggest(act, typed)
            )
    worst = max(costs, key=lambda one: costs[one])
    seen = {"who": worst[0], "typed": worst[1], "mean": sum(costs.values()) / len(costs)}

    def alike(act: Act) -> object:
        return likenesses.of_case(act, act.session.get_one(CaseRow, 1))

    notice = _cost(world, "hoa", alike)
    return [
        Measured(f"{name}_ms", costs[worst], BOUND_MS, seen),
        Measured(f"{name}_notice_ms", notice, BOUND_MS),
    ]


def _cost(world: World, who: str, what: Any) -> float:
    with world.act(who, write=False) as act:
        return 1000 * sorted(seconds(lambda: what(act)) for _ in range(ROUNDS))[ROUNDS // 2]


def fill(world: World, many: int) -> None:
    """Dossiers of three persons each, spread over communes; all of them known at the province."""
    dice = random.Random(7)  # noqa: S311
    world.file()
    with world.act() as act:
        first = act.session.get_one(CaseRow, 1)
        case = {
            column.name: getattr(first, column.key)
            for column in CaseRow.__table__.columns
            if column.name not in ("id", "code", "filing_key")
        }
        units = [world.units["ap"]]
        for number in range(COMMUNES - 1):
            unit = UnitRow(
                code=f"x{number}",
                name=f"Xã {number}",
                kind="ubnd-cap-xa",
                parent_id=world.units["tinh"],
            )
            act.session.add(unit)
            act.session.flush()
            units.append(unit.id)
        for numbers in _batches(range(2, many // 3 + 2), 2_000):
            _write(act, case, numbers, units, world.units["snv"], dice)
    with world.app.database.connect() as connection:
        connection.execute(text("ANALYZE"))
        connection.commit()


def _write(
    act: Act, case: dict[str, Any], numbers: list[int], units: list[int], province: int, dice: Any
) -> None:
    rows: dict[Any, list[dict[str, Any]]] = {
        table: [] for table in (CaseRow, CaseUnitRow, PersonRow, PersonEndingRow, CasePersonRow)
    }
    for number in numbers:
        unit_id = units[number % len(units)]
        rows[CaseRow].append(
            {
                **case,
                "id": number,
                "unit_id": unit_id,
                "code": f"X-{number}",
                "filing_key": f"k{number}",
            }
        )
        rows[CaseUnitRow] += [{"case_id": number, "unit_id": one} for one in (unit_id, province)]
        for place, part in enumerate(("applicant", "subject", "relative")):
            person_id = number * 3 + place
            name = f"{dice.choice(FAMILY)} {dice.choice(MIDDLE)} {dice.choice(GIVEN)}"
            rows[PersonRow].append(
                {
                    "id": person_id,
                    "full_name": name,
                    "folded": fold(name),
                    "born": str(dice.randint(1920, 1975)),
                    "identity_number": f"098148{person_id:06d}" if part == "applicant" else "",
                    "made_at": act.now,
                }
            )
            rows[PersonEndingRow] += [
                {"ending": ending, "person_id": person_id} for ending in endings_of([name])
            ]
            rows[CasePersonRow].append({"case_id": number, "person_id": person_id, "part": part})
    for table, new in rows.items():
        act.session.execute(insert(table), new)


def _batches(numbers: range, size: int) -> Iterator[list[int]]:
    left = iter(numbers)
    while batch := list(islice(left, size)):
        yield batch
