"""What every change of the record asks of a name, a code and a day."""

from __future__ import annotations

from datetime import date, datetime

from registry.errors import InvalidInput
from registry.names import has_control_characters, tidy
from registry.terms import BEIJING
from registry.values import plain
from registry.values.bad_value import BadValue
from registry.wording import Message


def checked_name(name: str) -> str:
    """A name as it is stored; raises InvalidInput at `name`."""
    found = tidy(name)
    if not 2 <= len(found) <= 200:
        raise InvalidInput(Message("名称有 %(n)s 个字，应为 2 到 200 个；请填写全称。", n=len(found)), field="name")
    if has_control_characters(found):
        raise InvalidInput(Message("名称含有看不见的控制字符；请重新键入。"), field="name")
    return found


def checked_code(uscc: str) -> str:
    """A unified code with a right check digit; raises InvalidInput at `uscc`."""
    try:
        return plain.unified_code(uscc)
    except BadValue as error:
        raise InvalidInput(
            error.of(uscc),
            field="uscc",
        ) from None


def require_past(on: date, *, now: datetime, field: str = "on") -> None:
    """Refuse a day that has not come yet: what is public is what holds today."""
    today = now.astimezone(BEIJING).date()
    if on > today:
        raise InvalidInput(Message("%(on)s 在将来；请在那一天或之后办理。", on=on.isoformat()), field=field)
