"""What a deployment may draw on: the files handed in, then the house's own folders."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath

from engine.bpmn.checks import Vocabulary, check
from engine.bpmn.decisions import check_decisions, read_decisions
from engine.bpmn.dialect import read_drawing
from engine.bpmn.findings import Finding, Severity
from engine.bpmn.model import Drawing, Kind
from engine.domain.errors import DrawingRefused
from engine.domain.messages import Message, say
from engine.domain.roles import RoleRegister
from engine.persistence.versions import VersionTexts
from engine.ports import Form, FormCompiler

Files = Sequence[tuple[str, bytes]]

DRAWING, DECISION, FORM = ".bpmn", ".dmn", ".form"


@dataclass(frozen=True)
class Sources:
    """Finds drawings, decisions and forms by the names under which drawings refer to them."""

    files: Files
    roles: RoleRegister
    compiler: FormCompiler
    forms_dir: Path | None = None
    drawings_dir: Path | None = None
    deployed: Callable[[str], bytes | None] = field(default=lambda _key: None)  # by process key

    def named(self, suffix: str) -> list[tuple[str, bytes]]:
        """The handed-in files of one kind."""
        return [(name, content) for name, content in self.files if name.endswith(suffix)]

    # ── forms ───────────────────────────────────────────────────────────────────────────────────

    def form_text(self, reference: str) -> str | None:
        """The text of a form by its `camunda:formRef`; None when there is none of that name."""
        for name, content in self.named(FORM):
            if _is_form(name, reference):
                return content.decode("utf-8", errors="replace")
        if self.forms_dir is None:
            return None
        root = self.forms_dir.resolve()
        path = (root / f"{reference}{FORM}").resolve()
        if not path.is_relative_to(root) or not path.is_file():
            return None
        return path.read_text(encoding="utf-8", errors="replace")

    def form(self, reference: str) -> Form | None:
        """The compiled form; None also when it cannot be compiled, which `findings` reports."""
        text = self.form_text(reference)
        try:
            return self.compiler.compile(text) if text is not None else None
        except ValueError:
            return None

    # ── decisions and drawings ──────────────────────────────────────────────────────────────────

    @cached_property
    def decisions(self) -> dict[str, bytes]:
        """The DMN file of each decision, by the decision's id; handed-in files come first."""
        found: dict[str, bytes] = {}
        for name, content in [*self.named(DECISION), *_files_in(self.drawings_dir, DECISION)]:
            for decision in read_decisions(content, name)[0]:
                found.setdefault(decision, content)
        return found

    @cached_property
    def drawings(self) -> dict[str, bytes]:
        """Readable drawings by process key, those of the house's folder last."""
        found: dict[str, bytes] = {}
        for name, content in [*self.named(DRAWING), *_files_in(self.drawings_dir, DRAWING)]:
            key = key_of(name, content)
            if key is not None:
                found.setdefault(key, content)
        return found

    def drawing(self, key: str) -> bytes | None:
        return self.drawings.get(key) or self.deployed(key)

    def _decision_text(self, decision: str) -> str | None:
        content = self.decisions.get(decision)
        return content.decode("utf-8", errors="replace") if content is not None else None

    @property
    def vocabulary(self) -> Vocabulary:
        return Vocabulary(
            roles=self.roles,
            form=self.form,
            decision=self._decision_text,
            drawing=self.drawing,
            form_names=tuple(self._form_names()),
        )

    def _form_names(self) -> Iterator[str]:
        for name, _ in self.named(FORM):
            yield name.removesuffix(FORM)
        for path in sorted(self.forms_dir.rglob(f"*{FORM}")) if self.forms_dir else ():
            yield str(path.relative_to(self.forms_dir or path).with_suffix(""))

    # ── checking and pinning ────────────────────────────────────────────────────────────────────

    def findings(self) -> tuple[Finding, ...]:
        """Everything wrong with the handed-in files, file by file."""
        return tuple(finding for name, content in self.files for finding in self._of(name, content))

    def _of(self, name: str, content: bytes) -> Iterator[Finding]:
        if name.endswith(DRAWING):
            yield from check(content, name, self.vocabulary)
            yield from self._bad_forms(name, content)
        elif name.endswith(DECISION):
            yield from check_decisions(content, name)
        elif name.endswith(FORM):
            yield from self._form_findings(name, content.decode("utf-8", errors="replace"))
        else:
            yield _finding(
                "unknown-file",
                name,
                say("Không nhận ra loại tệp “%(name)s”.", name=name),
                say("Chỉ nộp tệp .bpmn, .dmn hoặc .form."),
            )

    def _bad_forms(self, name: str, content: bytes) -> Iterator[Finding]:
        """Forms of the house's folder that a drawing names; not those handed in."""
        drawing = _readable(name, content)
        nodes = drawing.nodes.values() if drawing else ()
        for reference in sorted({node.form for node in nodes if node.form}):
            given = any(_is_form(file, reference) for file, _ in self.named(FORM))
            text = None if given else self.form_text(reference)
            if text is not None:
                yield from self._form_findings(f"{reference}{FORM}", text)

    def _form_findings(self, name: str, text: str) -> Iterator[Finding]:
        try:
            self.compiler.compile(text)
        except ValueError as error:
            message = getattr(error, "message", None) or Message("%(error)s", {"error": str(error)})
            yield _finding("bad-form", name, message, say("Sửa biểu mẫu rồi nộp lại."))

    def texts(self, content: bytes) -> VersionTexts:
        """Everything a checked drawing pins, transitively."""
        main = read_drawing(content, "")
        called: dict[str, bytes] = {}
        decisions: dict[str, bytes] = {}
        forms: dict[str, str] = {}
        waiting = [main]
        while waiting:
            for node in waiting.pop().nodes.values():
                if node.form and (text := self.form_text(node.form)) is not None:
                    forms[node.form] = text
                if node.kind is Kind.RULE_TASK and node.called:
                    decisions[node.called] = self.decisions[node.called]
                if node.kind is Kind.CALL_ACTIVITY and node.called and node.called not in called:
                    inner = self.drawing(node.called)
                    if inner is not None:
                        called[node.called] = inner
                        waiting.append(read_drawing(inner, node.called))
        return VersionTexts(drawing=content, called=called, decisions=decisions, forms=forms)


def key_of(name: str, content: bytes) -> str | None:
    """The process key of a drawing; None when it cannot be read."""
    drawing = _readable(name, content)
    return drawing.key if drawing else None


def _readable(name: str, content: bytes) -> Drawing | None:
    try:
        return read_drawing(content, name)
    except DrawingRefused:
        return None


def _is_form(filename: str, reference: str) -> bool:
    """Whether a file handed in is the form of that name: by its path's end, or its bare name."""
    path = PurePosixPath(filename.replace("\\", "/")).with_suffix("").as_posix()
    bare = "/" not in path and path == PurePosixPath(reference).name
    return path == reference or path.endswith(f"/{reference}") or bare


def _files_in(folder: Path | None, suffix: str) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob(f"*{suffix}")) if folder else ():
        yield path.name, path.read_bytes()


def _finding(rule: str, file: str, message: Message, remedy: Message) -> Finding:
    return Finding(rule=rule, severity=Severity.ERROR, message=message, remedy=remedy, file=file)
