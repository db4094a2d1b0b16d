"""Điều 23, Điều 24: the Sở puts dossiers on one list (Mẫu số 83), issued with one number."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from engine.persistence.tables import CaseRow, TaskRow
from engine.services.listing import carrying, gathering, issuing, viewing
from tests.drawings.country import Countries
from tests.drawings.exploring import Done
from tests.drawings.library import PROCEDURES
from tests.drawings.officers import Office, _Dossier
from tests.drawings.test_walks import walked
from tests.services.gathered import NAMES, WHOLE

#: Procedure, step where the list is begun, step where it gets its number, where dossiers go then.
CASES = [("nd131-d23-cap-doi-bang", "S8", "S9", "C1"), ("nd131-d24-cap-lai-bang", "S3", "S4", "C1")]


@pytest.fixture(scope="module")
def countries() -> Iterator[Countries]:
    settled = Countries()
    yield settled
    settled.close()


@pytest.mark.parametrize(("name", "begun", "numbered", "then"), CASES)
def test_dossiers_go_to_the_ministry_on_one_list_with_one_number(
    name: str, begun: str, numbered: str, then: str, countries: Countries, tmp_path: Path
) -> None:
    piece = next(piece for piece in PROCEDURES if piece.id == name)
    _, walks = walked(piece)
    walk = next(w for w in walks if (name, numbered) in w.passed and w.outcome == "E1")
    place = next(i for i, done in enumerate(walk.steps) if done.element == begun)
    with countries.copy("sqlite", tmp_path) as country:
        office = Office(country, piece)
        standing: list[int | None] = []
        works: list[int] = []
        country.move(office.beginning)
        for person in NAMES[:2]:
            dossier = _Dossier(office, walk)
            for done in walk.steps[:place]:
                dossier.do(_of(done, person) if done is walk.steps[0] else done)
            work, post = dossier.open[name, begun]
            standing.append(dossier.id)
            works.append(work)
        user, department = country.holders[post], post[1]
        with country.act(user) as act:
            made = gathering.make(act, works, "Đề nghị Bộ Nội vụ").id
            said = dict(walk.steps[place].answers or {})
            assert carrying.advance(act, made, begun, said, confirmed=True).element == numbered
        with country.act(user) as act:
            assert (
                issuing.issue(act, made, numbered, units={"cv-ncc-snv": department}).state
                == "issued"
            )
            page = viewing.list_page(act, made)
            assert page.letter is not None
            sign = page.letter.sign
        with country.act(write=False) as act:
            for case_id in standing:
                case = act.session.get_one(CaseRow, case_id)
                assert case.data["de_nghi_bo_so"] == sign
                open_ = select(TaskRow.process, TaskRow.element).where(
                    TaskRow.case_id == case_id, TaskRow.state == "open"
                )
                assert act.session.execute(open_).all() == [(_called(office, then), then)]


def _of(done: Done, person: str) -> Done:
    """The filing of a person of whom everything is known that the list needs."""
    return replace(done, answers={**(done.answers or {}), **WHOLE, "ls_ho_ten": person})


def _called(office: Office, element: str) -> str:
    """The drawing that the ministry's part stands in."""
    (key,) = (
        key
        for key, one in office.version.spec.drawings.items()
        if element in one.nodes and key.startswith("trinh-")
    )
    return key
