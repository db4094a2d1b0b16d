"""What pages show of lists: permission first, then plain values."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from threading import Lock

from engine.adapters.page_pictures import count_pages, page_png
from engine.bpmn.model import Node
from engine.domain.access import Permission, TaskSubject, allows
from engine.domain.dossier_lists import KINDS, Column, ListKind, Row
from engine.domain.errors import NotFound
from engine.domain.journal import canonical
from engine.domain.messages import Message, say
from engine.domain.states import CaseState, DocumentState, ListState
from engine.persistence import dossier_lists, people
from engine.persistence.dossier_lists import ListLine, OpenTaskOfList
from engine.persistence.tables import CaseRow, DocumentRow, DossierListRow, ListedCaseRow
from engine.persistence.work import offers_of_all
from engine.ports import Form
from engine.services import documents, printing
from engine.services.act import Act
from engine.services.listing import letters
from engine.services.listing.rights import kind_drawn_at, may_work, visible
from engine.services.tasks import may_take_over

#: Drafts that were set for looking at stay so many, until they say something else.
KEPT_DRAFTS = 8
#: Lists on the page of all lists.
MOST_SHOWN = 100


@dataclass(frozen=True)
class Line:
    """A dossier on a list as its page shows it."""

    case: CaseRow
    place: ListedCaseRow
    row: Row
    suggested: Row
    missing: tuple[Column, ...]
    blank: tuple[Column, ...]
    task: OpenTaskOfList | None
    why_blocked: Message | None


@dataclass(frozen=True)
class ListPage:
    """One list with everything its page needs."""

    row: DossierListRow
    kind: ListKind
    unit: str
    lines: Sequence[Line]
    node: Node | None  # where it stands; None once it has ended
    form: Form | None
    known: Mapping[str, object]
    documents: Sequence[DocumentRow]  # the latest first
    left: Sequence[tuple[ListedCaseRow, str, str]]
    people: Mapping[int, str]
    may_change: bool
    may_work: bool
    may_correct: bool  # open, or issued and to be issued anew
    may_reissue: bool
    corrected: bool  # says something else than what was issued

    @property
    def numbers(self) -> bool:
        """Whether the list waits for its number."""
        return self.node is not None and self.node.list_number is not None

    @property
    def letter(self) -> DocumentRow | None:
        """The letter as issued."""
        return self._issued(letters.LETTER)

    @property
    def table(self) -> DocumentRow | None:
        """The list as issued."""
        return self._issued(self.kind.kind)

    def _issued(self, kind: str) -> DocumentRow | None:
        found = (d for d in self.documents if d.kind == kind and d.state == DocumentState.ISSUED)
        return next(found, None)


@dataclass(frozen=True)
class Overview:
    """The lists that concern the actor."""

    waiting: Sequence[ListLine]  # for a post of the actor
    under_way: Sequence[ListLine]  # of the actor's units, before others
    issued: Sequence[ListLine]


def overview(act: Act, query: str = "") -> Overview:
    """All that wait for the actor, and the latest of the actor's units."""
    units = act.actor.units | act.actor.supervised
    waiting = dossier_lists.waiting(act.session, act.actor)
    mine = {line.id for line in waiting}
    alive = dossier_lists.of_units(act.session, units, dossier_lists.ALIVE, MOST_SHOWN)
    issued = dossier_lists.of_units(act.session, units, (ListState.ISSUED,), MOST_SHOWN, query)
    return Overview(waiting, [line for line in alive if line.id not in mine], issued)


def waiting(act: Act) -> Sequence[ListLine]:
    """The lists on their way that wait for a post of the actor."""
    return dossier_lists.waiting(act.session, act.actor)


def list_page(act: Act, list_id: int) -> ListPage:
    """Raises NotFound unless the actor may see the list."""
    row = visible(act, list_id)
    kind = KINDS[row.kind]
    tasks = {task.case_id: task for task in dossier_lists.tasks_at(act.session, row)}
    offers = offers_of_all(act.session, [task.task_id for task in tasks.values()])
    cases = dossier_lists.cases_of(act.session, list_id)
    alive = row.state in dossier_lists.ALIVE
    lines = []
    for place in dossier_lists.members(act.session, list_id):
        case, task = cases[place.case_id], tasks.get(place.case_id)
        said = kind.row(case.data, place.row)
        subject = TaskSubject(offers[task.task_id], task.assignee_id) if task else None
        lines.append(
            Line(
                case=case,
                place=place,
                row=said,
                suggested=kind.suggested(said) if row.state == ListState.OPEN else {},
                missing=kind.missing(said),
                blank=kind.blank(said),
                task=task,
                why_blocked=_why(act, case, task, subject) if alive else None,
            )
        )
    works = alive and may_work(act, row)
    first = lines[0].case if lines else None
    version = act.version(first.version_id) if first and alive else None
    node = version.node(row.process, row.element) if version else None
    form = version.form_of(row.process, row.element) if version else None
    papers = dossier_lists.documents_of(act.session, list_id)
    open_now = row.state == ListState.OPEN
    makes = allows(act.actor, Permission.LIST_MAKE, row.unit_id)
    return ListPage(
        row=row,
        kind=kind,
        unit=people.units(act.session)[row.unit_id].name,
        lines=lines,
        node=node,
        form=form,
        known=_known(first, form) if first else {},
        documents=papers,
        left=dossier_lists.taken_off(act.session, list_id),
        people=people.names(
            act.session,
            [one for one in (row.made_by_id, row.signed_by_id) if one is not None]
            + [paper.issued_by_id for paper in papers if paper.issued_by_id is not None],
        ),
        may_change=open_now and makes and works,
        may_work=works,
        may_correct=makes and (row.state == ListState.ISSUED or (open_now and works)),
        may_reissue=row.state == ListState.ISSUED
        and allows(act.actor, Permission.BOOK_KEEP, row.unit_id),
        corrected=row.state == ListState.ISSUED and _corrected(act, row, papers),
    )


