"""The marshmallow fields behind the components: each cleans one answer or says what is wrong."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, cast

from marshmallow import ValidationError, fields, missing

from engine.domain.messages import Message, say
from engine.ports import UploadedFile
from forms import components as c
from forms import entries, partial_dates
from forms.levels import LevelSchema


def refuse(*messages: Message) -> ValidationError:
    """A validation error that carries sentences with their values."""
    return ValidationError(list(messages))


class Answer(fields.Field[Any]):
    """One input of a form; the schema it is bound to knows the conditions of this submission."""

    def __init__(self, component: c.Input) -> None:
        super().__init__(load_default=None, allow_none=True)
        self.component = component

    @property
    def level(self) -> LevelSchema:
        return cast(LevelSchema, self.parent)

    def deserialize(self, value: Any, *_: Any, **__: Any) -> Any:
        """What marshmallow calls; the key and the whole submission do not matter to us."""
        return self.answer(value)

    def answer(self, value: Any) -> Any:
        """The clean answer. Raises ValidationError with all its problems."""
        if value is missing or self.is_blank(value):
            if self.level.needs(self.component):
                raise refuse(self.ask())
            return self.nothing()
        cleaned = self.clean(value)
        problems = self.problems(cleaned)
        if problems:
            raise refuse(*problems)
        return cleaned

    def glance(self, value: object) -> object:
        """The answer as conditions see it before anything is judged; None for a bad one."""
        if self.is_blank(value):
            return self.nothing()
        try:
            return self.clean(value)
        except ValidationError:
            return None

    def is_blank(self, value: object) -> bool:
        return (
            value is None
            or value in ("", [], {})
            or (isinstance(value, str) and not entries.tidy(value))
        )

    def nothing(self) -> Any:
        """What is kept when nothing was answered."""
        return None

    def ask(self) -> Message:
        """The sentence for a required answer that is missing."""
        return say("Hãy nhập “%(label)s”.", label=self.component.label)

    def clean(self, value: Any) -> Any:
        """The answer in the form it is kept. Raises ValidationError."""
        raise NotImplementedError

    def problems(self, _cleaned: Any) -> list[Message]:
        """What is wrong with a clean answer, given the other answers."""
        return []


def as_text(value: object, *, lines: bool = False) -> str:
    if not isinstance(value, str):
        raise refuse(say("Phải là chữ."))
    text = entries.tidy(value, lines=lines)
    if not entries.writable(text):
        raise refuse(say("Có ký tự không hiển thị được. Hãy xóa và nhập lại."))
    return text


class TextAnswer(Answer):
    component: c.Text

    def clean(self, value: Any) -> str:
        text = as_text(value, lines=self.component.multiline)
        if len(text) > self.component.max_length:
            raise refuse(
                say(
                    "Dài quá %(limit)s ký tự (đang có %(length)s).",
                    limit=self.component.max_length,
                    length=len(text),
                )
            )
        return _SHAPES[self.component.format](text) if self.component.format else text

    def problems(self, cleaned: str) -> list[Message]:
        found = []
        if len(cleaned) < self.component.min_length:
            found.append(say("Cần ít nhất %(limit)s ký tự.", limit=self.component.min_length))
        if self.component.pattern and not re.search(self.component.pattern, cleaned):
            found.append(say("Không đúng dạng yêu cầu."))
        return found


def _identity_number(text: str) -> str:
    digits = re.sub(r"[\s.]", "", text)
    if not re.fullmatch("[0-9]{9}|[0-9]{12}", digits):
        raise refuse(say("Số CCCD gồm 12 chữ số, số CMND gồm 9 chữ số."))
    return digits


def _phone(text: str) -> str:
    digits = re.sub(r"[\s.()\-]", "", text)
    if not re.fullmatch(r"0[0-9]{9}|\+84[0-9]{9}", digits):
        raise refuse(say("Số điện thoại gồm 10 chữ số, bắt đầu bằng 0 (hoặc +84)."))
    return digits


def _email(text: str) -> str:
    if len(text) > 254 or not re.fullmatch(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+", text):
        raise refuse(say("Địa chỉ thư điện tử không đúng, ví dụ ten@example.vn."))
    return text


_SHAPES = {"cccd": _identity_number, "phone": _phone, "email": _email}


class NumberAnswer(Answer):
    component: c.Number

    def clean(self, value: Any) -> int | float:
        try:
            if isinstance(value, str):
                return entries.parse_number(value)
            if isinstance(value, (int, float)) and not isinstance(value, bool):
                return entries.tidy_number(value)
        except entries.BadNumber:
            pass
        raise refuse(say("Phải là số, ví dụ 1.234,5."))

    def problems(self, cleaned: float) -> list[Message]:
        component, found = self.component, []
        if component.digits == 0 and not isinstance(cleaned, int):
            found.append(say("Phải là số nguyên."))
        elif component.digits is not None and entries.decimals(cleaned) > component.digits:
            found.append(say("Nhiều nhất %(digits)s chữ số thập phân.", digits=component.digits))
        if component.minimum is not None and cleaned < component.minimum:
            found.append(
                say("Không nhỏ hơn %(limit)s.", limit=entries.show_number(component.minimum))
            )
        if component.maximum is not None and cleaned > component.maximum:
            found.append(
                say("Không lớn hơn %(limit)s.", limit=entries.show_number(component.maximum))
            )
        return found


class DateAnswer(Answer):
    component: c.Date

    def clean(self, value: Any) -> str:
        try:
            return str(partial_dates.from_entry(as_text(value)))
        except partial_dates.BadDate as error:
            raise refuse(error.message) from error

    def problems(self, cleaned: str) -> list[Message]:
        day = partial_dates.from_stored(cleaned)
        allowed = {"day": ("day",), "month": ("day", "month"), "year": ("day", "month", "year")}
        if day.precision not in allowed[self.component.precision]:
            if self.component.precision == "month":
                return [say("Cần ít nhất tháng và năm, ví dụ 05/1948.")]
            return [say("Cần đủ ngày, tháng, năm, ví dụ 27/07/1948.")]
        return [
            *self._against(day, self.component.not_before, earlier=True),
            *self._against(day, self.component.not_after, earlier=False),
        ]

    def _against(
        self, day: partial_dates.PartialDate, name: str | None, *, earlier: bool
    ) -> list[Message]:
        """Compares with another date of the form or the case; unknown ones forbid nothing."""
        other = self.level.scope.get(name) if name else None
        if not isinstance(other, str):
            return []
        try:
            limit = partial_dates.from_stored(other)
        except partial_dates.BadDate:
            return []
        if earlier and day.before(limit):
            return [
                say(
                    "Không được trước %(day)s (%(label)s).",
                    day=limit.shown(),
                    label=self.level.label_of(str(name)),
                )
            ]
        if not earlier and limit.before(day):
            return [
                say(
                    "Không được sau %(day)s (%(label)s).",
                    day=limit.shown(),
                    label=self.level.label_of(str(name)),
                )
            ]
        return []


class ChoiceAnswer(Answer):
    component: c.Choice

    def ask(self) -> Message:
        return say("Hãy chọn “%(label)s”.", label=self.component.label)

    def clean(self, value: Any) -> str:
        text = as_text(value)
        if all(option.value != text for option in self.component.options):
            raise refuse(say("Hãy chọn một trong các lựa chọn có sẵn."))
        return text

    def problems(self, cleaned: str) -> list[Message]:
        return self.level.hidden_options(self.component.options, [cleaned])


class CheckboxAnswer(Answer):
    component: c.Checkbox

    def is_blank(self, value: object) -> bool:
        """An unticked box is no answer where a tick is required, and `false` otherwise."""
        return value is False or super().is_blank(value)

    def nothing(self) -> bool:
        return False

    def ask(self) -> Message:
        return say("Hãy đánh dấu “%(label)s”.", label=self.component.label)

    def clean(self, value: Any) -> bool:
        if value is True or value in ("true", "on"):
            return True
        if value == "false":
            return False
        raise refuse(say("Phải là có hoặc không."))


class ChecklistAnswer(Answer):
    component: c.Checklist

    def nothing(self) -> list[str]:
        return []

    def ask(self) -> Message:
        return say("Hãy chọn ít nhất một mục ở “%(label)s”.", label=self.component.label)

    def clean(self, value: Any) -> list[str]:
        """The chosen values in the order of the options, each once."""
        chosen = {as_text(item) for item in value} if isinstance(value, list) else None
        known = [option.value for option in self.component.options]
        if chosen is None or not chosen <= set(known):
            raise refuse(say("Hãy chọn trong các lựa chọn có sẵn."))
        return [value for value in known if value in chosen]

    def problems(self, cleaned: list[str]) -> list[Message]:
        return self.level.hidden_options(self.component.options, cleaned)


class FilesAnswer(Answer):
    component: c.Files

    def nothing(self) -> list[object]:
        return []

    def ask(self) -> Message:
        return say("Hãy đính kèm tệp ở “%(label)s”.", label=self.component.label)

    def clean(self, value: Any) -> list[object]:
        items = value if isinstance(value, list) else [value]
        most = c.FILES_LIMIT if self.component.multiple else 1
        if len(items) > most:
            raise refuse(say("Nhiều nhất %(most)s tệp.", most=most))
        return [self._file(item) for item in items]

    def _file(self, item: object) -> object:
        refused = refused_upload(item)
        if refused is not None:
            raise refuse(refused)
        name = item.filename if isinstance(item, UploadedFile) else stored_name(item)
        if name is None:
            raise refuse(say("Tệp đính kèm không đọc được. Hãy chọn lại tệp."))
        if isinstance(item, UploadedFile) and item.empty:
            raise refuse(say("Tệp “%(name)s” rỗng.", name=name))
        accept = self.component.accept
        if accept and not name.lower().endswith(accept):
            raise refuse(
                say(
                    "Tệp “%(name)s” không thuộc loại được nhận (%(accept)s).",
                    name=name,
                    accept=", ".join(accept),
                )
            )
        return item


def refused_upload(item: object) -> Message | None:
    """What the file store said of an upload that it did not keep."""
    if isinstance(item, Mapping) and item.keys() == {"refused", "name"}:
        return say("%(why)s", why=str(item["refused"])[:300])
    return None


def stored_name(item: object) -> str | None:
    """The file name of a reference to a stored file; None when it is none of ours."""
    if not isinstance(item, Mapping) or item.keys() != {"file", "name", "size", "type"}:
        return None
    digest, name, size, kind = item["file"], item["name"], item["size"], item["type"]
    ok = (
        isinstance(digest, str)
        and re.fullmatch("[0-9a-f]{64}", digest)
        and isinstance(name, str)
        and 0 < len(name) <= 255
        and entries.writable(name)
        and type(size) is int
        and size >= 0
        and isinstance(kind, str)
        and re.fullmatch(r"[a-z0-9.+\-]{1,100}/[a-z0-9.+\-]{1,100}", kind)
    )
    return str(name) if ok else None
