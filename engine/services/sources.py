"""What a deployment may draw on: the files handed in, then the house's own folders."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from functools import cached_property, lru_cache
from pathlib import Path, PurePosixPath

from engine.bpmn.checks import Vocabulary, check
from engine.bpmn.decisions import check_decisions, read_decisions
from engine.bpmn.findings import Finding, Severity
from engine.bpmn.model import Drawing, Kind, Node
from engine.bpmn.reading.dialect import read_drawing
from engine.domain.errors import DrawingRefused
from engine.domain.messages import Message, say
from engine.domain.printed import named
from engine.domain.roles import RoleRegister
from engine.persistence.versions import VersionTexts
from engine.ports import Form, FormCompiler
from engine.services import templates

Files = Sequence[tuple[str, bytes]]

DRAWING, DECISION, FORM = ".bpmn", ".dmn", ".form"

#: What may be handed in: drawings, what they name, and templates of printed documents.
KINDS = (DRAWING, DECISION, FORM, templates.TEMPLATE, templates.WORD)


def is_kind(name: str, *suffixes: str) -> bool:
    """Whether a file is of one of these kinds by its name, in whatever case it is written."""
    return name.lower().endswith(suffixes)


@dataclass(frozen=True)
class Sources:
    """Finds drawings, decisions, forms and templates by the names that drawings use for them.

    What is handed in comes first; then, for a called drawing, its version in force with what that
    pins; the house's folders last.
    """

    files: Files
    roles: RoleRegister
    compiler: FormCompiler
    forms_dir: Path | None = None
    drawings_dir: Path | None = None
    print_dir: Path | None = None
    #: The version of a procedure that is in force; those asked for are remembered.
    deployed: Callable[[str], VersionTexts | None] = field(default=lambda _key: None)
    #: The local day on which a called drawing is looked up; None: periods do not count.
    today: date | None = None
    severities: Mapping[str, Severity | None] = field(default_factory=dict)
    hours_per_day: Fraction = Fraction(8)  # working hours, which steps in hours are counted by
    _in_force: dict[str, VersionTexts | None] = field(default_factory=dict, init=False)
    #: Many drawings name the same forms: their files are read, and compiled, once.
    _shipped: dict[str, str | None] = field(default_factory=dict, init=False)
    _compiled: dict[str, Form | ValueError] = field(default_factory=dict, init=False)

    def named(self, suffix: str) -> list[tuple[str, bytes]]:
        """The handed-in files of one kind."""
        return [(name, content) for name, content in self.files if is_kind(name, suffix)]

    # ── forms ───────────────────────────────────────────────────────────────────────────────────

    def form_text(self, reference: str, caller: VersionTexts | None = None) -> str | None:
        """The text of a form by its `camunda:formRef`; None when there is none of that name.

        `caller` is the version whose drawing names it; without one, any called version will do.
        """
        for name, content in self.named(FORM):
            if _is_form(name, reference):
                return content.decode("utf-8", errors="replace")
        if caller is not None and reference in caller.forms:
            return caller.forms[reference]
        if reference not in self._shipped:
            self._shipped[reference] = self._shipped_form(reference)
        shipped = self._shipped[reference]
        if shipped is None and caller is None:
            pinned = [texts.forms for texts in self._in_force.values() if texts]
            return next((forms[reference] for forms in pinned if reference in forms), None)
        return shipped

    @cached_property
    def _forms_root(self) -> Path | None:
        return None if self.forms_dir is None else self.forms_dir.resolve()

    def _shipped_form(self, reference: str) -> str | None:
        root = self._forms_root
        if root is None:
            return None
        try:
            path = (root / f"{reference}{FORM}").resolve()
            if not path.is_relative_to(root) or not path.is_file():
                return None
            return path.read_text(encoding="utf-8", errors="replace")
        except OSError:  # a name that no file can bear: too long …
            return None

    def form(self, reference: str) -> Form | None:
        """The compiled form; None also when it cannot be compiled, which `findings` reports."""
        text = self.form_text(reference)
        compiled = self._compile(text) if text is not None else None
        return None if isinstance(compiled, ValueError) else compiled

    def _compile(self, text: str) -> Form | ValueError:
        if text not in self._compiled:
            try:
                self._compiled[text] = self.compiler.compile(text)
            except ValueError as error:
                self._compiled[text] = error
        return self._compiled[text]

    # ── printed documents ───────────────────────────────────────────────────────────────────────

    @cached_property
    def templates(self) -> dict[str, bytes]:
        """The template files of printed documents, by name; those handed in come first."""
        handed = self.named(templates.TEMPLATE) + self.named(templates.WORD)
        return {
            **templates.files_in(self.print_dir),
            **{PurePosixPath(name.replace("\\", "/")).name: content for name, content in handed},
        }

    def _printed(self, node: Node, caller: VersionTexts | None) -> dict[str, bytes]:
        """The files behind the documents that a step asks for."""
        files = {**self.templates, **(caller.documents if caller else {})}
        found: dict[str, bytes] = {}
        for name in (*named(node.documents), *named(node.list)):
            found.update(templates.needed(name, files))
        return found

    # ── decisions and drawings ──────────────────────────────────────────────────────────────────

    @cached_property
    def decisions(self) -> dict[str, bytes]:
        """The DMN file of each decision, by the decision's id; handed-in files come first."""
        return {**_decisions(_files_in(self.drawings_dir, DECISION)), **self._handed_decisions}

    @cached_property
    def _handed_decisions(self) -> dict[str, bytes]:
        return _decisions(self.named(DECISION))

    def decision(self, key: str, caller: VersionTexts | None = None) -> bytes | None:
        """The DMN file that holds a decision; `caller` is the version whose drawing names it."""
        found = self._handed_decisions.get(key)
        if found is None and caller is not None:
            found = caller.decisions.get(key)
        if found is None:
            found = self.decisions.get(key)
        if found is None and caller is None:
            pinned = [texts.decisions for texts in self._in_force.values() if texts]
            found = next((files[key] for files in pinned if key in files), None)
        return found

    @cached_property
    def _handed_drawings(self) -> dict[str, bytes]:
        return _drawings(self.named(DRAWING), self.today)

    @cached_property
    def _shipped_drawings(self) -> dict[str, bytes]:
        return _drawings(_files_in(self.drawings_dir, DRAWING), self.today)

    def drawing(self, key: str) -> bytes | None:
        """A drawing to be called, by its process key."""
        return self._called(key)[0]

    def _called(
        self, key: str, caller: VersionTexts | None = None
    ) -> tuple[bytes | None, VersionTexts | None]:
        """A drawing to be called, and the version whose forms and decisions are its own."""
        if key in self._handed_drawings:
            return self._handed_drawings[key], None
        if key not in self._in_force:
            self._in_force[key] = self.deployed(key)
        version = self._in_force[key]
        if version is not None:
            return version.drawing, version
        if caller is not None and key in caller.called:  # its own period is over by now
            return caller.called[key], caller
        return self._shipped_drawings.get(key), None

    def _decision_text(self, decision: str) -> str | None:
        content = self.decision(decision)
        return content.decode("utf-8", errors="replace") if content is not None else None

    @cached_property
    def vocabulary(self) -> Vocabulary:
        return Vocabulary(
            roles=self.roles,
            form=self.form,
            decision=self._decision_text,
            drawing=self.drawing,
            form_names=tuple(self._form_names()),
            documents=frozenset(templates.names(self.templates)),
            severities=self.severities,
            hours_per_day=self.hours_per_day,
        )

    def _form_names(self) -> Iterator[str]:
        for name, _ in self.named(FORM):
            yield name[: -len(FORM)]
        for path in sorted(self.forms_dir.rglob(f"*{FORM}")) if self.forms_dir else ():
            yield str(path.relative_to(self.forms_dir or path).with_suffix(""))

    # ── checking and pinning ────────────────────────────────────────────────────────────────────

    def findings(self) -> tuple[Finding, ...]:
        """Everything wrong with the handed-in files, file by file."""
        return tuple(finding for name, content in self.files for finding in self._of(name, content))

    def _of(self, name: str, content: bytes) -> Iterator[Finding]:
        if is_kind(name, DRAWING):
            yield from check(content, name, self.vocabulary)
            yield from self._bad_forms(content)
        elif is_kind(name, DECISION):
            yield from check_decisions(content, name)
        elif is_kind(name, FORM):
            yield from self._form_findings(name, content.decode("utf-8", errors="replace"))
        elif not is_kind(name, templates.TEMPLATE, templates.WORD):
            yield _finding(
                "unknown-file",
                name,
                say("Không nhận ra loại tệp “%(name)s”.", name=name),
                say("Chỉ nộp tệp .bpmn, .dmn, .form và mẫu in .typ, .docx."),
            )

    def _bad_forms(self, content: bytes) -> Iterator[Finding]:
        """Forms of the house's folder that a drawing names; not those handed in."""
        drawing = readable(content)
        nodes = drawing.nodes.values() if drawing else ()
        for reference in sorted({node.form for node in nodes if node.form}):
            given = any(_is_form(file, reference) for file, _ in self.named(FORM))
            text = None if given else self.form_text(reference)
            if text is not None:
                yield from self._form_findings(f"{reference}{FORM}", text)

    def _form_findings(self, name: str, text: str) -> Iterator[Finding]:
        error = self._compile(text)
        if isinstance(error, ValueError):
            message = getattr(error, "message", None) or Message("%(error)s", {"error": str(error)})
            yield _finding("bad-form", name, message, say("Sửa biểu mẫu rồi nộp lại."))

    def texts(self, content: bytes) -> VersionTexts:
        """Everything a checked drawing pins, transitively."""
        called: dict[str, bytes] = {}
        decisions: dict[str, bytes] = {}
        forms: dict[str, str] = {}
        documents: dict[str, bytes] = {}
        waiting: list[tuple[Drawing, VersionTexts | None]] = [(_read(content), None)]
        while waiting:
            drawing, caller = waiting.pop()
            for node in drawing.nodes.values():
                if node.form and (text := self.form_text(node.form, caller)) is not None:
                    forms.setdefault(node.form, text)
                for name, file in self._printed(node, caller).items():
                    documents.setdefault(name, file)
                if node.kind is Kind.RULE_TASK and node.called:
                    table = self.decision(node.called, caller)
                    if table is not None:
                        decisions.setdefault(node.called, table)
                if node.kind is Kind.CALL_ACTIVITY and node.called and node.called not in called:
                    inner, version = self._called(node.called, caller)
                    if inner is not None:
                        called[node.called] = inner
                        waiting.append((_read(inner), version))
        return VersionTexts(content, called, decisions, forms, documents)