def may_gather(act: Act, node: Node, task: TaskSubject) -> bool:
    """Whether the actor may begin a list at a task's step."""
    return kind_drawn_at(node) is not None and allows(act.actor, Permission.TASK_COMPLETE, task)


def _corrected(act: Act, row: DossierListRow, papers: Sequence[DocumentRow]) -> bool:
    """Whether the rows or the letter were corrected since the documents in force were issued."""
    said = letters.list_data(act, row)["rows"]
    for paper in papers:
        if paper.state != DocumentState.ISSUED:
            continue
        if paper.kind == row.kind and paper.data["rows"] != said:
            return True
        if paper.kind == letters.LETTER and paper.data["subject"] != row.letter["subject"]:
            return True
    return False


def _known(case: CaseRow, form: Form | None) -> dict[str, object]:
    """What the common form may read: nothing that it asks itself."""
    asked = form.names if form else frozenset()
    return {**{k: v for k, v in case.data.items() if k not in asked}, "kenh": case.channel}


def _why(
    act: Act, case: CaseRow, task: OpenTaskOfList | None, subject: TaskSubject | None
) -> Message | None:
    """What would keep a dossier from going on just now."""
    if task is None or subject is None:
        return say("Hồ sơ không còn ở bước này.")
    if case.state == CaseState.PAUSED:
        return say("Hồ sơ đang tạm dừng tính thời hạn.")
    if task.assignee_id not in (None, act.actor.user_id) and not may_take_over(act, subject):
        return say("%(name)s đang giữ việc này.", name=task.assignee or "?")
    return None


# --- documents ------------------------------------------------------------------------------------

_drafts: OrderedDict[str, bytes] = OrderedDict()
_lock = Lock()


@dataclass(frozen=True)
class Paper:
    """The letter or the list as PDF; by `key` its pages are found again without setting it."""

    pdf: bytes
    issued: bool
    key: str = ""


def paper(act: Act, list_id: int, kind: str) -> Paper:
    """As issued, else as it would be issued now. Raises NotFound, TemplateLacks, TemplateBroken."""
    row = visible(act, list_id)
    if kind not in (letters.LETTER, row.kind):
        raise NotFound()
    for document in dossier_lists.documents_of(act.session, list_id):
        if document.kind == kind and document.state == DocumentState.ISSUED:
            return Paper(documents.pdf_of(act, document), issued=True)
    data = (
        letters.letter_data(act, row, len(dossier_lists.members(act.session, list_id)))
        if kind == letters.LETTER
        else letters.list_data(act, row)
    )
    return _set(act, list_id, kind, data)


def picture(act: Act, list_id: int, kind: str, number: int, width: int, key: str = "") -> bytes:
    """One page of that as PNG; `key`: as the page that shows it was set. Raises as `paper`, and
    NotFound for a page there is not."""
    kept = _kept(f"{list_id} {kind} {key}") if key else None
    if kept is not None:
        visible(act, list_id)
    found = page_png(kept or paper(act, list_id, kind).pdf, number, width)
    if found is None:
        raise NotFound()
    return found


def pages_of(paper: Paper) -> int:
    """How many pages it has."""
    return count_pages(paper.pdf)


def sheet(act: Act, list_id: int) -> bytes:
    """The list as a workbook: as issued, else as it would be. Raises NotFound."""
    row = visible(act, list_id)
    for document in dossier_lists.documents_of(act.session, list_id):
        if document.state == DocumentState.ISSUED and document.xlsx_sha256:
            return act.app.ports.files.read(document.xlsx_sha256)
    return letters.sheet_of(act, row, letters.list_data(act, row))


def _set(act: Act, list_id: int, kind: str, data: Mapping[str, object]) -> Paper:
    """Sets a draft, or takes it as it was set for the page before."""
    key = sha256(canonical(data)).hexdigest()
    name = f"{list_id} {kind} {key}"
    pdf = _kept(name)
    if pdf is None:
        pdf = printing.render(act.app, kind, data, act.now).pdf
        with _lock:
            _drafts[name] = pdf
            while len(_drafts) > KEPT_DRAFTS:
                _drafts.popitem(last=False)
    return Paper(pdf, issued=False, key=key)


def _kept(name: str) -> bytes | None:
    with _lock:
        if name in _drafts:
            _drafts.move_to_end(name)
        return _drafts.get(name)
