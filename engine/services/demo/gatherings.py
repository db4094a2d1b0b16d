"""The lists of the demo (Mẫu số 83): one being put together, one on its way, one issued."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from engine.domain.clock import HandClock
from engine.domain.states import TaskState
from engine.persistence.tables import TaskRow
from engine.services.act import Application
from engine.services.demo import records as families
from engine.services.demo.families import Family
from engine.services.listing import carrying, gathering, issuing, writing

BEGINS = "B12"
NUMBERED = "B14"

_FOUND = (
    "Đã rà soát bằng gốc và giấy tờ kèm theo của từng hồ sơ: thông tin của liệt sĩ thống nhất, "
    "chưa có trong danh sách đã cấp đổi. Lập danh sách theo Mẫu số 83, dự thảo văn bản đề nghị "
    "Bộ Nội vụ."
)
_SAID: Mapping[str, Mapping[str, object]] = {
    BEGINS: {"huong_giai_quyet": "bo", "noi_dung_tham_tra": _FOUND},
    "B13a": {"y_kien_B13a": "dong_y"},
    "B13b": {"y_kien_B13b": "dong_y"},
}


@dataclass(frozen=True)
class Gathering:
    """Dossiers gathered some working days before the present, and the steps they took together."""

    title: str
    families: tuple[Family, ...]
    made: float
    steps: tuple[tuple[str, str, float], ...] = ()  # element, username, working days ago


GATHERINGS = (
    Gathering(
        "Danh sách đề nghị cấp đổi, phường Tân Giang Đông",
        (families.DUYEN_AGAIN, families.TINH),
        12.2,
        (
            (BEGINS, "binh.tn", 11.4),
            ("B13a", "dung.vq", 10.8),
            ("B13b", "minh.la", 10.4),
            (NUMBERED, "oanh.lk", 10),
        ),
    ),
    Gathering(
        "Danh sách đề nghị cấp đổi, xã Hương Lâm Thượng – Đại Nghĩa Tây",
        (families.PAO, families.DIN),
        2.1,
        ((BEGINS, "binh.tn", 1.8), ("B13a", "dung.vq", 0.9)),
    ),
    Gathering(
        "Danh sách đề nghị cấp đổi, đợt này",
        (families.THUAN, families.TOAN_QUANG, families.KHAM),
        0.3,
    ),
)


def gather(
    app: Application,
    clock: HandClock,
    moment: Callable[[float], datetime],
    users: Mapping[str, int],
    dossiers: Mapping[Family, int],
) -> None:
    """Makes the lists whose dossiers are all there, by the officers of the province."""
    for one in GATHERINGS:
        if all(family in dossiers for family in one.families):
            _gather(app, clock, moment, users, dossiers, one)


def _gather(
    app: Application,
    clock: HandClock,
    moment: Callable[[float], datetime],
    users: Mapping[str, int],
    dossiers: Mapping[Family, int],
    wanted: Gathering,
) -> None:
    clock.move_to(moment(wanted.made))
    cases = {dossiers[family]: family for family in wanted.families}
    with app.act(users["binh.tn"]) as act:
        open_there = select(TaskRow.id).where(
            TaskRow.case_id.in_(cases), TaskRow.element == BEGINS, TaskRow.state == TaskState.OPEN
        )
        list_id = gathering.make(act, list(act.session.scalars(open_there)), wanted.title).id
        for case_id, family in cases.items():
            writing.write_row(act, list_id, case_id, {"doi_tuong": family.martyr.force})
    for element, username, ago in wanted.steps:
        clock.move_to(moment(ago))
        with app.act(users[username]) as act:
            if element == NUMBERED:
                issuing.issue(act, list_id, element)
            else:
                carrying.advance(act, list_id, element, _SAID[element], confirmed=True)
