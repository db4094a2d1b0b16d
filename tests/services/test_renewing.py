"""Better files in the place of old ones: who may, what the case says then, what stays."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from engine.domain.errors import Conflict, Misuse, NotFound, NotPermitted
from engine.persistence import journal_store
from engine.persistence.tables import AttachmentRow, TaskRow
from engine.ports import UploadedFile
from engine.services import renewing, tasks
from tests.factories import World
from tests.scans import pdf, photo

OLD = UploadedFile("quét.pdf", pdf(1))
NEW = UploadedFile("quét rõ.pdf", pdf(2))


def checked(world: World) -> int:
    """A dossier whose scan was put in by Hoa at its check."""
    case_id = world.file()
    world.do(case_id, "B1b", "hoa", ho_so_quet=[OLD])
    return case_id


def files(world: World, case_id: int) -> list[AttachmentRow]:
    with world.act(write=False) as act:
        rows = select(AttachmentRow).where(AttachmentRow.case_id == case_id)
        return list(act.session.scalars(rows.order_by(AttachmentRow.id)))


def renew(
    world: World, attachment_id: int, who: str = "hoa", new: UploadedFile = NEW, why: str = "mờ"
) -> AttachmentRow:
    with world.act(who) as act:
        return renewing.renew(act, attachment_id, new, why)


def test_the_case_uses_the_new_file_and_keeps_the_old_one(town: World) -> None:
    case_id = checked(town)
    (old,) = files(town, case_id)
    new = renew(town, old.id, why="  trang 2\nbị mờ ")
    assert (new.version, new.replaces_id, new.reason) == (2, old.id, "trang 2 bị mờ")
    assert (new.field, new.task_id) == (old.field, old.task_id)
    case = town.case(case_id)
    assert case.data["ho_so_quet"] == [
        {"file": new.sha256, "name": "quét rõ.pdf", "size": new.size, "type": "application/pdf"}
    ]
    with town.act(write=False) as act:
        done = act.session.get_one(TaskRow, old.task_id)
        assert done.data is not None
        assert done.data["ho_so_quet"][0]["file"] == old.sha256, "what was submitted stays"
        line = journal_store.lines_of(act.session, case_id)[-1]
    assert (line.act, line.actor_id) == ("file:renewed", town.users["hoa"])
    assert line.facts["replaces"] == old.sha256
    assert town.app.ports.files.read(old.sha256) == OLD.content


def test_an_open_draft_names_the_new_file(small_town: World) -> None:
    case_id = checked(small_town)
    (old,) = files(small_town, case_id)
    task = small_town.task(case_id, "B2")
    reference = small_town.case(case_id).data["ho_so_quet"]
    with small_town.act("binh") as act:
        row = tasks.save_draft(act, task.id, {})
        row.draft = {"danh_sach": [{"tep": reference}], "khac": "x"}
    new = renew(small_town, old.id)
    draft = small_town.task(case_id, "B2").draft
    assert draft is not None
    assert draft["danh_sach"][0]["tep"][0]["file"] == new.sha256
    assert draft["khac"] == "x"


def test_a_page_from_before_the_better_file_does_not_bring_the_old_one_back(
    small_town: World,
) -> None:
    """Somebody has the step open, with the file in it, while a colleague replaces the file."""
    town = small_town
    case_id = town.file()
    town.do(case_id, "B1b", "hoa", ho_so_quet=[OLD], ket_qua_tiep_nhan="bo_sung")
    reference = town.case(case_id).data["ho_so_quet"]
    town.walk(case_id, *town.open_elements(case_id))
    (old,) = files(town, case_id)
    second = renew(town, old.id)
    third = renew(town, second.id, new=UploadedFile("ba.pdf", pdf(3)))
    town.do(case_id, "B1b", "hoa", ho_so_quet=reference)
    assert [one["file"] for one in town.case(case_id).data["ho_so_quet"]] == [third.sha256]
    assert len(files(town, case_id)) == 3


def test_only_the_newest_version_is_replaced_and_by_something_else(small_town: World) -> None:
    (old,) = files(small_town, checked(small_town))
    with pytest.raises(Misuse, match="giống hệt"):
        renew(small_town, old.id, new=OLD)
    with pytest.raises(Misuse, match="lý do"):
        renew(small_town, old.id, why=" ")
    with pytest.raises(Misuse, match="rỗng"):
        renew(small_town, old.id, new=UploadedFile("x.pdf", b""))
    with pytest.raises(Misuse, match="không thuộc loại"):
        renew(small_town, old.id, new=UploadedFile("x.pdf", b"MZ"))
    assert len(files(small_town, old.case_id)) == 1
    second = renew(small_town, old.id)
    with pytest.raises(Conflict, match="bản mới hơn"):
        renew(small_town, old.id, new=UploadedFile("ba.pdf", pdf(3)))
    third = renew(small_town, second.id, new=UploadedFile("ảnh", photo(kind="PNG")))
    assert (third.version, third.filename) == (3, "ảnh.png"), "forms judge files by their names"
    chains = renewing.chains(files(small_town, old.case_id))
    assert [[row.version for row in chain] for chain in chains] == [[3, 2, 1]]


@pytest.mark.parametrize(
    ("who", "refused"),
    [
        ("hanh", None),  # of the same office
        ("binh", None),  # of the same unit
        ("lan", NotFound),  # her office has no part in it yet
        ("quan", NotFound),
        ("phuc", NotPermitted),  # supervises, holds no post there
    ],
)
def test_those_of_the_unit_whose_step_it_was_may_renew(
    small_town: World, who: str, refused: type[Exception] | None
) -> None:
    (old,) = files(small_town, checked(small_town))
    if refused is None:
        assert renew(small_town, old.id, who).version == 2
        return
    with pytest.raises(refused):
        renew(small_town, old.id, who)


def test_another_unit_of_the_case_does_not_renew_what_is_not_its_own(small_town: World) -> None:
    case_id = checked(small_town)
    small_town.walk(case_id, "B2", "B3", "B4", "B5")
    (old,) = [file for file in files(small_town, case_id) if file.field == "ho_so_quet"]
    receivers = {"khanh", "oanh", "lan"}
    for who in receivers:
        with pytest.raises((NotPermitted, NotFound)):
            renew(small_town, old.id, who)


def test_who_uploaded_it_may_renew_a_document_of_an_act(small_town: World) -> None:
    case_id = checked(small_town)
    with small_town.act("hoa") as act:
        act.session.add(
            AttachmentRow(
                case_id=case_id,
                task_id=None,
                field="van_ban",
                sha256=act.app.ports.files.keep(OLD).sha256,
                filename="quyết định.pdf",
                size=1,
                media_type="application/pdf",
                uploaded_at=act.now,
                uploaded_by_id=act.actor.user_id,
            )
        )
    own = files(small_town, case_id)[-1]
    with pytest.raises(NotPermitted):
        renew(small_town, own.id, "hanh")
    assert renew(small_town, own.id, "hoa").version == 2
