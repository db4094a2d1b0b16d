"""Compiles `.form` files: the engine's port to forms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache

from marshmallow import ValidationError

from engine.domain.errors import FormInvalid
from engine.domain.messages import Message, say
from engine.domain.persons import AskedPerson
from forms import components as c
from forms import defaults, persons, reading, schemas

SUBMISSION_DEPTH = 12


class CompiledForm:
    """A form with its schema; a value that threads may share."""

    def __init__(self, definition: c.Definition) -> None:
        self.definition = definition
        self.id = definition.id
        self.title = definition.title
        self.level = schemas.level_of(definition.components)
        self.persons: tuple[AskedPerson, ...] = persons.asked(definition.components)

    @property
    def names(self) -> frozenset[str]:
        """Names of the variables a submission may set (top level)."""
        return frozenset(self.level.placed)

    def answers(self, name: str) -> tuple[str, ...] | None:
        """Values a choice field may take, in order; None when `name` is no choice field."""
        place = self.level.placed.get(name)
        if place is not None and isinstance(place.component, (c.Choice, c.Checklist)):
            return tuple(option.value for option in place.component.options)
        return None

    def papers(self, answers: Mapping[str, object]) -> tuple[tuple[str, str], ...]:
        """The papers of a dossier that were ticked off: what each is called, in which shape."""
        found: list[tuple[str, str]] = []
        for name, place in self.level.placed.items():
            given = answers.get(name)
            if isinstance(place.component, c.Dossier) and isinstance(given, Mapping):
                found += [
                    (option.label, c.STATES.get(str(given[option.value]), ""))
                    for option in place.component.options
                    if option.value in given
                ]
        return tuple(found)

    @property
    def from_document(self) -> Mapping[str, str]:
        """Fields that begin with what the step's document says: name -> `sign` or `day`."""
        return {
            name: place.component.from_document
            for name, place in self.level.placed.items()
            if isinstance(place.component, c.Input) and place.component.from_document
        }

    def defaults(self, known: Mapping[str, object]) -> dict[str, object]:
        """The plainest valid answers: known values, else drawn defaults, else the first option."""
        return defaults.of_level(self.level, known)

    def validate(
        self, submission: Mapping[str, object], known: Mapping[str, object]
    ) -> dict[str, object]:
        """The cleaned data of a submission; hidden fields are left out.

        Raises FormInvalid with all problems.
        """
        if not isinstance(submission, Mapping) or _too_deep(submission):
            raise FormInvalid({"": [say("Dữ liệu gửi lên không đọc được.")]})
        try:
            return self.level.load(submission, known)
        except ValidationError as error:
            raise FormInvalid(dict(_flat(error.messages, ""))) from error


class JsonFormCompiler:
    """Compiles the JSON text of `.form` files, each text once."""

    def compile(self, source: str) -> CompiledForm:
        """Raises ValueError (reading.FormRefused) naming every problem."""
        return _compiled(source)


@lru_cache(maxsize=512)
def _compiled(source: str) -> CompiledForm:
    return CompiledForm(reading.read(source))


def _too_deep(submission: Mapping[str, object]) -> bool:
    """Whether values are nested deeper than any form is (recursive rules rely on the bound)."""
    layer: list[object] = [submission]
    for _ in range(SUBMISSION_DEPTH):
        inner: list[object] = []
        for value in layer:
            if isinstance(value, Mapping):
                inner.extend(value.values())
            elif isinstance(value, (list, tuple)):
                inner.extend(value)
        if not inner:
            return False
        layer = inner
    return True


def _flat(messages: object, path: str) -> Iterator[tuple[str, list[Message]]]:
    """The sentences of nested marshmallow errors by dotted path."""
    if isinstance(messages, Mapping):
        for name, inner in messages.items():
            own = path if name == "_schema" else f"{path}.{name}".lstrip(".")
            yield from _flat(inner, own)
    elif isinstance(messages, list):
        yield (
            path,
            [m if isinstance(m, Message) else say("%(text)s", text=str(m)) for m in messages],
        )
