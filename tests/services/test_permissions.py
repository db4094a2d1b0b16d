"""Who may do what to a case: everybody at every act, in one table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from engine.domain.errors import Conflict, Misuse, NotFound, NotPermitted, QuyTrinhError
from engine.ports import UploadedFile
from engine.services import (
    accounts,
    calendars,
    catalogue,
    deploying,
    filing,
    handling,
    journalling,
    organising,
    pausing,
    reassigning,
    tasks,
    timers,
    viewing,
)
from engine.services.act import Act
from tests.factories import QT02, World

#: hoa holds the post, hanh sits beside her, binh works in the same unit, quan in another commune,
#: lan at the province before the case came there, phuc supervises, tam has no post at all.
EVERYBODY = ("hoa", "hanh", "binh", "quan", "lan", "phuc", "tam", "uyen", "vinh")

FILE = UploadedFile("a.pdf", b"%PDF-1.4\n%%EOF\n")


@dataclass(frozen=True)
class Scene:
    """Somebody about to do something to the case that stands before reception at An Phú."""

    act: Act
    town: World
    case_id: int
    task_id: int


TABLE: dict[str, tuple[Callable[[Scene], object], set[str]]] = {
    "see the case": (
        lambda s: viewing.case_page(s.act, s.case_id),
        {"hoa", "hanh", "binh", "phuc"},
    ),
    "see the task": (
        lambda s: viewing.task_page(s.act, s.task_id),
        {"hoa", "hanh", "binh", "phuc"},
    ),
    "claim": (lambda s: tasks.claim(s.act, s.task_id), {"hoa", "hanh"}),
    "draft": (lambda s: tasks.save_draft(s.act, s.task_id, {}), {"hoa", "hanh"}),
    "complete": (
        lambda s: tasks.complete(s.act, s.task_id, s.town.answers_to_task(s.task_id)),
        {"hoa", "hanh"},
    ),
    "list candidates": (lambda s: reassigning.holders(s.act, s.task_id), {"hoa", "phuc"}),
    "reassign": (
        lambda s: reassigning.reassign(s.act, s.task_id, s.town.users["hanh"], "Nghỉ phép."),
        {"hoa", "phuc"},  # hoa heads the counter
    ),
    "pause": (lambda s: pausing.pause(s.act, s.case_id, "Chờ.", FILE), {"hoa", "phuc"}),
    "file somewhere": (lambda s: filing.filing_page(s.act, QT02), {"hoa", "hanh", "quan"}),
    "file at An Phú": (
        lambda s: filing.file_case(
            s.act, QT02, s.town.units["ap"], "counter", s.town.application(s.act), "again"
        ),
        {"hoa", "hanh"},
    ),
    "see procedures": (lambda s: catalogue.register(s.act), set(EVERYBODY)),
    "deploy": (lambda s: deploying.deploy(s.act, []), {"vinh"}),
    "add a user": (
        lambda s: accounts.add_user(s.act, "moi", "Mới", "mat-khau-moi"),
        {"uyen"},
    ),
    "add a unit": (
        lambda s: organising.add_unit(s.act, "moi", "Xã Mới", "ubnd-cap-xa"),
        {"uyen"},
    ),
    "see incidents": (lambda s: handling.listed(s.act, closed=False), {"uyen"}),
    "fire a timer": (lambda s: timers.fire(s.act, 1), {"uyen"}),
    "seed the calendar": (lambda s: calendars.seed(s.act), {"uyen"}),
}


@pytest.mark.parametrize("what", TABLE)
def test_only_those_who_may_do_it_do(small_town: World, what: str) -> None:
    attempt, allowed = TABLE[what]
    case_id = small_town.file()
    task_id = small_town.task(case_id, "B1b").id
    did = set()
    for who in EVERYBODY:
        try:
            with small_town.act(who) as act:
                attempt(Scene(act, small_town, case_id, task_id))
                did.add(who)
                act.session.rollback()  # the next one finds everything as it was
        except (NotPermitted, NotFound):
            continue
        except (Conflict, Misuse):  # allowed, but it made no sense just now
            did.add(who)
    assert did == allowed


def test_a_case_is_seen_from_the_province_once_it_has_come_there(small_town: World) -> None:
    case_id = small_town.file()
    with pytest.raises(NotFound), small_town.act("lan") as act:
        viewing.case_page(act, case_id)
    small_town.walk(case_id, "B1b", "B2", "B3", "B4", "B5")
    for who in ("lan", "hoa"):  # and it is still seen where it was before
        with small_town.act(who, write=False) as act:
            assert viewing.case_page(act, case_id).case.id == case_id


def test_an_attachment_is_seen_by_those_who_see_its_case(small_town: World) -> None:
    case_id = small_town.file()
    small_town.do(case_id, "B1b", ho_so_quet=[FILE])
    with small_town.act("binh", write=False) as act:
        row = viewing.case_page(act, case_id).attachments[0]
    with pytest.raises(NotFound), small_town.act("quan", write=False) as act:
        viewing.attachment(act, row.id)


def test_a_refused_attempt_is_journalled_with_its_actor(small_town: World) -> None:
    error: QuyTrinhError = NotPermitted()
    journalling.refused(small_town.app, small_town.users["tam"], "POST /viec/1", error)
    journalling.refused(small_town.app, None, "GET /ho-so/9", NotFound())
    with small_town.act(write=False) as act:
        lines = [line for line in small_town.system_lines(act) if line.act == "permission:refused"]
    assert [(line.actor, line.facts["permission"]) for line in lines] == [
        ("Tam", "POST /viec/1"),
        ("Hệ thống", "GET /ho-so/9"),
    ]
