"""The cast and the furniture of tests: one province, two communes, everybody with a post."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

import argon2
from sqlalchemy import Engine, select

from engine.adapters.file_store import FolderFileStore
from engine.adapters.incoming import IncomingFolder
from engine.adapters.passwords import Argon2Passwords
from engine.adapters.pictures import ChildPictures
from engine.adapters.role_file import read_roles
from engine.adapters.signing import Signatures, Signing
from engine.adapters.typst_printer import TypstPrinter
from engine.adapters.word_writer import WordWriter
from engine.bootstrap import BPMN_DIR, FORMS_DIR, PRINT_DIR
from engine.domain.clock import ZONE, HandClock
from engine.domain.journal import SYSTEM_CHAIN
from engine.domain.roles import RoleRegister
from engine.persistence.cases import receipts
from engine.persistence.journal_store import lines_of
from engine.persistence.tables import CaseRow, JournalRow, ReceiptRow, TaskRow, TimerRow
from engine.ports import Ports
from engine.services import accounts, calendars, deploying, filing, organising, tasks, timers
from engine.services.act import Act, Application
from engine.services.shelf import LoadedVersion, Shelf
from engine.settings import Settings
from forms.compiling import JsonFormCompiler

QT02 = "qt02-cap-doi-bang"
QT02_FILE = BPMN_DIR / "liet-si" / f"{QT02}.bpmn"

#: Monday morning, a plain week ahead.
MONDAY = datetime(2026, 3, 2, 8, 0, tzinfo=ZONE)

_ROLES: RoleRegister = read_roles(BPMN_DIR / "roles.toml")
_FORMS = JsonFormCompiler()
FONTS = Path(__file__).resolve().parent.parent / "web" / "static" / "dist" / "fonts"
_SHELVES: dict[str, Shelf] = {}
PASSWORD = "dung-chung-cho-thu"


def ports(folder: Path) -> Ports:
    """Real ports; only the password hashes are weak, because tests cannot wait."""
    files = FolderFileStore(folder / "files", 2**20)
    return Ports(
        forms=_FORMS,
        files=files,
        passwords=Argon2Passwords(argon2.profiles.CHEAPEST),
        incoming=IncomingFolder(folder / "uploads"),
        pictures=ChildPictures(files, folder / "previews"),
        printer=TypstPrinter(FONTS),
        writer=WordWriter(),
        signer=Signing(Settings(data_dir=folder)),
        signatures=Signatures(Settings(data_dir=folder)),
    )


def application(database: Engine, folder: Path, moment: datetime = MONDAY) -> Application:
    """An application over a migrated, empty database, at a moment that the test moves."""
    return Application(
        settings=Settings(data_dir=folder, database_url=str(database.url)),
        database=database,
        ports=ports(folder),
        clock=HandClock(moment),
        roles=_ROLES,
        forms_dir=FORMS_DIR,
        print_dir=PRINT_DIR,
        drawings_dir=BPMN_DIR,
    )


# --- the cast ------------------------------------------------------------------------------------

#: username -> (role, unit); one letter each, so that a test reads as who does what.
POSTS: Mapping[str, tuple[str, str]] = {
    "hoa": ("ttpvhcc-xa", "ap"),  # owner: receives at An Phú
    "hanh": ("ttpvhcc-xa", "ap"),  # her colleague in the same office
    "binh": ("cv-ncc-xa", "ap"),
    "cuong": ("ld-phong-vhxh", "ap"),
    "dung": ("ld-ubnd-xa", "ap"),
    "giang": ("van-thu-xa", "ap"),
    "hung": ("hd-xn-ncc-xa", "ap"),
    "khanh": ("van-thu-snv", "snv"),
    "lan": ("cv-ncc-snv", "snv"),
    "minh": ("ld-phong-ncc-snv", "snv"),
    "nga": ("ld-snv", "snv"),
    "oanh": ("mot-cua-snv", "snv"),
    "phuc": ("giam-sat", "tinh"),  # supervises the province
    "quan": ("ttpvhcc-xa", "bm"),  # another commune's officer
    "quyen": ("cv-ncc-xa", "bm"),
}
HEADS = frozenset({"hoa", "dung", "nga"})
#: Accounts without a post.
OTHERS = ("son", "tam", "uyen", "vinh")  # substitute, nobody, administrator, analyst


@dataclass
class World:
    """A town at work: the application, its units and people by their short names."""

    app: Application
    units: dict[str, int]
    users: dict[str, int]
    posts: dict[str, int] = field(default_factory=dict)

    @property
    def clock(self) -> HandClock:
        assert isinstance(self.app.clock, HandClock)
        return self.app.clock

    @contextmanager
    def act(self, who: str | None = None, write: bool = True) -> Iterator[Act]:
        """One act of somebody; None is the system."""
        with self.app.act(self.users[who] if who else None, write=write) as act:
            yield act

    def at(self, text: str) -> None:
        """Moves the clock to a local moment: `2026-03-02 10:00`."""
        self.clock.move_to(datetime.fromisoformat(text).replace(tzinfo=ZONE))

    # --- acts -------------------------------------------------------------------------------------

    def file(
        self, who: str = "hoa", unit: str = "ap", channel: str = "counter", **said: Any
    ) -> int:
        """Files a dossier of QT02 and returns its id."""
        with self.act(who) as act:
            submission = self.application(act, channel, **said)
            case = filing.file_case(
                act, QT02, self.units[unit], channel, submission, uuid.uuid4().hex
            )
            return case.id

    def do(self, case_id: int, element: str, who: str | None = None, **said: Any) -> CaseRow:
        """Completes the open task of an element with plain answers and what the test says."""
        task = self.task(case_id, element)
        with self.act(who or self.officer(task)) as act:
            return tasks.complete(act, task.id, self.answers(act, task, **said))

    def walk(self, case_id: int, *elements: str, **said: Any) -> None:
        """Completes one element after the other; `said` is given wherever a form asks for it."""
        for element in elements:
            self.do(case_id, element, **said)

    def answers(self, act: Act, task: TaskRow, **said: Any) -> dict[str, Any]:
        """The plainest valid answers to a task's form, with those that the test says."""
        version, case = self.version(act, task), act.session.get_one(CaseRow, task.case_id)
        form = version.form_of(task.process, task.element)
        if form is None:
            return {}
        data = {name: v for name, v in case.data.items() if name not in version.deciding}
        known = {**data, "kenh": case.channel, "lan_thu": task.round}
        mine = {name: value for name, value in said.items() if name in form.names}
        return {**form.defaults({**known, **mine}), **mine}

    def answers_to_task(self, task_id: int) -> dict[str, Any]:
        """Plain answers to an open task, read in an act of their own."""
        with self.act(write=False) as act:
            return self.answers(act, act.session.get_one(TaskRow, task_id))

    def answers_to(self, case_id: int, element: str, **said: Any) -> dict[str, Any]:
        with self.act(write=False) as act:
            return self.answers(act, self.task(case_id, element), **said)

    def application(self, act: Act, channel: str = "counter", **said: Any) -> dict[str, Any]:
        """A filled-in filing form."""
        version = act.version(1)
        form = version.form_of(version.spec.main, version.filing.id)
        assert form is not None
        known = {"kenh": channel, "lan_thu": 1}
        return {**form.defaults(known), **APPLICATION, **said}

    def version(self, act: Act, task: TaskRow) -> LoadedVersion:
        return act.version(act.session.get_one(CaseRow, task.case_id).version_id)

    def pass_posting(self, case_id: int) -> None:
        """Moves the clock to the end of the posting and fires its timer."""
        self.clock.move_to(self.timer(case_id).fires_at)
        assert timers.fire_due(self.app).fired == 1

    # --- looking ----------------------------------------------------------------------------------

    def case(self, case_id: int) -> CaseRow:
        with self.act(write=False) as act:
            return act.session.get_one(CaseRow, case_id)

    def open_elements(self, case_id: int) -> list[str]:
        with self.act(write=False) as act:
            found = act.session.scalars(
                select(TaskRow.element)
                .where(TaskRow.case_id == case_id, TaskRow.state == "open")
                .order_by(TaskRow.id)
            )
            return list(found)

    def task(self, case_id: int, element: str) -> TaskRow:
        """The last task of an element."""
        with self.act(write=False) as act:
            return act.session.scalars(
                select(TaskRow)
                .where(TaskRow.case_id == case_id, TaskRow.element == element)
                .order_by(TaskRow.id.desc())
                .limit(1)
            ).one()

    def timer(self, case_id: int) -> TimerRow:
        """The last timer of the case."""
        with self.act(write=False) as act:
            found = select(TimerRow).where(TimerRow.case_id == case_id)
            return act.session.scalars(found.order_by(TimerRow.id.desc()).limit(1)).one()

    def receipts(self, case_id: int) -> list[ReceiptRow]:
        with self.act(write=False) as act:
            return receipts(act.session, case_id)

    def acts(self, case_id: int) -> list[str]:
        """What the journal says has happened, in order."""
        with self.act(write=False) as act:
            return [line.act for line in lines_of(act.session, case_id)]

    def system_lines(self, act: Act) -> list[JournalRow]:
        """The journal of what concerns no case."""
        return lines_of(act.session, SYSTEM_CHAIN)

    def officer(self, task: TaskRow) -> str:
        """Who does a task in this town: the holder of the role that works for its lane."""
        role = self.app.roles.recorder(task.role)
        return next(
            name
            for name, (held, unit) in POSTS.items()
            if held == role and self.units[unit] == task.unit_id
        )


