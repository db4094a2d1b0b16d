"""Log lines: for people or as JSON, with who and what they are about, never with personal data.

What dossiers hold gets into logs by way of errors: a KeyError names the value, a database its row,
a mail server the address. So of exceptions only frames and, where the interpreter alone words them,
messages are written; sentences of our own with their values left out; numbers as long as those of
identity papers and telephones, and addresses of mail, nowhere.
"""

from __future__ import annotations

import logging
import re
import sys
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from types import MappingProxyType, TracebackType
from typing import IO, Any

from pythonjsonlogger.json import JsonFormatter

from engine.domain.errors import QuyTrinhError, Unavailable
from engine.domain.messages import Message
from engine.settings import LogStyle

_NOTHING: Mapping[str, object] = MappingProxyType({})

#: What a line is about: request, user, case, task, round, … (ids, never names).
_ABOUT: ContextVar[Mapping[str, object]] = ContextVar("about", default=_NOTHING)

#: Attributes that a line may carry beside its message, in the order in which text shows them.
FACTS = ("request", "user", "round", "act", "case", "task", "timer", "ms")

#: And what only documents carry: the message has it in words.
ALSO = ("method", "route", "status")

#: Messages of these are worded by the interpreter out of names in the program, not out of data.
_OF_THE_PROGRAM = (*(AttributeError, TypeError, NameError, ImportError, RecursionError),)

#: Numbers of identity papers and telephones (9 to 12 digits, also in groups), addresses of mail.
_PERSONAL = re.compile(r"(?<![\w-])\+?\d(?:[ .-]?\d){8,11}(?![\w-])|[\w.+-]+@[\w-]+(?:\.[\w-]+)+")

_HIDDEN = "…"

_OURS = "quytrinh"
_PACKAGES = ("engine", "web", "forms")


@contextmanager
def about(**facts: object) -> Iterator[None]:
    """Lines written inside say what they are about."""
    token = _ABOUT.set({**_ABOUT.get(), **facts})
    try:
        yield
    finally:
        _ABOUT.reset(token)


def now_about(**facts: object) -> None:
    """The same, from here to the end of what is under way in this thread."""
    _ABOUT.set({**_ABOUT.get(), **facts})


def forget() -> None:
    """Something else begins in this thread."""
    _ABOUT.set(_NOTHING)


def configure(style: LogStyle, stream: IO[str] | None = None) -> None:
    """Every line of this process goes to `stream` (standard error), in `style`."""
    handler: logging.Handler = logging.StreamHandler(stream) if stream else _StandardError()
    handler.setFormatter(_Json() if style is LogStyle.JSON else _Text())
    handler.addFilter(_discreet_record)
    root = logging.getLogger()
    for old in list(root.handlers):
        if old.get_name() == _OURS:
            root.removeHandler(old)
    handler.set_name(_OURS)
    root.addHandler(handler)
    root.setLevel(logging.WARNING)
    for ours in _PACKAGES:
        logging.getLogger(ours).setLevel(logging.INFO)
    for name in list(root.manager.loggerDict):
        if name.partition(".")[0] in _PACKAGES:
            logging.getLogger(name).disabled = False  # some libraries switch off what they find


class _StandardError(logging.StreamHandler[Any]):
    """Writes to what standard error is at the moment of writing."""

    def __init__(self) -> None:
        logging.Handler.__init__(self)

    @property
    def stream(self) -> Any:
        return sys.stderr


# --- what is left out -----------------------------------------------------------------------------


def discreet(error: object) -> str:
    """An error, or one of our sentences, without what it may have from a dossier."""
    if isinstance(error, Unavailable):
        return str(error)  # of the machine, its disk and its database
    if isinstance(error, QuyTrinhError):
        return _filled(error.message)
    if isinstance(error, Message):
        return _filled(error)
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror} (errno {error.errno})"
    code = getattr(getattr(error, "orig", None), "sqlstate", None) or getattr(
        getattr(error, "orig", None), "sqlite_errorname", None
    )
    if code:
        return f"{code}, SQL: {' '.join(str(getattr(error, 'statement', '')).split())[:300]}"
    return str(error) if type(error) in _OF_THE_PROGRAM else ""


def _filled(message: Message) -> str:
    """The sentence with its numbers; text in it may be anybody's."""
    shown = {
        name: value
        if isinstance(value, (int, float))
        else _filled(value)
        if isinstance(value, Message)
        else _HIDDEN
        for name, value in message.params.items()
    }
    return message.template % shown if shown else message.template


def scrubbed(text: str) -> str:
    """The last look: nothing that reads like a number of a person or an address of mail."""
    return _PERSONAL.sub(_HIDDEN, text)


def _discreet_record(record: logging.LogRecord) -> bool:
    """Errors among a line's values are told discreetly; the line learns what it is about."""
    if isinstance(record.args, tuple):
        record.args = tuple(_told(value) for value in record.args)
    elif isinstance(record.args, Mapping):
        record.args = {name: _told(value) for name, value in record.args.items()}
    for name, value in _ABOUT.get().items():
        if not hasattr(record, name):
            setattr(record, name, value)
    return True


def _told(value: object) -> object:
    if isinstance(value, (BaseException, Message)):
        said = discreet(value)
        return f"{type(value).__name__}: {said}" if isinstance(value, BaseException) else said
    return value


def _frames(error: BaseException) -> str:
    """Where it was raised, and of what kind, the cause first; no message that may hold data."""
    parts, seen, one = [], set(), error
    while one is not None and id(one) not in seen:
        seen.add(id(one))
        frames = "".join(traceback.format_tb(one.__traceback__))
        said = discreet(one)
        parts.append(f"{frames}{type(one).__name__}" + (f": {said}" if said else ""))
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)  # type: ignore[assignment]
    return "\n\n".join(reversed(parts))


_ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


# --- how lines look -------------------------------------------------------------------------------


def _at(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")


class _Text(logging.Formatter):
    """One line for people: when, how bad, where, what, and what it is about."""

    def format(self, record: logging.LogRecord) -> str:
        about = [f"{n}={getattr(record, n)}" for n in FACTS if getattr(record, n, None) is not None]
        said = " ".join([scrubbed(record.getMessage()), *about])
        line = f"{_at(record)} {record.levelname} {record.name}: {said}"
        if record.exc_info and record.exc_info[1]:
            line += "\n" + scrubbed(_frames(record.exc_info[1]))
        return line


class _Json(JsonFormatter):
    """One JSON document for each line."""

    def __init__(self) -> None:
        super().__init__("%(message)s", json_ensure_ascii=False)

    def add_fields(
        self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]
    ) -> None:
        """The fields, in an order that people can read too."""
        del message_dict
        log_data["time"] = _at(record)
        log_data["level"] = record.levelname.lower()
        log_data["logger"] = record.name
        log_data["message"] = scrubbed(record.getMessage())
        for name in (*FACTS, *ALSO):
            if getattr(record, name, None) is not None:
                log_data[name] = getattr(record, name)
        if record.exc_info and record.exc_info[1]:
            log_data["error"] = type(record.exc_info[1]).__name__
            log_data["trace"] = scrubbed(_frames(record.exc_info[1]))

    def formatException(self, ei: _ExcInfo) -> str:  # noqa: N802  as logging calls it
        return scrubbed(_frames(ei[1])) if ei[1] else ""
