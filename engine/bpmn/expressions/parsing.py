"""Parses the expressions of drawings and forms (Pratt): a text becomes a tree, or is refused."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from typing import Any

from engine.bpmn.expressions.values import FUNCTIONS, whole_day
from engine.bpmn.expressions.words import Word, bad_at, words_of
from engine.domain.errors import BadExpression
from engine.domain.messages import Message, say

MAX_LENGTH = 2_000  # characters of one expression
MAX_DEPTH = 40  # of brackets, and of the tree

Tree = tuple[Any, ...]
"""A node: `("value", v)`, `("name", n)`, `("list", items)`, `("call", function, arguments)`,
`("not"|"minus", operand)`, `("and"|"or", operands)` or `(operator, left, right)`."""


@dataclass(frozen=True)
class Expression:
    """A parsed expression."""

    text: str
    tree: Tree
    names: frozenset[str]  # variables it reads

    def compared(self) -> Iterator[tuple[str, object]]:
        """Each `(variable, constant)` that the expression compares for equality or membership."""
        return _compared(self.tree)


#: What people write between two parts of an expression in their own words.
_MEANT = {
    "và": "and", "hoặc": "or", "hay": "or", "không": "not", "bằng": "==", "là": "==", "khác": "!=",
    "lớn": ">", "nhỏ": "<", "bé": "<", "thuộc": "in", "trong": "in", "eq": "==", "ne": "!=",
    "gt": ">", "lt": "<", "ge": ">=", "le": "<=", "xor": "!=", "is": "==", "instanceof": "==",
}  # fmt: skip
_CONSTANTS: Mapping[str, object] = {"true": True, "false": False, "null": None}
_COMPARISONS = frozenset({"==", "!=", "<", "<=", ">", ">=", "in", "not"})  # `not` begins `not in`
_BINDING = {"or": 1, "and": 2, **dict.fromkeys(_COMPARISONS, 4), "+": 5, "-": 5, "*": 6, "/": 6}
_NOT_BINDS, _MINUS_BINDS = 3, 7  # `!` binds like the minus sign


class _Parser:
    def __init__(self, source: str, words: list[Word]) -> None:
        self.source = source
        self.words = words
        self.next = 0
        self.depth = 0
        self.names: set[str] = set()

    def bad(self, word: Word, why: Message) -> BadExpression:
        return bad_at(self.source, word.at, why)

    def peek(self) -> Word:
        return self.words[self.next]

    def take(self) -> Word:
        word = self.words[self.next]
        if word.kind != "end":
            self.next += 1
        return word

    def expect(self, sign: str) -> None:
        word = self.take()
        if word.kind != "sign" or word.text != sign:
            raise self.bad(word, say("thiếu “%(sign)s”", sign=sign))

    def whole(self) -> Tree:
        tree = self.expression(0)
        word = self.peek()
        if word.kind != "end":
            meant = _MEANT.get(unicodedata.normalize("NFC", word.text).casefold())
            if meant is not None:
                why = say("“%(found)s” viết là “%(meant)s”", found=word.text, meant=meant)
                raise self.bad(word, why)
            raise self.bad(word, say("thừa “%(found)s”", found=word.text))
        return tree

    def expression(self, binding: int) -> Tree:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.bad(self.peek(), say("biểu thức lồng nhau quá sâu"))
        left = self.prefix()
        chain = 0
        while self.binds(self.peek()) > binding:
            chain += 1
            if chain > MAX_DEPTH and self.peek().text not in {"and", "or"}:
                raise self.bad(self.peek(), say("biểu thức quá dài"))
            left = self.infix(left)
        self.depth -= 1
        return left

    def binds(self, word: Word) -> int:
        return _BINDING.get(word.text, 0) if word.kind == "sign" else 0

    def prefix(self) -> Tree:
        word = self.take()
        if word.kind == "number":
            return ("value", self.number(word))
        if word.kind == "text":
            return ("value", _unquoted(word.text))
        if word.kind == "name":
            return self.name(word)
        if word.kind == "end":
            raise self.bad(word, say("biểu thức còn thiếu phần cuối"))
        if word.text == "(":
            inside = self.expression(0)
            self.expect(")")
            return inside
        if word.text == "[":
            return ("list", self.items("]"))
        if word.text in {"not", "!"}:
            return ("not", self.expression(_NOT_BINDS if word.text == "not" else _MINUS_BINDS))
        if word.text == "-":
            return ("minus", self.expression(_MINUS_BINDS))
        raise self.bad(word, say("không thể đặt “%(found)s” ở đây", found=word.text))

    def number(self, word: Word) -> object:
        value = Fraction(word.text)
        if len(word.text) > 30:
            raise self.bad(word, say("số quá dài"))
        return value.numerator if value.denominator == 1 else value

    def name(self, word: Word) -> Tree:
        name = unicodedata.normalize("NFC", word.text)
        if name in _CONSTANTS:
            return ("value", _CONSTANTS[name])
        if self.peek().text != "(" or self.peek().kind != "sign":
            self.names.add(name)
            return ("name", name)
        function = FUNCTIONS.get(name)
        if function is None:
            known = ", ".join(sorted(FUNCTIONS))
            raise self.bad(
                word, say("không có hàm “%(name)s”; các hàm có: %(known)s", name=name, known=known)
            )
        self.take()
        arguments = self.items(")")
        if not function.least <= len(arguments) <= function.most:
            raise self.bad(word, say("hàm “%(name)s” nhận sai số tham số", name=name))
        if name == "ngay" and arguments[0][0] == "value" and whole_day(arguments[0][1]) is None:
            raise self.bad(word, say("ngày phải viết như “2025-07-01” hoặc “01/07/2025”"))
        return ("call", name, arguments)

    def items(self, closing: str) -> tuple[Tree, ...]:
        items: list[Tree] = []
        if self.peek().kind == "sign" and self.peek().text == closing:
            self.take()
            return ()
        while True:
            items.append(self.expression(0))
            word = self.take()
            if word.kind == "sign" and word.text == closing:
                return tuple(items)
            if word.kind != "sign" or word.text != ",":
                raise self.bad(word, say("thiếu “%(sign)s”", sign=closing))

    def infix(self, left: Tree) -> Tree:
        word = self.take()
        operator = word.text
        if operator in {"and", "or"}:
            right = self.expression(_BINDING[operator])
            before = left[1] if left[0] == operator else (left,)
            return (operator, (*before, right))
        if operator in _COMPARISONS:
            if operator == "not":
                self.expect("in")
            right = self.expression(_BINDING["=="])
            if self.binds(self.peek()) == _BINDING["=="]:
                raise self.bad(
                    self.peek(), say("không so sánh nối tiếp được; hãy nối hai so sánh bằng “and”")
                )
            return ("not", ("in", left, right)) if operator == "not" else (operator, left, right)
        right = self.expression(_BINDING[operator])
        if operator != "+" and any(
            one[0] == "value" and isinstance(one[1], str) for one in (left, right)
        ):
            raise self.bad(word, say("“%(sign)s” chỉ tính với số, không với chữ", sign=operator))
        return (operator, left, right)


def _unquoted(text: str) -> str:
    return unicodedata.normalize("NFC", re.sub(r"\\(.)", r"\1", text[1:-1], flags=re.DOTALL))


@lru_cache(maxsize=4096)
def parse(text: str) -> Expression:
    """The expression in `text`; `${…}` around it or `=` before it are taken off.

    After `=` (FEEL, as form-js writes conditions) a single `=` compares. Raises BadExpression.
    """
    if len(text) > MAX_LENGTH:
        raise BadExpression(say("Biểu thức dài quá %(limit)s ký tự.", limit=MAX_LENGTH))
    start, stop, feel = _shell(text)
    if start >= stop:
        raise BadExpression(say("Biểu thức trống."))
    parser = _Parser(text, words_of(text, start, stop, feel))
    tree = parser.whole()
    return Expression(text, tree, frozenset(parser.names))


def without_shell(text: str) -> str:
    """`text` without blanks around it and without a `${…}` shell."""
    start, stop, feel = _shell(text)
    return text.strip() if feel else text[start:stop]


def _shell(text: str) -> tuple[int, int, bool]:
    start, stop = len(text) - len(text.lstrip()), len(text.rstrip())
    feel = text.startswith("=", start)
    if feel:
        start += 1
    elif text.startswith("${", start) and stop - start >= 3 and text[stop - 1] == "}":
        start, stop = start + 2, stop - 1
    inside = text[start:stop]
    return (
        start + len(inside) - len(inside.lstrip()),
        max(start, stop - len(inside) + len(inside.rstrip())),
        feel,
    )


def names_in(text: str) -> frozenset[str]:
    """The variables that `text` reads. Raises BadExpression."""
    return parse(text).names


def _compared(tree: Tree) -> Iterator[tuple[str, object]]:
    kind = tree[0]
    if kind in {"==", "!=", "in"}:
        yield from _pairs(tree[1], tree[2])
    for part in tree[1:]:
        if isinstance(part, tuple):
            yield from _compared_in(part)


def _compared_in(part: tuple[object, ...]) -> Iterator[tuple[str, object]]:
    if part and isinstance(part[0], str):
        yield from _compared(part)
    else:
        for item in part:
            if isinstance(item, tuple):
                yield from _compared_in(item)


def _pairs(left: Tree, right: Tree) -> Iterator[tuple[str, object]]:
    if left[0] != "name":
        left, right = right, left
    if left[0] == "name" and right[0] == "value":
        yield str(left[1]), right[1]
    elif left[0] == "name" and right[0] == "list":
        for item in right[1]:
            if item[0] == "value":
                yield str(left[1]), item[1]
