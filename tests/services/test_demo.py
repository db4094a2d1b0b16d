"""The demo: a province at work, made by the real services, relative to the present."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from engine.adapters.role_file import read_roles
from engine.bootstrap import BPMN_DIR
from engine.bpmn.model import HUMAN
from engine.bpmn.reading.dialect import read_drawing
from engine.domain.clock import ZONE, HandClock
from engine.domain.signatures import Verdict
from engine.persistence import worklists
from engine.persistence.calendars import load_calendar
from engine.persistence.dossier_lists import members
from engine.persistence.journal_store import verify
from engine.persistence.people import actor_of
from engine.persistence.tables import (
    ApologyRow,
    AttachmentRow,
    BookNumberRow,
    CaseLinkRow,
    CaseRow,
    CaseStopRow,
    DocumentRow,
    DossierListRow,
    ExtensionRow,
    HandOverRow,
    OfferRow,
    OriginalRow,
    SignatureRow,
    TaskRow,
    TimerRow,
    UnitRow,
    UserRow,
)
from engine.persistence.worklists import Scope, Standing
from engine.services import (
    accounts,
    calendars,
    demo,
    deploying,
    documents,
    likenesses,
    shipping,
    verifying,
)
from engine.services.act import Application
from engine.services.demo import cast, certificates
from engine.services.demo.arrivals import ARRIVALS, arrive
from engine.services.demo.dossiers import DOSSIERS
from engine.services.demo.families import Family, Martyr, Relative, Sex, application
from engine.services.demo.loading import SINCE
from engine.services.demo.making import Moments, Town
from tests import factories
from tests.databases import Stock, fresh_database, stock_of
from web.commands.running import shipped_drawings


def province(database: Engine, folder: Path, moment: datetime) -> Application:
    app = factories.application(database, folder, moment)
    with app.act(None) as act:
        calendars.seed(act)
        files = [(factories.QT02_FILE.name, factories.QT02_FILE.read_bytes())]
        deploying.deploy(act, files)
    return app


FRIDAY = datetime(2026, 11, 20, 10, tzinfo=ZONE)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where its files lie."""
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def loaded(kept: Path) -> Iterator[Stock]:
    """The demo as it stands on a Friday."""
    with fresh_database("sqlite") as engine:
        assert demo.load(province(engine, kept, FRIDAY)) == len(DOSSIERS)
        yield stock_of(engine)


@pytest.fixture
def shown(loaded: Stock, kept: Path) -> Iterator[Application]:
    """The same, each test its own."""
    with loaded.taken() as engine:
        yield factories.application(engine, kept, FRIDAY)


def test_the_demo_shows_dossiers_at_every_turn(shown: Application) -> None:
    app = shown
    assert demo.load(app) == 0  # once
    with app.act(None, write=False) as act:
        cases = act.session.query(CaseRow).all()
        open_tasks = act.session.query(TaskRow).filter_by(state="open").all()
        assert {case.state for case in cases} == {"filed", "running", "paused", "finished"}
        assert {case.outcome for case in cases if case.outcome} == {"E1", "E2", "E5", "stopped"}
        at = {task.element for task in open_tasks}
        assert {
            "B1a",
            "B1b",
            "B2",
            "B4",
            "B12",
            "B18",
            "S1",
            "S3",
            "KN",
            "B20",
            "TH_xa",
            "B22",
        } <= at
        assert any(task.round == 2 for task in open_tasks)
        assert [t.state for t in act.session.query(TimerRow).all()].count("waiting") == 1
        for ruled in (ExtensionRow, CaseStopRow, ApologyRow):
            assert act.session.query(ruled).count() == 1
        late = [o for o in act.session.query(OfferRow).all() if o.due_at and o.due_at < act.now]
        assert len(late) >= 3
        assert all(case.filed_at <= act.now for case in cases)
        assert verify(act.session) == []


def test_every_account_named_can_sign_in(shown: Application) -> None:
    with shown.act(None) as act:
        for account in demo.accounts():
            assert accounts.sign_in(act, account.username, account.password)
        known = act.session.query(UserRow).count()
        assert act.session.query(UserRow).filter_by(demo=True).count() == known
        locked = act.session.query(UserRow).filter_by(locked=True).all()
    assert [user.username for user in locked] == [cast.LOCKED.username]
    assert len(demo.accounts()) == known - len(locked)


def test_papers_of_the_demo_stand_at_every_turn(shown: Application) -> None:
    with shown.act(None, write=False) as act:
        papers = act.session.query(DocumentRow).all()
        numbers = {row.id: row for row in act.session.query(BookNumberRow)}
        files = act.session.query(AttachmentRow).filter(AttachmentRow.replaces_id.isnot(None)).all()
    stand = {(row.kind, row.state) for row in papers}
    assert {
        *(("bm-01", state) for state in ("issued", "replaced")),
        *(("to-trinh", state) for state in ("draft", "signed", "issued")),
        *((kind, "issued") for kind in ("bm-02", "bm-03", "mau-16", "mau-83", "cong-van")),
        *((kind, "issued") for kind in ("bm-04", "bm-05")),
    } <= stand
    assert {row.state for row in numbers.values()} == {"reserved", "used", "voided"}
    assert {row.media_type for row in files} == {"application/pdf"}  # photos, joined
    days: dict[int, list[datetime]] = {}
    for row in sorted(numbers.values(), key=lambda one: one.number):
        days.setdefault(row.book_id, []).append(row.at)
    assert all(given == sorted(given) for given in days.values())  # no number is older than before