#: The application form (Mẫu số 16), as somebody files it.
APPLICATION: Mapping[str, Any] = {
    "nguoi_ho_ten": "Nguyễn Thị Mừng",
    "nguoi_ngay_sinh": "1958",
    "de_nghi_cap": "cap_doi",
    "ls_ho_ten": "Trần Văn Bền",
    "ls_ngay_hy_sinh": "1972-05",
}


def town(app: Application, deploy: bool = True) -> World:
    """Seeds the calendar, the units and the cast; deploys Quy trình 02."""
    with app.act(None) as act:
        calendars.seed(act)
        units = {
            "tinh": organising.add_unit(act, "tinh", "UBND tỉnh Sông Hồng", "ubnd-cap-tinh"),
        }
        top = units["tinh"].id
        units["snv"] = organising.add_unit(act, "snv", "Sở Nội vụ", "so-noi-vu", top)
        units["ap"] = organising.add_unit(act, "ap", "UBND xã An Phú", "ubnd-cap-xa", top)
        units["bm"] = organising.add_unit(act, "bm", "UBND xã Bình Minh", "ubnd-cap-xa", top)
        users = {
            name: accounts.add_user(
                act,
                name,
                name.title(),
                PASSWORD,
                administrator=name == "uyen",
                analyst=name == "vinh",
            )
            for name in (*POSTS, *OTHERS)
        }
        since = date(2025, 7, 1)
        posts = {
            name: organising.appoint(act, users[name], role, units[unit], since, head=name in HEADS)
            for name, (role, unit) in POSTS.items()
        }
        organising.substitute(act, posts["binh"], users["son"], since)
        if deploy:
            deploying.deploy(act, [(QT02_FILE.name, QT02_FILE.read_bytes())], "Nạp để thử.")
    return World(
        app=app,
        units={name: unit.id for name, unit in units.items()},
        users={name: user.id for name, user in users.items()},
        posts={name: post.id for name, post in posts.items()},
    )