def key_of(content: bytes) -> str | None:
    """The process key of a drawing; None when it cannot be read."""
    drawing = readable(content)
    return drawing.key if drawing else None


def readable(content: bytes) -> Drawing | None:
    """The drawing in a file; None when it cannot be read."""
    try:
        return _read(content)
    except DrawingRefused:
        return None


@lru_cache(maxsize=128)
def _read(content: bytes) -> Drawing:
    """A deployment asks for each of its drawings several times. Raises DrawingRefused."""
    return read_drawing(content, "")


def _is_form(filename: str, reference: str) -> bool:
    """Whether a file handed in is the form of that name: by its path's end, or its bare name."""
    path = PurePosixPath(filename.replace("\\", "/")).with_suffix("").as_posix()
    bare = "/" not in path and path == PurePosixPath(reference).name
    return path == reference or path.endswith(f"/{reference}") or bare


def _files_in(folder: Path | None, suffix: str) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")) if folder else ():
        if is_kind(path.name, suffix):
            yield path.name, path.read_bytes()


def _drawings(files: Iterable[tuple[str, bytes]], today: date | None) -> dict[str, bytes]:
    """Readable drawings by process key; of several, the one in force today, else the latest."""
    found: dict[str, tuple[tuple[bool, date], bytes]] = {}
    for _name, content in files:
        drawing = readable(content)
        if drawing is None:
            continue
        rank = _rank(drawing, today)
        if drawing.key not in found or found[drawing.key][0] < rank:
            found[drawing.key] = rank, content
    return {key: content for key, (_, content) in found.items()}


def _rank(drawing: Drawing, today: date | None) -> tuple[bool, date]:
    """Whether it is in force, and since when: of several drawings the greatest is called."""
    try:
        starts, ends = drawing.effective_from or date.min, drawing.effective_to
    except ValueError:  # told by the checks
        return False, date.min
    return today is not None and starts <= today and (ends is None or today < ends), starts


def _decisions(files: Iterable[tuple[str, bytes]]) -> dict[str, bytes]:
    """DMN files by the ids of the decisions they hold; of several, the first."""
    found: dict[str, bytes] = {}
    for name, content in files:
        for decision in read_decisions(content, name)[0]:
            found.setdefault(decision, content)
    return found


def _finding(rule: str, file: str, message: Message, remedy: Message) -> Finding:
    return Finding(rule=rule, severity=Severity.ERROR, message=message, remedy=remedy, file=file)