def test_lists_and_originals_of_the_demo_stand_at_every_turn(shown: Application) -> None:
    with shown.act(None, write=False) as act:
        lists = {
            row.state: (row.element, [one.case_id for one in members(act.session, row.id)])
            for row in act.session.query(DossierListRow)
        }
        originals = act.session.query(OriginalRow).all()
        moves = act.session.query(HandOverRow).filter_by(state="handed").all()
        ended = {case.id for case in act.session.query(CaseRow).filter_by(state="finished")}
        assert act.session.query(CaseLinkRow).count() == 1
    assert {state: (at, len(cases)) for state, (at, cases) in lists.items()} == {
        "open": ("B12", 3),
        "moving": ("B13b", 2),
        "issued": ("B14", 2),
    }
    assert any(row.holder_name for row in originals)  # with experts
    assert any(row.case_id in ended and row.holder_unit_id for row in originals)  # to be returned
    assert [FRIDAY - move.handed_at > timedelta(days=4) for move in moves] == [True]


def test_the_first_letter_of_the_demo_bears_both_signatures(shown: Application) -> None:
    certificates.give(shown)
    with shown.act(None, write=False) as act:
        signed = act.session.query(SignatureRow).all()
        assert len({row.document_id for row in signed}) == 1
        letter = act.session.get_one(DocumentRow, signed[0].document_id)
        found = verifying.summary(shown, documents.pdf_of(act, letter), act.now).found
    assert [(one.subject, one.verdict) for one in found] == [
        ("Nguyễn Đức Thành", Verdict.VALID),
        ("Ủy ban nhân dân xã An Phú", Verdict.VALID),
    ]


@pytest.mark.parametrize(
    "moment",
    [
        "2026-02-18 09:00",  # Tết
        "2029-06-01 23:59",  # no calendar so far ahead
    ],
)
def test_the_demo_loads_on_any_day(sqlite: Engine, tmp_path: Path, moment: str) -> None:
    now = datetime.fromisoformat(moment).replace(tzinfo=ZONE)
    assert demo.load(province(sqlite, tmp_path, now)) >= 6


# --- what is written in the dossiers -------------------------------------------------------------

FAMILIES = [dossier.family for dossier in DOSSIERS]

#: What a form fills in where nothing was said, and what a demonstration falls back on.
STAND_IN = re.compile(r"…|000000000000|0900000000|2000-01-01|lorem|test|xxx", re.IGNORECASE)


def texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)


def test_no_step_of_the_demo_was_filled_in_with_a_stand_in(shown: Application) -> None:
    with shown.act(None, write=False) as act:
        done = act.session.query(TaskRow).filter_by(state="done").all()
        written = [text for task in done for text in texts(task.data)]
        blank = {
            f"{task.element}.{name}"
            for task in done
            for name, value in (task.data or {}).items()
            if value in (None, "") and not name.endswith("_tep")
        }
    assert [text for text in written if STAND_IN.search(text)] == []
    assert all(task.data for task in done)
    assert blank == set()


def test_each_main_account_finds_work_of_different_urgency(shown: Application) -> None:
    with shown.act(None, write=False) as act:
        calendar, now = load_calendar(act.session, shown.settings.shifts), act.now
        soon = calendar.add_working_hours(now, calendar.hours_per_day)[0]
        for username in ("lan.tt", "mai.pt", "thanh.nd", "binh.tn", "minh.la"):
            user = act.session.query(UserRow).filter_by(username=username).one()
            actor = actor_of(act.session, user.id, act.today)
            lines = worklists.inbox(act.session, actor, Scope.ROLE).lines
            assert 2 <= len(lines) <= 7, username
            standings = {worklists.standing(line.due_at, now, soon) for line in lines}
            assert {Standing.OVERDUE, Standing.SOON} <= standings, username


def test_no_two_families_share_a_name_or_a_number() -> None:
    people = [family.applicant for family in FAMILIES]
    for kept in (
        [person.identity for person in people],
        [person.phone for person in people],
        [person.name for person in people],
    ):
        assert len(set(kept)) == len(DOSSIERS)
    for kept in (
        [family.martyr.name for family in FAMILIES],
        [family.certificate.numbered for family in FAMILIES],
    ):
        assert len(set(kept)) == len(DOSSIERS) - 1  # a sister and a brother apply about one martyr


