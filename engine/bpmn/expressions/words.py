"""The words of an expression: names, numbers, texts and signs, each with where it stands."""

from __future__ import annotations

import re
from dataclasses import dataclass

from engine.domain.errors import BadExpression
from engine.domain.messages import Message, say

_WORD = re.compile(
    r"""\s*(?:
      (?P<number>\d+(?:\.\d+)?)
    | (?P<name>[^\W\d]\w*)
    | (?P<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")
    | (?P<sign>\*\*|==|!=|<=|>=|&&|\|\||[-+*/<>=!()\[\],.])
    | (?P<end>\Z)
    )""",
    re.VERBOSE,
)
_SYNONYMS = {"&&": "and", "||": "or"}
_WORDS = frozenset({"and", "or", "not", "in", "true", "false", "null"})


@dataclass(frozen=True)
class Word:
    """A word, or the end (`end`), of an expression."""

    kind: str  # number, name, text, sign, end
    text: str
    at: int  # 1-based position in the expression as written


def words_of(source: str, start: int, stop: int, feel: bool) -> list[Word]:
    """The words between two positions; `feel`: a single `=` compares. Raises BadExpression."""
    words: list[Word] = []
    position = start
    while True:
        match = _WORD.match(source, position, stop)
        if match is None:
            raise _unreadable(source, position, stop)
        kind = str(match.lastgroup)
        text = match[kind]
        word = Word(kind, text, match.start(kind) + 1)
        if kind == "sign":
            _refuse_sign(source, word, feel)
            text = "==" if text == "=" else _SYNONYMS.get(text, text)
            word = Word(kind, text, word.at)
        elif kind == "name" and text in _WORDS:
            word = Word("sign" if text in {"and", "or", "not", "in"} else "name", text, word.at)
        words.append(word)
        if kind == "end":
            return words
        position = match.end()


def _unreadable(source: str, position: int, stop: int) -> BadExpression:
    while position < stop and source[position].isspace():
        position += 1
    found = source[position]
    if found in "'\"":
        return bad_at(source, position + 1, say("chuỗi chữ mở ra mà không đóng lại"))
    return bad_at(source, position + 1, say("không hiểu ký tự “%(found)s”", found=found))


def _refuse_sign(source: str, word: Word, feel: bool) -> None:
    if word.text == "=" and not feel:
        raise bad_at(source, word.at, say("so sánh bằng viết là “==”, không phải “=”"))
    if word.text == ".":
        raise bad_at(source, word.at, say("không được truy cập thuộc tính bằng dấu chấm"))
    if word.text == "**":
        raise bad_at(source, word.at, say("không có phép lũy thừa “**”"))


def bad_at(source: str, at: int, why: Message) -> BadExpression:
    """The refusal of an expression, for what stands at a position."""
    shown = source if len(source) <= 120 else source[:117] + "…"
    return BadExpression(
        say("Biểu thức “%(text)s”, vị trí %(at)s: %(why)s.", text=shown, at=at, why=why)
    )
