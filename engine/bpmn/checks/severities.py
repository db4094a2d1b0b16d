"""Reads the one file that tunes how grave each rule is: `bpmn/rules.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from pathlib import Path

from engine.bpmn.checks import AnyRule
from engine.bpmn.checks.rule import Refusal
from engine.bpmn.findings import Severity
from engine.domain.errors import Misuse
from engine.domain.messages import say

_WORDS: Mapping[str, Severity | None] = {
    "error": Severity.ERROR,
    "warning": Severity.WARNING,
    "off": None,
}


def read_severities(path: Path, rules: Collection[AnyRule]) -> Mapping[str, Severity | None]:
    """Rule id -> its severity, None for one switched off; rules not named keep their own.

    Raises Misuse, naming the line's rule, when it names no rule, no severity, or lowers a rule
    that the engine counts on; and when the file cannot be read, or holds anything else.
    """
    try:
        told = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise _unread(path, str(fault)) from fault
    except OSError as fault:
        raise _unread(path, fault.strerror or str(fault)) from fault
    table = told.pop("severity", {})
    if told or not isinstance(table, dict):
        raise Misuse(
            say(
                "%(file)s: chỉ có một bảng [severity], mỗi dòng một quy tắc; không có “%(what)s”.",
                file=path.name,
                what=next(iter(told), "severity = …"),
            )
        )
    known = {rule.id: rule for rule in rules}
    return {key: _severity(path.name, key, str(word), known) for key, word in table.items()}


def _unread(path: Path, why: str) -> Misuse:
    return Misuse(say("Không đọc được %(file)s: %(why)s", file=path.name, why=why))


def _severity(file: str, key: str, word: str, known: Mapping[str, AnyRule]) -> Severity | None:
    if key not in known:
        raise Misuse(say("%(file)s: không có quy tắc “%(rule)s”.", file=file, rule=key))
    if word not in _WORDS:
        raise Misuse(
            say(
                "%(file)s: quy tắc “%(rule)s” ghi “%(word)s”; chỉ ghi error, warning hoặc off.",
                file=file,
                rule=key,
                word=word,
            )
        )
    rule = known[key]
    if isinstance(rule, Refusal):
        if word != rule.severity.value:
            raise Misuse(say("%(file)s: mức của “%(rule)s” là cố định.", file=file, rule=key))
    elif rule.firm and word != "error":
        raise Misuse(
            say(
                "%(file)s: không hạ mức quy tắc “%(rule)s” được, vì hệ thống cần nó để chạy quy "
                "trình.",
                file=file,
                rule=key,
            )
        )
    return _WORDS[word]
