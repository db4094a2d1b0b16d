"""Papers that several people press at in the same moment, and papers full of strange text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from threading import Barrier
from zipfile import ZipFile

import pytest
from lxml import etree
from sqlalchemy import select

from engine.domain.errors import QuyTrinhError
from engine.domain.states import DocumentState, NumberState
from engine.persistence.tables import BookNumberRow, CaseRow, DocumentRow
from engine.services import documents, signing, tasks
from engine.services.documents import renewing, writing
from tests.factories import World
from tests.services.papers import form, letter, said_by
from tests.signed_papers import safe

STRANGE = (
    '#import "khung.typ": * #panic() #read("/etc/passwd")',
    "*a* _b_ $x$ `c` <l> @r = - + / ~ // /* ]] [ \\u{41} \\ \" '",
    "{{ 7*7 }} {% if 1 %} {{ unit.__class__ }} ${7*7} {# x #}",
    "</w:t><w:t>& <b>&amp;",
    "x" * 10_000,
)


def together(acts: Sequence[Callable[[], object]]) -> list[object]:
    start = Barrier(len(acts))

    def press(act: Callable[[], object]) -> object:
        start.wait(timeout=20)
        try:
            return act()
        except QuyTrinhError as error:
            return error

    with ThreadPoolExecutor(len(acts)) as pool:
        return list(pool.map(press, acts))


def in_act(town: World, who: str, do: Callable[..., object], *said: object) -> Callable[[], object]:
    def once() -> object:
        with town.act(who) as act:
            return do(act, *said)

    return once


def numbers_of(town: World) -> list[tuple[int, str]]:
    with town.act(write=False) as act:
        rows = act.session.scalars(select(BookNumberRow).order_by(BookNumberRow.number))
        return [(row.number, row.state) for row in rows]


def test_a_letter_is_numbered_once_while_its_step_is_completed_and_it_is_voided(
    town: World,
) -> None:
    case_id = town.file()
    town.do(case_id, "B1b")
    row = letter(town, "binh", case_id, "to-trinh", "B2")
    town.walk(case_id, "B2", "B3", "B4")
    task, said = town.task(case_id, "B5"), town.answers_to(case_id, "B5")
    found = together(
        [
            *[in_act(town, "giang", writing.issue_written, row.id)] * 3,
            in_act(town, "giang", tasks.complete, task.id, said),
            in_act(town, "dung", renewing.void, row.id, "Nhầm."),
        ]
    )
    unknown = [one for one in found if isinstance(one, QuyTrinhError) and not str(one)]
    assert unknown == []
    with town.act(write=False) as act:
        after = act.session.get_one(DocumentRow, row.id)
    given = numbers_of(town)
    assert [number for number, _ in given] == list(range(1, len(given) + 1))
    assert len(given) <= 1
    assert (after.number_id is not None) == bool(given)
    if after.state == DocumentState.VOIDED:
        assert all(state == NumberState.VOIDED for _, state in given)
    else:
        assert (after.state, given) == (DocumentState.ISSUED, [(1, NumberState.USED)])
    assert "B5" not in town.open_elements(case_id) or isinstance(found[3], QuyTrinhError)


def test_a_form_signed_issued_anew_and_voided_at_once_stays_what_it_was(town: World) -> None:
    safe(town).give(user="hoa")
    case_id = town.file()
    town.do(case_id, "B1b")
    row = form(town, "hoa", case_id, "bm-01")
    issued = town.app.ports.files.read(row.pdf_sha256 or "")
    together(
        [
            in_act(town, "hoa", signing.sign, row.id),
            in_act(town, "hoa", signing.sign, row.id),
            in_act(town, "hoa", renewing.reissue, row.id, "Sai tên."),
            in_act(town, "hanh", renewing.reissue, row.id, "Sai tên."),
            in_act(town, "hoa", renewing.void, row.id, "Nhầm."),
        ]
    )
    with town.act(write=False) as act:
        after = act.session.get_one(DocumentRow, row.id)
        others = act.session.scalars(select(DocumentRow).where(DocumentRow.id != row.id)).all()
    assert town.app.ports.files.read(after.pdf_sha256 or "").startswith(issued)
    assert len(others) == (after.state == DocumentState.REPLACED)
    given = numbers_of(town)
    assert [number for number, _ in given] == list(range(1, 2 + len(others)))
    assert (given[0][1] == NumberState.VOIDED) == (after.state == DocumentState.VOIDED)


@pytest.mark.parametrize("text", STRANGE, ids=("typst", "signs", "jinja", "xml", "long"))
def test_what_people_write_is_never_read_as_a_template(small_town: World, text: str) -> None:
    town, case_id = small_town, small_town.file()
    town.do(case_id, "B1b")
    with town.act("hoa") as act:
        case = act.session.get_one(CaseRow, case_id)
        case.data = {**case.data, "nguoi_ho_ten": text, "ls_ho_ten": text}
        case.applicant = text[:150]
    for kind in ("bm-01", "mau-16"):
        said = "".join(said_by(town, form(town, "hoa", case_id, kind)).split())
        assert "".join(text[:60].split()) in said, kind
    row = letter(town, "binh", case_id, "to-trinh", "B2")
    with town.act("binh", write=False) as act:
        data = {**row.data, "sign": "", "day": "", "month": "", "year": "", "body": text}
        word = documents.word_of(act, row, data)
    assert word is not None
    written = etree.fromstring(ZipFile(BytesIO(word)).read("word/document.xml"))
    assert text in "".join(written.itertext())
