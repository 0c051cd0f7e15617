"""Inputs that several forms need: whole numbers, numbers, days and moments as people in the city write them.

What cannot be read stays in the input as it was typed, with a sentence beside it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from wtforms import Field, StringField
from wtforms.validators import StopValidation
from wtforms.widgets import TextInput

from registry.forms.base import stripped
from registry.indicators import plain
from registry.names import has_control_characters
from registry.terms import BEIJING
from registry.values import plain as values
from registry.values.bad_value import BadValue
from registry.wording import Message

_EARLIEST = date(1900, 1, 1)
_MOMENT = re.compile(
    r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?[ T]*(\d{1,2})[:时点](\d{1,2})(?:[:分](?:(\d{1,2})秒?)?)?",
    re.ASCII,
)


def visible(text: str | None) -> str:
    """A text without the characters that no screen shows; line ends and tabs stay."""
    kept = (mark for mark in text or "" if mark in "\n\r\t" or unicodedata.category(mark) not in ("Cc", "Cs"))
    return "".join(kept)


class TextLine(StringField):
    """One line of visible text, tidied; a missing one is ''."""

    def __init__(self, label: str, validators: Any = (), **options: Any) -> None:
        super().__init__(label, validators, filters=[visible, stripped], **options)


class TypedField(Field):
    """A line that is read by `read`; `data` is None when it is empty or cannot be read."""

    widget = TextInput()

    def __init__(
        self, label: str, read: Callable[[str], Any], show: Callable[[Any], str] = str, **options: Any
    ) -> None:
        super().__init__(label, **options)
        self.read, self.show, self.typed = read, show, ""

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read what was typed; raises ValueError with a sentence."""
        self.data = None
        self.typed = stripped(visible(valuelist[0])) if valuelist else ""
        if not self.typed:
            return
        try:
            self.data = self.read(self.typed)
        except BadValue as error:
            raise ValueError(error.of(self.typed)) from None

    def _value(self) -> str:
        if self.raw_data:
            return self.typed
        return "" if self.data is None else self.show(self.data)


class WholeField(TypedField):
    """A whole number from `least` to `most`."""

    def __init__(self, label: str, *, least: int = 0, most: int = 9999, **options: Any) -> None:
        def read(text: str) -> int:
            folded = unicodedata.normalize("NFKC", text)
            if not re.fullmatch(r"-?\d{1,9}", folded, re.ASCII) or not least <= int(folded) <= most:
                raise BadValue(
                    Message("不合要求"), Message("请填 %(least)s 到 %(most)s 的整数", least=least, most=most)
                )
            return int(folded)

        super().__init__(label, read, **options)


class NumberField(TypedField):
    """A number, as lists write it; one of `unit` % may carry the sign."""

    def __init__(self, label: str, *, unit: str = "", **options: Any) -> None:
        def read(text: str) -> Decimal:
            return values.percentage(text)[0] if unit == "%" else values.number(text)

        super().__init__(label, read, plain, **options)


class DayField(TypedField):
    """A day that is not in the future."""

    def __init__(self, label: str, **options: Any) -> None:
        super().__init__(label, _day, date.isoformat, **options)

    @property
    def input_type(self) -> str:
        """A picker, unless it would swallow a text that cannot be read."""
        return "text" if self.raw_data and self.typed and self.data is None else "date"


class MomentField(TypedField):
    """Day and time of day in Beijing; `data` is aware."""

    def __init__(self, label: str, **options: Any) -> None:
        super().__init__(label, _moment, _shown_moment, **options)

    @property
    def input_type(self) -> str:
        """A picker, unless it would swallow a text that cannot be read."""
        return "text" if self.raw_data and self.typed and self.data is None else "datetime-local"

    def _value(self) -> str:
        return super()._value() if self.data is None else _shown_moment(self.data)


def _day(text: str) -> date:
    found, is_serial = values.day(text, today=datetime.now(BEIJING).date(), earliest=_EARLIEST)
    if is_serial:
        raise BadValue(Message("不是日期"), Message("请写成 2012-03-18 的样子"))
    return found


def _moment(text: str) -> datetime:
    match = _MOMENT.fullmatch(unicodedata.normalize("NFKC", text))
    if match is None:
        raise BadValue(Message("不是日期和时刻"), Message("请写成 2026-05-31 17:00 的样子"))
    try:
        year, month, day, hour, minute, second = (int(part or 0) for part in match.groups())
        return datetime(year, month, day, hour, minute, second, tzinfo=BEIJING)
    except ValueError:
        raise BadValue(Message("没有这个时刻"), Message("请核对年、月、日和时、分")) from None


def _shown_moment(moment: datetime) -> str:
    local = moment.astimezone(BEIJING)
    return local.strftime("%Y-%m-%dT%H:%M:%S" if local.second else "%Y-%m-%dT%H:%M")


class Agreed:
    """A box that has to be ticked."""

    def __call__(self, form: Any, field: Any) -> None:
        """Stop with a sentence where it is not."""
        if not field.data:
            raise StopValidation(Message("请先阅读并勾选。"))


class Required:
    """A value must be there (0 is one). A field that could not be read has its own sentence."""

    def __call__(self, form: Any, field: Field) -> None:
        """Refuse an empty field."""
        if field.data in (None, "") and not field.errors:
            raise StopValidation(Message("请填写%(label)s", label=Message(field.label.text)))


class Printable:
    """At most `longest` characters, all of them visible."""

    def __init__(self, longest: int) -> None:
        self.longest = longest

    def __call__(self, form: Any, field: Field) -> None:
        """Refuse what is too long or holds control characters."""
        if len(field.data or "") > self.longest:
            raise StopValidation(
                Message("有 %(n)s 个字，最多 %(longest)s 个；请缩短", n=len(field.data), longest=self.longest)
            )
        if has_control_characters(field.data or ""):
            raise StopValidation(Message("含有看不见的控制字符；请重新键入"))
