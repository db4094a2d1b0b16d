"""Who may do what to a case: everybody at every act, in one table."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from engine.domain.errors import Conflict, Misuse, NotFound, NotPermitted, QuyTrinhError
from engine.ports import UploadedFile
from engine.services import (
    accounts,
    calendars,
    deploying,
    filing,
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

Attempt = Callable[[Act, World, int, int], object]

TABLE: dict[str, tuple[Attempt, set[str]]] = {
    "see the case": (lambda a, w, c, t: viewing.case_page(a, c), {"hoa", "hanh", "binh", "phuc"}),
    "see the task": (lambda a, w, c, t: viewing.task_page(a, t), {"hoa", "hanh", "binh", "phuc"}),
    "claim": (lambda a, w, c, t: tasks.claim(a, t), {"hoa", "hanh"}),
    "draft": (lambda a, w, c, t: tasks.save_draft(a, t, {}), {"hoa", "hanh"}),
    "complete": (
        lambda a, w, c, t: tasks.complete(a, t, w.answers_to_task(t)),
        {"hoa", "hanh"},
    ),
    "list candidates": (lambda a, w, c, t: reassigning.holders(a, t), {"hoa", "phuc"}),
    "reassign": (
        lambda a, w, c, t: reassigning.reassign(a, t, w.users["hanh"], "Nghỉ phép."),
        {"hoa", "phuc"},  # hoa heads the counter
    ),
    "pause": (lambda a, w, c, t: pausing.pause(a, c, "Chờ.", FILE), {"hoa", "phuc"}),
    "file here": (lambda a, w, c, t: filing.filing_page(a, QT02), {"hoa", "hanh", "quan"}),
    "file at An Phú": (
        lambda a, w, c, t: filing.file_case(
            a, QT02, w.units["ap"], "counter", w.application(a), f"again-{a.actor.user_id}"
        ),
        {"hoa", "hanh"},
    ),
    "see procedures": (lambda a, w, c, t: viewing.procedures(a), set(EVERYBODY)),
    "deploy": (lambda a, w, c, t: deploying.deploy(a, []), {"vinh"}),
    "add a user": (
        lambda a, w, c, t: accounts.add_user(a, "moi", "Mới", "mat-khau-moi"),
        {"uyen"},
    ),
    "add a unit": (
        lambda a, w, c, t: organising.add_unit(a, "moi", "Xã Mới", "ubnd-cap-xa"),
        {"uyen"},
    ),
    "see incidents": (lambda a, w, c, t: timers.incidents(a), {"uyen"}),
    "fire a timer": (lambda a, w, c, t: timers.fire(a, 1), {"uyen"}),
    "seed the calendar": (lambda a, w, c, t: calendars.seed(a), {"uyen"}),
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
                attempt(act, small_town, case_id, task_id)
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