def test_two_dossiers_of_the_demo_are_about_one_martyr(shown: Application) -> None:
    with shown.act(None, write=False) as act:
        told = {
            case.code: [one.code for one in likenesses.of_case(act, case)]
            for case in act.session.query(CaseRow).filter_by(subject="Mai Văn Duyến")
        }
        noticed = [
            case.code for case in act.session.query(CaseRow) if likenesses.of_case(act, case)
        ]
    (first, [second]), (other, [back]) = told.items()
    assert (first, second) == (back, other)
    assert sorted(noticed) == sorted(told)  # and no others are


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family.martyr.name)
def test_a_family_of_the_demo_is_one_that_could_have_lived(family: Family) -> None:
    martyr, applicant = family.martyr, family.applicant
    kin = (applicant, *family.others)
    assert martyr.born < martyr.died < family.certificate.day
    assert 1947 <= int(martyr.died[:4]) <= 1979
    assert int(martyr.died[:4]) - int(martyr.born[:4]) >= 16
    assert 1 <= len(kin) <= 4
    assert date(2021, 1, 1) <= date.fromisoformat(applicant.card_day) < SINCE
    people: tuple[Martyr | Relative, ...] = (martyr, *kin)
    for person in people:
        assert (person.sex is Sex.FEMALE) == bool(re.search(r"\b(Thị|Vợ)\b", wholly(person)))
    assert all(fits(family, relative) for relative in kin)


def wholly(person: Martyr | Relative) -> str:
    """Name and kinship, where the sex shows."""
    return f"{person.name} {person.kin}" if isinstance(person, Relative) else person.name


def fits(family: Family, relative: Relative) -> bool:
    """Whether the ages allow the kinship."""
    martyr, years = family.martyr, int(relative.born[:4]) - int(family.martyr.born[:4])
    match relative.kin.split(",")[0]:
        case "Con đẻ":
            return years >= 17 and int(relative.born[:4]) <= int(martyr.died[:4]) + 1
        case "Vợ":
            return -5 <= years <= 12
        case "Em ruột":
            return 1 <= years <= 20
        case "Cháu ruột":
            return years >= 15
    return False


def test_an_identity_number_tells_sex_and_year_but_nobodys_province() -> None:
    for family in FAMILIES:
        form = application(family, "xã An Phú", date(2026, 3, 2))
        number, female = str(form["nguoi_cccd"]), form["nguoi_gioi_tinh"] == "nu"
        born = str(form["nguoi_ngay_sinh"])[2:4]
        assert re.fullmatch(rf"098{int(female)}{born}[0-9]{{6}}", number)
        assert all(form.values())


def test_somebody_of_the_demo_does_each_internal_work_of_the_procedures_in_force() -> None:
    register = read_roles(BPMN_DIR / "roles.toml")
    kinds = {place.code: place.kind for place in cast.PLACES}
    units = {person.username: person.unit for person in cast.PEOPLE}
    held = {(person.role, kinds[person.unit]) for person in cast.PEOPLE}
    held |= {(role, kinds[units[username]]) for username, role, _ in cast.MORE_POSTS}
    missing: dict[str, set[str]] = {}
    for path in BPMN_DIR.rglob("*.bpmn"):
        drawing = read_drawing(path.read_bytes(), path.name)
        if drawing.effective_to is not None:
            continue
        for node in drawing.nodes.values():
            lane = drawing.lane_name(node.id)
            names = node.candidate_groups or ((lane,) if lane else ())
            for role in (register.find(name) for name in names if node.kind in HUMAN):
                doer = register[register.recorder(role.id)] if role else None
                if doer is not None and doer.internal and (doer.id, doer.kind) not in held:
                    missing.setdefault(doer.id, set()).add(drawing.key)
    assert missing == {}


def test_dossiers_of_the_other_procedures_came_in_at_each_counter(shown: Application) -> None:
    clock = HandClock(FRIDAY)
    app = replace(shown, clock=clock)
    with app.act(None) as act:
        shipping.deploy_missing(act, shipped_drawings(), "Đi kèm")
        units = {row.code: row.id for row in act.session.query(UnitRow)}
        users = {row.username: row.id for row in act.session.query(UserRow)}
        calendar = load_calendar(act.session, app.settings.shifts)
    officers = {(one.role, units[one.unit]): users[one.username] for one in cast.PEOPLE}
    town, moments = Town(units, users, officers), Moments(calendar, FRIDAY)
    assert arrive(app, clock, moments, town) == len(ARRIVALS)
    with app.act(None, write=False) as act:
        for one in ARRIVALS:
            case = act.session.query(CaseRow).filter_by(procedure_key=one.procedure).one()
            filed = act.session.query(TaskRow).filter_by(case_id=case.id, state="done").one()
            assert case.applicant == one.said["nguoi_ho_ten"]
            assert {name: (filed.data or {}).get(name) for name in one.said} == one.said
            assert act.session.query(TaskRow).filter_by(case_id=case.id, state="open").count() == 1
