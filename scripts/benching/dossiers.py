"""Dossiers of Quy trình số 02 as people fill them in, walked through the offices of a small town.

Everything goes through the services, as officers would do it; only the clock is moved by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import select

from engine.domain.states import TaskState, TimerState
from engine.persistence.tables import TaskRow, TimerRow
from engine.services import tasks, timers
from tests import factories
from tests.databases import fresh_database
from tests.drawings.qt02_walks import WALKS, Step
from tests.factories import World

DRAWING = factories.QT02_FILE

#: The shortest way to a granted result.
STRAIGHT = "straight; ministry"

#: Completes one task: who, its id, what the form sends.
Complete = Callable[[str, int, Mapping[str, Any]], None]

#: A Mẫu số 16 as people fill it in, with three relatives.
FILING: Mapping[str, object] = {
    "kinh_gui": "Ủy ban nhân dân xã An Phú",
    "nguoi_ho_ten": "Nguyễn Thị Hoà",
    "nguoi_ngay_sinh": "1958-03-14",
    "nguoi_gioi_tinh": "nu",
    "nguoi_cccd": "034158001234",
    "nguoi_cccd_ngay_cap": "2021-05-10",
    "nguoi_cccd_noi_cap": "Cục Cảnh sát quản lý hành chính về trật tự xã hội",
    "nguoi_que_quan": "Xã An Phú, huyện Quỳnh Phụ, tỉnh Thái Bình",
    "nguoi_thuong_tru": "Thôn Đông, xã An Phú, tỉnh Hưng Yên",
    "nguoi_dien_thoai": "0912345678",
    "nguoi_moi_quan_he": "Em gái",
    "de_nghi_cap": "cap_doi",
    "ly_do_de_nghi": "Bằng cấp năm 1978 đã cũ, viền rách; gia đình đề nghị cấp đổi để thờ cúng.",
    "ls_ho_ten": "Nguyễn Văn Bình",
    "ls_ngay_sinh": "1948",
    "ls_gioi_tinh": "nam",
    "ls_que_quan": "Xã An Phú, huyện Quỳnh Phụ, tỉnh Thái Bình",
    "ls_ngay_hy_sinh": "1968-02",
    "ls_cap_bac_chuc_vu": "Hạ sĩ, tiểu đội phó",
    "bang_so": "TB 123456",
    "bang_quyet_dinh": "278/QĐ-TTg",
    "bang_quyet_dinh_ngay": "1978",
    "bang_co_quan": "Thủ tướng Chính phủ",
    "than_nhan": [
        {"ho_ten": "Nguyễn Văn An", "ngay_sinh": "1922", "moi_quan_he": "Cha"},
        {"ho_ten": "Trần Thị Lụa", "ngay_sinh": "1925", "moi_quan_he": "Mẹ"},
        {"ho_ten": "Nguyễn Thị Hoà", "ngay_sinh": "1958-03-14", "moi_quan_he": "Em gái"},
    ],
    "khai_tai": "An Phú",
    "khai_ngay": "2026-03-02",
}

#: What officers write where the walks leave it open.
WRITTEN: Mapping[str, Mapping[str, object]] = {
    "B2": {
        "noi_dung_tham_dinh": "Hồ sơ đủ thành phần; bằng cũ còn đọc rõ số, họ tên, quê quán. "
        "Đề nghị lãnh đạo Phòng xem xét, trình ký danh sách đề nghị cấp đổi."
    },
    "B12": {
        "ds_chuc_vu": "Tiểu đội phó",
        "ds_doi_tuong": "Liệt sĩ",
        "ds_que_xa": "Xã An Phú, huyện Quỳnh Phụ",
        "ds_que_tinh": "Thái Bình",
        "ds_thoi_ky": "Chống Mỹ",
        "ds_ky_hieu_bang": "TB",
        "noi_dung_tham_tra": "Thông tin trên bằng khớp hồ sơ gốc lưu tại Sở. Đề nghị trình Bộ.",
    },
}


@contextmanager
def town(kind: str = "sqlite") -> Iterator[World]:
    """A town of officers in a fresh database ("sqlite", "postgresql")."""
    with (
        fresh_database(kind) as database,
        TemporaryDirectory(prefix="quytrinh-bench-") as folder,
    ):
        yield factories.town(factories.application(database, Path(folder)))


def steps_of(walk: str) -> list[Step]:
    """The steps of a walk with what officers write in their forms."""
    steps, _ = WALKS[walk]
    return [(element, {**WRITTEN.get(element, {}), **answers}) for element, answers in steps]


def file(town: World) -> int:
    """A dossier received at the counter; the new case's id."""
    return town.file(**FILING)


def walk(town: World, case_id: int, steps: list[Step], complete: Complete | None = None) -> None:
    """Takes a filed case along `steps` (without the filing), whoever is asked doing each."""
    act = complete or by_service(town)
    for element, answers in steps:
        task = open_task(town, case_id)
        if task is None:
            fire_next_timers(town)
        elif task.element != element:
            raise RuntimeError(f"{task.element} is open where {element} was expected")
        else:
            act(town.officer(task), task.id, submission(town, task, answers))


def by_service(town: World) -> Complete:
    """Completing by a call of the service."""

    def complete(who: str, task_id: int, answers: Mapping[str, Any]) -> None:
        with town.act(who) as act:
            tasks.complete(act, task_id, answers)

    return complete


def open_task(town: World, case_id: int) -> TaskRow | None:
    """The only open task of a case; None while it waits for a timer."""
    with town.act(write=False) as act:
        return act.session.scalars(
            select(TaskRow).where(TaskRow.case_id == case_id, TaskRow.state == TaskState.OPEN)
        ).one_or_none()


def submission(town: World, task: TaskRow, answers: Mapping[str, Any]) -> dict[str, Any]:
    """What an officer sends: the form as first drawn, and `answers`."""
    with town.act(write=False) as act:
        form = town.version(act, task).form_of(task.process, task.element)
    return {**form.defaults({"kenh": "counter", "lan_thu": task.round}), **answers} if form else {}


def fire_next_timers(town: World) -> None:
    """Moves the clock to the next timer and lets a worker fire what is due."""
    with town.act(write=False) as act:
        waiting = select(TimerRow.fires_at).where(TimerRow.state == TimerState.WAITING)
        town.clock.move_to(min(act.session.scalars(waiting)))
    timers.fire_due(town.app)
